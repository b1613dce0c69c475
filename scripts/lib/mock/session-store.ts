/**
 * The sessions of one kata on disk.
 *
 *     attempts/.history/<kata>/sessions/
 *       3.jsonl           the log of session 3
 *       3-at-the-bell/    the work as it was when its bell rang: never written again
 *       .disk-lock/       who is in a session now, on this machine
 *
 * At most one process is in a session of a kata. A log belongs to whoever holds the lock; reading needs none.
 */
import { chmod, cp, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { lockDirectory } from "#platform/directory-lock.ts";
import { UsageError } from "../arguments.ts";
import type { FrozenWork } from "../grade/frozen-work.ts";
import { journalsOf } from "../journal/journals.ts";
import { appendLine, readLines } from "../journal/json-lines.ts";
import { kindOf, unwritable, type Attempt } from "../kata/attempt.ts";
import type { Kata } from "../kata/catalogue.ts";
import { fileErrorCode, makeFolders } from "../kata/create-file.ts";
import { isSessionEntry, type SessionEntry } from "./session-log.ts";
import { stateOf, type SessionState } from "./session.ts";

export interface StoredSession {
  number: number;
  entries: SessionEntry[];
  state: SessionState;
}

/** What a log may keep of one file. */
const frozenTextMax = 200_000;
const readOnly = 0o444;

export function sessionFile(attempt: Attempt, number: number): string {
  return path.join(journalsOf(attempt).sessions, `${number}.jsonl`);
}

/** Every session that has begun, oldest first. */
export async function storedSessions(attempt: Attempt): Promise<StoredSession[]> {
  const numbers = (await namesIn(journalsOf(attempt).sessions))
    .map((name) => /^(\d+)\.jsonl$/.exec(name)?.[1])
    .filter((number) => number !== undefined)
    .map(Number)
    .sort((left, right) => left - right);
  return numbers.flatMap((number) => {
    const entries = readLines(sessionFile(attempt, number), isSessionEntry);
    const state = stateOf(entries);
    return state === undefined ? [] : [{ number, entries, state }];
  });
}

/** The session that has neither been graded nor given up; there is at most one, the last. */
export function unfinished(sessions: readonly StoredSession[]): StoredSession | undefined {
  const last = sessions.at(-1);
  return last?.state.grade === null ? last : undefined;
}

/** When the bell of frozen work rang; undefined where its log does not say. */
export function bellRangAt({ attempt, session }: FrozenWork): string | undefined {
  const entries = readLines(sessionFile(attempt, session), isSessionEntry);
  return entries.find(({ event }) => event === "bell")?.at;
}

/** A number that no log has, not even one that does not begin. */
export async function nextNumber(attempt: Attempt): Promise<number> {
  const names = await namesIn(journalsOf(attempt).sessions);
  const taken = names.map((name) => Number(/^(\d+)[.-]/.exec(name)?.[1] ?? 0));
  return Math.max(0, ...taken) + 1;
}

export async function appendEntry(
  attempt: Attempt,
  number: number,
  entry: SessionEntry,
): Promise<void> {
  const file = sessionFile(attempt, number);
  try {
    await appendLine(file, entry);
  } catch (error) {
    throw unwritable(error, file);
  }
}

/** The right to be in a session of this kata; resolves to what gives it back. */
export async function enterAlone(kata: Kata, attempt: Attempt): Promise<() => Promise<void>> {
  const { sessions } = journalsOf(attempt);
  try {
    await makeFolders(sessions);
    const lock = await lockDirectory(sessions);
    return () => lock.release();
  } catch (error) {
    if (fileErrorCode(error) !== "LOCKED") throw unwritable(error, sessions);
    const holder = /process (\d+)/.exec((error as Error).message)?.[1];
    throw new UsageError(
      `A session of ${kata.name} is going on already${holder === undefined ? "" : `, in process ${holder}`}. Go on in its terminal, or leave it there first.`,
    );
  }
}

/** Keeps the work as it is now. What was kept for this session before stays. */
export async function freeze(
  attempt: Attempt,
  number: number,
): Promise<{ folder: string; files: Record<string, string> }> {
  const { sessions } = journalsOf(attempt);
  const folder = path.join(sessions, `${number}-at-the-bell`);
  if ((await kindOf(folder)) === "absent") {
    const draft = path.join(sessions, `.new-${number}-at-the-bell`);
    try {
      await rm(draft, { recursive: true, force: true });
      await mkdir(draft);
      await cp(attempt.folder, draft, { recursive: true, filter: isWork });
      for (const file of await filesBelow(draft)) await chmod(file, readOnly);
      await rename(draft, folder);
    } catch (error) {
      throw unwritable(error, folder);
    }
  }
  const files: Record<string, string> = {};
  for (const { subjectFile, testFile, notesFile } of [attempt]) {
    for (const file of [subjectFile, testFile, notesFile]) {
      const name = path.basename(file);
      const text = await readFile(path.join(folder, name), "utf8").catch(() => undefined);
      if (text === undefined) continue;
      files[name] =
        text.length <= frozenTextMax
          ? text
          : `${text.slice(0, frozenTextMax)}\n… cut: ${text.length} characters in all\n`;
    }
  }
  return { folder: path.relative(sessions, folder), files };
}

/** Where the frozen work of a session lies. */
export function frozenFolder(attempt: Attempt, { folder }: { folder: string }): string {
  return path.join(journalsOf(attempt).sessions, folder);
}

function isWork(source: string): boolean {
  const name = path.basename(source);
  return name !== "node_modules" && name !== "grade.json" && !name.startsWith(".new-");
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (fileErrorCode(error) === "ENOENT") return [];
    if (fileErrorCode(error) === "ENOTDIR") {
      throw new UsageError(
        `Expected a folder of session logs at ${folder}, but found a file there or above it.`,
      );
    }
    throw unwritable(error, folder);
  }
}
