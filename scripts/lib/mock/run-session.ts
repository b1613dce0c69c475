/**
 * A session from its first line to its debrief, and from wherever it was cut off.
 *
 *     began → fresh → the phases → bell → frozen → graded
 *
 * Each step is in the log before the next one begins, and each can be done again: whoever is killed between two of
 * them finds the session where it was. What costs the learner something, putting the attempt away, is a rename.
 */
import type { GradeReport } from "../grade/grade-report.ts";
import { isHelpEntry, noteHelp } from "../journal/help-given.ts";
import { journalsOf, type HelpEntry } from "../journal/journals.ts";
import { readLines } from "../journal/json-lines.ts";
import { archiveAttempt } from "../kata/archive.ts";
import { isUntouched, kindOf, startAttempt, type Attempt } from "../kata/attempt.ts";
import type { Kata, KataPromise } from "../kata/catalogue.ts";
import type { Colours } from "../terminal/colours.ts";
import { shownPath } from "../kata/first-screen.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { bellGradeOf } from "./bell-grade.ts";
import { LiveSession, type SessionWorld } from "./live-session.ts";
import type { SessionEntry, SessionEvent } from "./session-log.ts";
import type { SessionPlan } from "./session-plan.ts";
import {
  appendEntry,
  freeze,
  frozenFolder,
  nextNumber,
  type StoredSession,
} from "./session-store.ts";
import { respond, stateOf, type SessionState } from "./session.ts";
import { clockTime } from "./transcript.ts";

export interface SessionPlace {
  root: string;
  kata: Kata;
  promises: readonly KataPromise[];
  attempt: Attempt;
  date: () => Date;
}

/** A session that is being written: its log in memory and on disk. */
export class SessionWriter {
  readonly number: number;
  readonly #place: SessionPlace;
  readonly #entries: SessionEntry[];

  constructor(place: SessionPlace, number: number, entries: readonly SessionEntry[]) {
    this.#place = place;
    this.number = number;
    this.#entries = [...entries];
  }

  get entries(): readonly SessionEntry[] {
    return this.#entries;
  }

  get state(): SessionState {
    const state = stateOf(this.#entries);
    if (state === undefined) throw new Error("Expected a log that has begun.");
    return state;
  }

  async note(event: SessionEvent, ms = this.#entries.at(-1)?.ms ?? 0): Promise<void> {
    await this.append({ at: this.#place.date().toISOString(), ms, ...event });
  }

  readonly append = async (entry: SessionEntry): Promise<void> => {
    this.#entries.push(entry);
    await appendEntry(this.#place.attempt, this.number, entry);
  };
}

export async function beginSession(place: SessionPlace, plan: SessionPlan): Promise<SessionWriter> {
  const writer = new SessionWriter(place, await nextNumber(place.attempt), []);
  await writer.note({ event: "began", session: writer.number, plan }, 0);
  return writer;
}

/** Goes on with a session whose process is gone; how long it was gone is part of the log. */
export async function comeBack(place: SessionPlace, stored: StoredSession): Promise<SessionWriter> {
  const writer = new SessionWriter(place, stored.number, stored.entries);
  if (writer.state.bell === null) {
    const lastSeen = Date.parse(stored.entries.at(-1)?.at ?? "");
    const goneMs = Math.max(0, place.date().getTime() - lastSeen) || 0;
    await writer.note({ event: "came-back", goneMs });
  }
  return writer;
}

/** The earlier attempt goes into the archive, the starter takes its place. */
export async function makeFresh(place: SessionPlace, writer: SessionWriter): Promise<void> {
  if (writer.state.isFresh) return;
  const { root, kata, promises, attempt } = place;
  const kind = await kindOf(attempt.folder);
  const isOld = kind === "folder" ? !(await isUntouched(kata, attempt)) : kind !== "absent";
  const archived = isOld ? ((await archiveAttempt(kata, attempt)) ?? null) : null;
  await startAttempt(root, kata, promises, attempt);
  const help: HelpEntry = {
    at: place.date().toISOString(),
    kataVersion: kata.version,
    event: "fresh",
  };
  await noteHelp(attempt, help);
  await writer.note({ event: "fresh", archived: archived === null ? null : shownPath(archived) });
}

/** The phases, until the bell or until it is left. Resolves to an exit code when it was left. */
export async function holdSession(
  place: SessionPlace,
  writer: SessionWriter,
  world: SessionWorld,
  terminal: Terminal,
  colours: Colours,
): Promise<number | null> {
  if (writer.state.bell !== null) return null;
  const { kata, attempt } = place;
  const { entries, append } = writer;
  const live = new LiveSession({ kata, attempt, entries, append, world, colours }, terminal);
  const { exitCode } = await live.spend();
  return exitCode;
}

/** Rings the bell of a session that nobody goes on with. */
export async function closeSession(writer: SessionWriter): Promise<void> {
  const { state } = writer;
  for (const { ms, ...event } of respond(state, { input: "close" }, state.ms)) {
    await writer.note(event, ms);
  }
}

/** Freezes the work and has it graded, whatever of that is not done yet. Null where nothing was left to do. */
export async function settle(
  place: SessionPlace,
  writer: SessionWriter,
  grade: (folder: string) => Promise<GradeReport>,
): Promise<GradeReport | null> {
  if (writer.state.frozen === null) {
    await writer.note({ event: "frozen", ...(await freeze(place.attempt, writer.number)) });
  }
  const { frozen } = writer.state;
  if (frozen === null || writer.state.grade !== null) return null;
  const report = await grade(frozenFolder(place.attempt, frozen));
  await writer.note({ event: "graded", grade: bellGradeOf(report) });
  return report;
}

/** What somebody reads who has left a session. */
export function leftLines(writer: SessionWriter, kata: Kata): string[] {
  const { state, number } = writer;
  return [
    `Session ${number} stands still at ${clockTime(state.ms)} of ${clockTime(state.plan.minutes * 60_000)}.`,
    `Go on:     npm run mock ${kata.name}`,
    `Ring the bell now, on what is there:  npm run mock ${kata.name} close`,
  ];
}

/** Hints and looks at the solution since a session began, in the words of its log. */
export function helpSince(
  attempt: Attempt,
  began: string,
): () => ReturnType<SessionWorld["helped"]> {
  return () =>
    readLines(journalsOf(attempt).help, isHelpEntry)
      .filter(({ at }) => at >= began)
      .flatMap((entry) => {
        if (entry.event === "hint") {
          const { at, hint, rung, about } = entry;
          const rungName = ["nudge", "concept", "mechanism"][rung - 1] ?? "";
          const isFundamental = about !== "algorithm";
          const cost = `a point of dimension 12${isFundamental ? ", and 5 is at most 3" : ""}`;
          return [{ helpedAt: at, what: `Hint opened: ${hint}, ${rungName} (${about})`, cost }];
        }
        if (entry.event === "solution") {
          return [{ helpedAt: entry.at, what: "Solution opened", cost: "the pass" }];
        }
        return [];
      });
}
