/**
 * The results as CSV, one line a person. Every cell is quoted; one that a spreadsheet would take for a formula
 * begins with an apostrophe, which tells it that this is text.
 */
import { harmless } from "../terminal/text.ts";
import type { Person, Results } from "./results.ts";

export function resultsCsv(results: Results): string {
  const { promises, people, kata, kataVersion, suiteHash, seeds } = results;
  const head = [
    ...["name", "verdict", "level reached", "level declared", "score", "score passes", "problem"],
    ...promises.map(({ id }) => id),
    ...["kata", "kata version", "suite hash", "seeds", "subject hash"],
  ];
  const lines = people.map((person) => [
    person.name,
    person.verdict,
    `${person.levelReached}`,
    text(person.level),
    text(person.score.total),
    text(person.score.pass),
    text(person.problem),
    ...promises.map(({ id }) => promiseCell(person, id)),
    kata,
    `${kataVersion}`,
    suiteHash,
    seeds.join(" "),
    text(person.seeds[0]?.subjectHash ?? null),
  ]);
  return [head, ...lines].map((cells) => `${cells.map(cell).join(",")}\r\n`).join("");
}

function promiseCell({ promises }: Person, id: string): string {
  const result = promises[id];
  if (result === undefined) return "";
  return result.of === 1 ? result.status : `${result.status} (${result.seeds} of ${result.of})`;
}

function text(value: string | number | boolean | null): string {
  return value === null ? "" : `${value}`;
}

/** `=`, `+`, `-` and `@` begin a formula, in their wide forms too, and so may whatever follows a tab or a line end. */
const formula = /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/;

function cell(value: string): string {
  const oneLine = harmless(value.replaceAll(/[\t\r\n]+/g, " ")).replaceAll('"', '""');
  return `"${formula.test(value) ? "'" : ""}${oneLine}"`;
}
