/**
 * The first screen: what you build, this level's promises, the file to open, the minutes it usually takes, the keys.
 * At most 20 lines, whatever the kata; when the promises need more, they are shortened.
 */
import path from "node:path";
import type { Attempt } from "./attempt.ts";
import type { Kata, KataPromise } from "./catalogue.ts";
import type { Colours } from "../terminal/colours.ts";
import { spread, truncate, wrap } from "../terminal/text.ts";

export const firstScreenLinesMax = 20;
const briefLinesMax = 4;

export interface FirstScreenOptions {
  kata: Kata;
  promises: readonly KataPromise[];
  brief: string;
  level: number;
  attempt: Attempt;
  /** Nothing of the learner's is there yet. */
  isNew: boolean;
  columns: number;
  colours: Colours;
  /** The line of keys, or what to do without a terminal. */
  keys: string;
}

export function firstScreen(options: FirstScreenOptions): string[] {
  const { kata, level, attempt, columns, colours } = options;
  const title = kata.levels[level - 1];
  const minutes = `usually ${title?.minutes ?? 0} minutes`;
  const lines = [
    spread(
      colours.bold(`${kata.name} · ${kata.title}`),
      colours.dim(`level ${level} of ${kata.levels.length}, core ${kata.coreLevel}`),
      columns,
    ),
    ...wholeSentences(whatYouBuild(options.brief), columns, briefLinesMax),
    "",
    spread(colours.bold(levelName(level, title?.title)), colours.dim(minutes), columns),
  ];
  const after = [
    truncate(`Open   ${shownPath(attempt.subjectFile)}`, columns),
    truncate(
      options.isNew
        ? "Red is expected at first: nothing is written yet. Each save runs the tests."
        : `Tests  ${path.basename(attempt.testFile)}; notes ${path.basename(attempt.notesFile)}. Each save runs the tests.`,
      columns,
    ),
    truncate(options.keys, columns),
  ];
  const room = firstScreenLinesMax - lines.length - after.length;
  const ofThisLevel = options.promises.filter((promise) => promise.level === level);
  return [...lines, ...promiseLines(ofThisLevel, columns, room), ...after];
}

/** One line a promise at least; as many of them as fit are shown whole, the others are cut. */
export function promiseLines(
  promises: readonly KataPromise[],
  columns: number,
  linesMax: number,
): string[] {
  const shown = promises.length <= linesMax ? promises : promises.slice(0, linesMax - 1);
  const wrapped = shown.map((promise) => wrap(`· ${promise.sentence}`, columns, "  "));
  let spare = linesMax - promises.length;
  const lines = wrapped.flatMap((whole, index) => {
    spare -= whole.length - 1;
    if (spare >= 0) return whole;
    spare += whole.length - 1;
    return [truncate(`· ${shown[index]?.sentence ?? ""}`, columns)];
  });
  if (shown.length < promises.length) {
    lines.push(truncate(`  and ${promises.length - shown.length} more: see the brief`, columns));
  }
  return lines;
}

export function levelName(level: number, title = ""): string {
  return `Level ${level} · ${title}`;
}

/** A path as somebody at this terminal would type it. */
export function shownPath(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith("..") ? file : relative;
}

/** The first paragraph of the brief's "What you build", without its markup. */
function whatYouBuild(brief: string): string {
  const section = /^## What you build\s+([\s\S]*?)(?=\n\s*\n|\n## |$)/m.exec(brief)?.[1] ?? "";
  return section
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/[`*]/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** As many whole sentences as fit into so many lines; if not even one fits, its beginning. */
function wholeSentences(text: string, columns: number, linesMax: number): string[] {
  const sentences = text.match(/[^.!?]+[.!?]+(?:\s|$)/g) ?? [text];
  let lines: string[] = [];
  for (let count = 1; count <= sentences.length; count += 1) {
    const candidate = wrap(sentences.slice(0, count).join("").trim(), columns);
    if (candidate.length > linesMax) break;
    lines = candidate;
  }
  if (lines.length > 0) return lines;
  const cut = wrap(text, columns).slice(0, linesMax);
  return [...cut.slice(0, -1), truncate(`${cut.at(-1) ?? ""} …`, columns)];
}
