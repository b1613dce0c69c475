/** Opens one rung of a hint for a learner: chosen, noted, then told, with what it costs. */
import { readFile } from "node:fs/promises";
import type { Hint, KataRubric } from "../../../rubric/shape.ts";
import { didYouMean, UsageError } from "../arguments.ts";
import { helpGiven, isOnFundamentals, noteHelp, type HelpGiven } from "../journal/help-given.ts";
import type { Attempt } from "../kata/attempt.ts";
import type { Kata } from "../kata/catalogue.ts";
import type { Colours } from "../terminal/colours.ts";
import { declaredLevel } from "../kata/declared-level.ts";
import { counted, wrap } from "../terminal/text.ts";
import { brokenInLastGrade } from "./last-grade.ts";
import {
  nextHint,
  nextRung,
  openRungs,
  rungNames,
  rungs,
  textOfRung,
  type Rung,
} from "./next-hint.ts";

export interface HintSituation {
  kata: Kata;
  attempt: Attempt;
  rubric: KataRubric;
}

export interface Page {
  columns: number;
  colours: Colours;
}

/** Opens the next rung, or the next one of the hint that is named; answers with what to show. */
export async function openHint(
  situation: HintSituation,
  id: string | undefined,
  page: Page,
): Promise<string[]> {
  const { kata, attempt, rubric } = situation;
  const given = helpGiven(attempt, kata.version);
  const open = openRungs(given.hints);
  const level = await levelUnderWork(attempt, kata);
  const hint =
    id === undefined
      ? nextHint({
          hints: rubric.hints,
          opened: given.hints,
          broken: await brokenInLastGrade(attempt, kata),
          level,
        })
      : hintNamed(rubric, id);
  if (hint === undefined) return nothingLeft(kata, rubric, level);
  const rung = nextRung(hint, open);
  if (rung === undefined) {
    return [...hintLines(hint, 3, page), "", "All of it was open before: this costs nothing."];
  }
  const { about } = hint;
  const at = new Date().toISOString();
  const entry = {
    at,
    kataVersion: kata.version,
    event: "hint",
    hint: hint.id,
    rung,
    about,
  } as const;
  await noteHelp(attempt, entry);
  const now = helpGiven(attempt, kata.version);
  return [
    ...hintLines(hint, rung, page),
    "",
    ...wrap(costOf(hint, now), page.columns).map(page.colours.dim),
    ...(rung === 3 ? [] : moreOf(kata, hint, rung).map(page.colours.dim)),
  ];
}

/** Every hint without its content: where it helps, how far it is open, what a rung of it costs. */
export async function listOfHints(
  { kata, attempt, rubric }: HintSituation,
  { columns, colours }: Page,
): Promise<string[]> {
  const given = helpGiven(attempt, kata.version);
  const open = openRungs(given.hints);
  const idWidth = Math.max(0, ...rubric.hints.map(({ id }) => id.length));
  const lines: string[] = [];
  for (const [index, { title }] of kata.levels.entries()) {
    const ofLevel = rubric.hints.filter((hint) => hint.level === index + 1);
    if (ofLevel.length === 0) continue;
    lines.push(colours.bold(`Level ${index + 1} · ${title}`));
    for (const hint of ofLevel) {
      const ladder = rungs.map((rung) => (open.get(hint.id)?.has(rung) === true ? "●" : "○"));
      const cost = isOnFundamentals(hint)
        ? `−1 on 12 a rung, 5 at most 3 (${hint.about})`
        : "−1 on 12 a rung";
      lines.push(`  ${ladder.join("")}  ${hint.id.padEnd(idWidth)}  ${cost}`);
    }
  }
  return [
    ...lines,
    "",
    ...wrap(`● is open: nudge, concept, mechanism. ${soFar(given)}`, columns),
    `Open one:  npm run hint ${kata.name}  or  npm run hint ${kata.name} <id>`,
  ];
}

/** What is open already, once more, at no cost. */
export function openedAgain({ kata, attempt, rubric }: HintSituation, page: Page): string[] {
  const given = helpGiven(attempt, kata.version);
  const open = openRungs(given.hints);
  const lines = rubric.hints.flatMap((hint) => {
    const highest = rungs.findLast((rung) => open.get(hint.id)?.has(rung) === true);
    return highest === undefined ? [] : [...hintLines(hint, highest, page), ""];
  });
  return [...lines, soFar(given)];
}

export function hintNamed({ kata, hints }: KataRubric, id: string): Hint {
  const hint = hints.find((candidate) => candidate.id === id);
  if (hint !== undefined) return hint;
  const ids = hints.map((candidate) => candidate.id);
  throw new UsageError(
    `${kata} has no hint "${id}".${didYouMean(id, ids) || ` Expected one of:\n  ${ids.join("\n  ")}`}`,
  );
}

/** The level that the attempt declares; the first where nothing is written yet. */
async function levelUnderWork(attempt: Attempt, kata: Kata): Promise<number> {
  const source = await readFile(attempt.subjectFile, "utf8").catch(() => undefined);
  return source === undefined ? 1 : declaredLevel(source, kata).level;
}

function hintLines(hint: Hint, upTo: Rung, { columns, colours }: Page): string[] {
  const told = rungs.filter((rung) => rung <= upTo);
  const width = Math.max(...told.map((rung) => rungNames[rung].length));
  const indent = " ".repeat(width + 4);
  return [
    colours.bold(`${hint.id} · level ${hint.level} · ${rungNames[upTo]} (${upTo} of 3)`),
    ...told.flatMap((rung) => {
      const words = wrap(textOfRung(hint, rung), columns - indent.length);
      const name = `  ${rungNames[rung].padEnd(width)}  `;
      const lines = words.map((line, index) => (index === 0 ? name : indent) + line);
      return rung === upTo ? lines : lines.map(colours.dim);
    }),
  ];
}

function costOf(hint: Hint, now: HelpGiven): string {
  const cap = isOnFundamentals(hint)
    ? ` It is about the fundamentals of ${hint.about}, so dimension 5 (correctness) counts 3 at most.`
    : "";
  return `This costs 1 point of dimension 12 (hints and pushback).${cap} ${soFar(now)}`;
}

function soFar({ hints, hintsOnFundamentals }: HelpGiven): string {
  if (hints.length === 0) return "Nothing has been opened yet.";
  const cap = hintsOnFundamentals === 0 ? "" : ", and 5 counts 3 at most";
  return `So far: ${counted(hints.length, "rung")} opened, −${hints.length} on dimension 12${cap}.`;
}

function moreOf(kata: Kata, hint: Hint, rung: 1 | 2): string[] {
  return [
    `Its ${rungNames[rung === 1 ? 2 : 3]}, for another point:`,
    `  npm run hint ${kata.name} ${hint.id}`,
  ];
}

function nothingLeft(kata: Kata, rubric: KataRubric, level: number): string[] {
  const above = rubric.hints.some((hint) => hint.level > level);
  return [
    `Every hint up to level ${level} is open: nothing was charged.`,
    `Read them again:     npm run hint ${kata.name} -- --again`,
    ...(above ? [`Those above, by id:  npm run hint ${kata.name} -- --list`] : []),
    "What comes after hints, and costs the pass:",
    `  npm run solution ${kata.name} ${level}`,
  ];
}
