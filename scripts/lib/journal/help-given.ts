/**
 * The help that an attempt was given, as its journal tells it, and what of that counts.
 *
 * - A rung of a hint counts once, however often its line is there.
 * - Hints start anew with a fresh attempt, and all of them count again when an earlier attempt is brought back.
 * - Who has seen the solution has seen it: it stays opened for as long as the kata's version stays the same.
 */
import type { Attempt } from "../kata/attempt.ts";
import { unwritable } from "../kata/attempt.ts";
import { journalsOf, type HelpEntry } from "./journals.ts";
import { appendLine, readLines } from "./json-lines.ts";

type HintEntry = Extract<HelpEntry, { event: "hint" }>;

export interface HelpGiven {
  /** The rungs that count, each once, in the order in which they were opened. */
  hints: HintEntry[];
  /** Among them, those about storage or concurrency fundamentals. */
  hintsOnFundamentals: number;
  /** When the solution of this version was opened first; null when it was not. */
  solutionOpenedAt: string | null;
}

/** All of it, or what was given until a moment. */
export function helpGiven(attempt: Attempt, kataVersion: number, until?: string): HelpGiven {
  const entries = readLines(journalsOf(attempt).help, isHelpEntry);
  const known = until === undefined ? entries : entries.filter(({ at }) => at <= until);
  return helpIn(known, kataVersion);
}

export function helpIn(entries: readonly HelpEntry[], kataVersion: number): HelpGiven {
  const start = entries.findLastIndex(({ event }) => event === "fresh" || event === "restored");
  const since = entries[start]?.event === "fresh" ? entries.slice(start) : entries;
  const hints = new Map<string, HintEntry>();
  for (const entry of since) {
    if (entry.event !== "hint") continue;
    const name = `${entry.rung} ${entry.hint}`;
    if (!hints.has(name)) hints.set(name, entry);
  }
  const opened = entries.find(
    (entry) => entry.event === "solution" && entry.kataVersion === kataVersion,
  );
  return {
    hints: [...hints.values()],
    hintsOnFundamentals: [...hints.values()].filter(isOnFundamentals).length,
    solutionOpenedAt: opened?.at ?? null,
  };
}

/** Help that cannot be noted is not given: rejects with a sentence where the journal cannot be written. */
export async function noteHelp(attempt: Attempt, entry: HelpEntry): Promise<void> {
  const { help } = journalsOf(attempt);
  try {
    await appendLine(help, entry);
  } catch (error) {
    throw unwritable(error, help);
  }
}

export function isOnFundamentals({ about }: Pick<HintEntry, "about">): boolean {
  return about !== "algorithm";
}

export function isHelpEntry(candidate: unknown): candidate is HelpEntry {
  if (typeof candidate !== "object" || candidate === null) return false;
  const entry = candidate as Partial<Record<string, unknown>>;
  if (typeof entry["at"] !== "string" || typeof entry["kataVersion"] !== "number") return false;
  switch (entry["event"]) {
    case "hint":
      return (
        typeof entry["hint"] === "string" &&
        [1, 2, 3].includes(entry["rung"] as number) &&
        ["algorithm", "storage", "concurrency"].includes(entry["about"] as string)
      );
    case "solution":
      return entry["level"] === null || typeof entry["level"] === "number";
    default:
      return entry["event"] === "fresh" || entry["event"] === "restored";
  }
}
