/**
 * The table of all katas: what the core asks for, how far the attempt has come, and which to do next.
 *
 * Level and score are those of the last full grade, `attempts/<kata>/grade.json`. Until there is one, or when it
 * cannot be read, they are unknown and said to be.
 */
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { attemptOf } from "./attempt.ts";
import { coreMinutes, type Kata } from "./catalogue.ts";
import type { Colours } from "./colours.ts";
import { truncate, width } from "./text.ts";

export interface Standing {
  kata: Kata;
  /** When the learner's file was edited last; undefined when there is none. */
  editedLast: Date | undefined;
  /** The highest level of which all promises, and all below, are held. */
  levelReached: number | undefined;
  score: number | undefined;
}

export async function standingOf(kata: Kata, folderOfAttempts: string): Promise<Standing> {
  const attempt = attemptOf(folderOfAttempts, kata);
  const edited = await stat(attempt.subjectFile).catch(() => undefined);
  const grade = await readGrade(path.join(attempt.folder, "grade.json"));
  return {
    kata,
    editedLast: edited?.isFile() === true ? edited.mtime : undefined,
    levelReached: grade?.levelReached,
    score: grade?.score,
  };
}

/** The kata to go on with: the one begun last whose core is open, else the first that was never begun. */
export function nextKata(standings: readonly Standing[]): Standing | undefined {
  const open = standings.filter(({ kata, levelReached = 0 }) => levelReached < kata.coreLevel);
  const begun = open
    .filter((standing) => standing.editedLast !== undefined)
    .sort((left, right) => Number(right.editedLast) - Number(left.editedLast));
  const beyondCore = standings.find(
    ({ kata, levelReached = 0 }) => levelReached < kata.levels.length,
  );
  return begun[0] ?? open[0] ?? beyondCore;
}

export function overviewLines(
  standings: readonly Standing[],
  columns: number,
  colours: Colours,
): string[] {
  const next = nextKata(standings);
  const head = ["", "kata", "core", "minutes", "level reached", "best score", "last attempt"];
  const rows = standings.map((standing) => [
    standing === next ? "→" : "",
    standing.kata.name,
    `levels 1–${standing.kata.coreLevel}`,
    `${coreMinutes(standing.kata)}`,
    levelText(standing),
    standing.score === undefined ? "unscored" : `${standing.score} of 70`,
    standing.editedLast === undefined ? "never" : dayOf(standing.editedLast),
  ]);
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => width(row[column] ?? ""))),
  );
  const line = (row: readonly string[]) =>
    truncate(
      row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "),
      columns,
    ).trimEnd();
  return [colours.dim(line(head)), ...rows.map(line), "", ...adviceLines(next, columns, colours)];
}

function adviceLines(next: Standing | undefined, columns: number, colours: Colours): string[] {
  if (next === undefined) return ["Every level of every kata is reached."];
  const what =
    next.editedLast === undefined
      ? `Next: ${next.kata.title.toLowerCase()}.`
      : (next.levelReached ?? 0) < next.kata.coreLevel
        ? `Next: go on with ${next.kata.name}.`
        : `Next: the levels beyond the core of ${next.kata.name}.`;
  return [truncate(what, columns), colours.bold(`  npm run kata ${next.kata.name}`)];
}

function levelText({ kata, editedLast, levelReached }: Standing): string {
  if (levelReached !== undefined) return `${levelReached} of ${kata.levels.length}`;
  return editedLast === undefined ? "–" : "not graded yet";
}

function dayOf(date: Date): string {
  const twoDigits = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
}

async function readGrade(
  file: string,
): Promise<{ levelReached: number; score: number | undefined } | undefined> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const grade = JSON.parse(text) as {
      levels?: { level: number; held: number; of: number }[];
      score?: { total?: number | null };
    };
    const levels = [...(grade.levels ?? [])].sort((left, right) => left.level - right.level);
    const firstOpen = levels.findIndex(({ held, of }) => held < of);
    const total = grade.score?.total;
    return {
      levelReached: firstOpen === -1 ? levels.length : firstOpen,
      score: typeof total === "number" ? total : undefined,
    };
  } catch {
    // A damaged grade says nothing; the next full grade replaces it.
    return undefined;
  }
}
