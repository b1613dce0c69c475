/**
 * An attempt: what a learner writes for one kata.
 *
 *     attempts/<kata>/
 *       <kata>.ts         begun from the kata's starter
 *       <kata>.test.ts    own tests
 *       NOTES.md          design notes
 *       .attempt.json     the kata's version and promises when the attempt began
 *
 * Starting makes only what is missing and never touches what is there, so a start that was cut off, or two
 * starts at once, end in the same place. Whatever lies here that is not an attempt is named and left alone.
 */
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { UsageError } from "../arguments.ts";
import { beginningOf, type Beginning } from "./beginning.ts";
import type { Kata, KataPromise } from "./catalogue.ts";
import { createFile, fileErrorCode, makeFolders } from "./create-file.ts";
import { attemptTemplates, typeScriptConfig } from "./templates.ts";

export interface Attempt {
  folder: string;
  subjectFile: string;
  testFile: string;
  notesFile: string;
  beginningFile: string;
}

/** The folder of all attempts: `ATTEMPTS_DIR`, or `attempts` in this repository. */
export function attemptsFolder(root: string, environment = process.env): string {
  const elsewhere = environment["ATTEMPTS_DIR"];
  if (elsewhere === undefined || elsewhere === "") return path.join(root, "attempts");
  return path.resolve(root, elsewhere);
}

export function attemptOf(folderOfAttempts: string, kata: Kata): Attempt {
  const folder = path.join(folderOfAttempts, kata.name);
  return {
    folder,
    subjectFile: path.join(folder, `${kata.name}.ts`),
    testFile: path.join(folder, `${kata.name}.test.ts`),
    notesFile: path.join(folder, "NOTES.md"),
    beginningFile: path.join(folder, ".attempt.json"),
  };
}

/**
 * Makes every file of the attempt that is missing. Resolves to true when the learner's file was among them.
 * Rejects with a `UsageError` where something else has the place of a file or folder.
 */
export async function startAttempt(
  root: string,
  kata: Kata,
  promises: readonly KataPromise[],
  attempt: Attempt,
): Promise<boolean> {
  await makeFolder(path.dirname(attempt.folder), "attempts", kata);
  await makeFolder(attempt.folder, "the attempt", kata);
  for (const file of filesOf(attempt)) await refuseForeign(file, kata);

  const templates = await attemptTemplates(kata);
  const beginning: Beginning = await beginningOf(kata, promises);
  const attemptsConfig = path.join(path.dirname(attempt.folder), "tsconfig.json");
  try {
    await createFile(attemptsConfig, typeScriptConfig(root, path.dirname(attempt.folder)));
    await createFile(attempt.beginningFile, `${JSON.stringify(beginning, null, 2)}\n`);
    await createFile(attempt.testFile, templates.test);
    await createFile(attempt.notesFile, templates.notes);
    return await createFile(attempt.subjectFile, templates.subject);
  } catch (error) {
    throw unwritable(error, attempt.folder);
  }
}

/** True when nothing in the attempt differs from what a start would make. */
export async function isUntouched(kata: Kata, attempt: Attempt): Promise<boolean> {
  const templates = await attemptTemplates(kata);
  const expected = new Map([
    [path.basename(attempt.subjectFile), templates.subject],
    [path.basename(attempt.testFile), templates.test],
    [path.basename(attempt.notesFile), templates.notes],
  ]);
  for (const entry of await readdir(attempt.folder, { withFileTypes: true })) {
    if (entry.name === path.basename(attempt.beginningFile) || entry.name.startsWith(".new-"))
      continue;
    const text = expected.get(entry.name);
    if (!entry.isFile() || text === undefined) return false;
    if ((await readFile(path.join(attempt.folder, entry.name), "utf8")) !== text) return false;
  }
  return true;
}

export type FileKind = "file" | "folder" | "something else" | "absent";

export async function kindOf(place: string): Promise<FileKind> {
  try {
    const found = await stat(place);
    if (found.isFile()) return "file";
    return found.isDirectory() ? "folder" : "something else";
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(fileErrorCode(error) ?? "")) return "absent";
    throw unreadable(error, place);
  }
}

/** The sentence for a place that cannot be written: a read-only checkout, another owner, a full disk. */
export function unwritable(error: unknown, place: string): unknown {
  const code = fileErrorCode(error);
  if (code === undefined || error instanceof UsageError) return error;
  if (code === "ENOSPC") return new UsageError(`The disk is full: ${place} could not be written.`);
  return new UsageError(
    `Expected a place that can be written, but ${place} cannot be (${code}). Set ATTEMPTS_DIR to a folder of your own.`,
  );
}

function unreadable(error: unknown, place: string): unknown {
  const code = fileErrorCode(error);
  return code === undefined ? error : new UsageError(`Expected to read ${place}, but got ${code}.`);
}

function filesOf(attempt: Attempt): string[] {
  return [attempt.subjectFile, attempt.testFile, attempt.notesFile, attempt.beginningFile];
}

async function makeFolder(folder: string, what: string, kata: Kata): Promise<void> {
  const kind = await kindOf(folder);
  if (kind === "folder") return;
  if (kind !== "absent") throw foreign(folder, `a folder for ${what}`, kind, kata);
  try {
    await makeFolders(folder);
  } catch (error) {
    throw unwritable(error, folder);
  }
}

async function refuseForeign(file: string, kata: Kata): Promise<void> {
  const kind = await kindOf(file);
  if (kind !== "file" && kind !== "absent") throw foreign(file, "a file", kind, kata);
}

function foreign(place: string, wanted: string, kind: FileKind, kata: Kata): UsageError {
  return new UsageError(
    `Expected ${wanted} at ${place}, but found ${kind === "file" ? "a file" : kind === "folder" ? "a folder" : kind}. ` +
      `Nothing was changed. Move it away${place.includes(kata.name) ? `, or keep it in the archive and start over: npm run kata ${kata.name} fresh` : ""}.`,
  );
}
