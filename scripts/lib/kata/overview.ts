/** The table of all katas: what the core asks for, how far a person has come, and which to do next. */
import { coreMinutes } from "./catalogue.ts";
import type { Colours } from "../terminal/colours.ts";
import type { Standing } from "./standing.ts";
import { truncate, width, wrap } from "../terminal/text.ts";
import { sparkline } from "./trend.ts";

/**
 * The kata to go on with: the one begun last whose core is open, else the first that was never begun, else one with
 * levels left, else one that is not ready.
 */
export function nextKata(standings: readonly Standing[]): Standing | undefined {
  const open = standings.filter(({ kata, levelReached = 0 }) => levelReached < kata.coreLevel);
  const begun = open
    .filter((standing) => standing.editedLast !== undefined)
    .sort((left, right) => Number(right.editedLast) - Number(left.editedLast));
  const beyondCore = standings.find(
    ({ kata, levelReached = 0 }) => levelReached < kata.levels.length,
  );
  return (
    begun[0] ?? open[0] ?? beyondCore ?? standings.find(({ readiness }) => readiness !== "ready")
  );
}

interface Column {
  head: string;
  cell: (standing: Standing) => string;
}

const columnGap = "  ";

export function overviewLines(
  standings: readonly Standing[],
  columns: number,
  colours: Colours,
): string[] {
  const next = nextKata(standings);
  const table: Column[] = [
    { head: "", cell: (standing) => (standing === next ? "→" : "") },
    { head: "kata", cell: ({ kata }) => kata.name },
    { head: "core", cell: ({ kata }) => `1–${kata.coreLevel}` },
    { head: "minutes", cell: ({ kata }) => `${coreMinutes(kata)}` },
    { head: "level", cell: levelText },
    { head: "best", cell: ({ score }) => (score === undefined ? "–" : `${score} of 70`) },
    { head: "trend", cell: ({ totals }) => (totals.length === 0 ? "–" : sparkline(totals)) },
    { head: "readiness", cell: ({ readiness }) => readiness ?? "–" },
    { head: "last attempt", cell: lastAttempt },
  ];
  const fitting = withoutWhatDoesNotFit(table, standings, columns);
  const widths = fitting.map((column) => columnWidth(column, standings));
  const line = (cells: readonly string[]) =>
    truncate(
      cells.map((cell, index) => padded(cell, widths[index] ?? 0)).join(columnGap),
      columns,
    ).trimEnd();
  return [
    colours.dim(line(fitting.map(({ head }) => head))),
    ...standings.map((standing) => line(fitting.map(({ cell }) => cell(standing)))),
    "",
    ...adviceLines(next, columns, colours),
  ];
}

/** The long names of new katas cost the columns that are told elsewhere, too. */
const givenUpFirst = ["trend", "minutes", "core"];

function withoutWhatDoesNotFit(
  table: readonly Column[],
  standings: readonly Standing[],
  columns: number,
): readonly Column[] {
  let fitting = table;
  for (const name of givenUpFirst) {
    const widths = fitting.map((column) => columnWidth(column, standings));
    const all = widths.reduce((sum, each) => sum + each + columnGap.length, -columnGap.length);
    if (all <= columns) break;
    fitting = fitting.filter(({ head }) => head !== name);
  }
  return fitting;
}

function columnWidth({ head, cell }: Column, standings: readonly Standing[]): number {
  return Math.max(width(head), ...standings.map((standing) => width(cell(standing))));
}

function padded(cell: string, columns: number): string {
  return cell + " ".repeat(Math.max(0, columns - width(cell)));
}

function adviceLines(next: Standing | undefined, columns: number, colours: Colours): string[] {
  if (next === undefined) return ["Every level of every kata is reached, and every kata is ready."];
  const { what, command } = adviceFor(next);
  const { weakest } = next;
  const weakness =
    weakest === undefined
      ? ""
      : ` Weakest so far: ${weakest.name.toLowerCase()}, ${weakest.points} of 5.`;
  return [...wrap(`Next: ${what}.${weakness}`, columns), colours.bold(`  ${command}`)];
}

function adviceFor({ kata, editedLast, levelReached = 0, readiness }: Standing): {
  what: string;
  command: string;
} {
  const command = `npm run kata ${kata.name}`;
  if (levelReached < kata.coreLevel && editedLast === undefined)
    return { what: kata.title.toLowerCase(), command };
  if (levelReached < kata.coreLevel) return { what: `go on with ${kata.name}`, command };
  if (levelReached < kata.levels.length)
    return { what: `the levels beyond the core of ${kata.name}`, command };
  if (readiness === "passes")
    return { what: `${kata.name} against the clock`, command: `npm run mock ${kata.name}` };
  return { what: `score ${kata.name}`, command: `npm run grade ${kata.name} -- --score` };
}

function levelText({ kata, editedLast, levelReached }: Standing): string {
  if (levelReached !== undefined) return `${levelReached} of ${kata.levels.length}`;
  return editedLast === undefined ? "–" : "not yet";
}

function lastAttempt({ editedLast }: Standing): string {
  if (editedLast === undefined) return "never";
  const twoDigits = (value: number) => String(value).padStart(2, "0");
  return `${editedLast.getFullYear()}-${twoDigits(editedLast.getMonth() + 1)}-${twoDigits(editedLast.getDate())}`;
}
