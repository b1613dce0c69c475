/**
 * How what is committed differs from what was found, one line a difference.
 *
 * Pages of tables are compared cell by cell: "read-cache at 2.1: was ●, is ·". Cells are found by the first
 * cell of their row and the head of their column, so that a new row is one difference and not a shift of
 * all rows below it.
 */
import type { RecordedRow } from "./recorded-row.ts";

/** The same verdicts found by code that has changed are no difference. */
export function recordDifferences(
  before: readonly RecordedRow[],
  after: readonly RecordedRow[],
): string[] {
  const byName = (rows: readonly RecordedRow[]) =>
    new Map(rows.map((row) => [row.impostor, JSON.stringify({ ...row, fingerprint: "" })]));
  const [was, is] = [byName(before), byName(after)];
  const names = [...new Set([...was.keys(), ...is.keys()])];
  return names
    .filter((name) => was.get(name) !== is.get(name))
    .map((name) => {
      if (!is.has(name)) return `${name} is gone`;
      return was.has(name) ? `${name} looks different` : `${name} is new`;
    });
}

export function tableDifferences(before: string, after: string): string[] {
  const [was, is] = [cellsOf(before), cellsOf(after)];
  const rowsOf = (cells: Cells) => new Set([...cells.values()].map(({ row }) => row));
  const [rowsBefore, rowsAfter] = [rowsOf(was), rowsOf(is)];
  const differences = [
    ...[...rowsBefore].filter((row) => !rowsAfter.has(row)).map((row) => `${row} is gone`),
    ...[...rowsAfter].filter((row) => !rowsBefore.has(row)).map((row) => `${row} is new`),
  ];
  for (const [place, { row, column, text }] of is) {
    if (!rowsBefore.has(row)) continue;
    const old = was.get(place)?.text;
    if (old !== text) differences.push(`${row} at ${column}: was ${shown(old)}, is ${shown(text)}`);
  }
  return differences;
}

interface Cell {
  row: string;
  column: string;
  text: string;
}

type Cells = Map<string, Cell>;

function cellsOf(page: string): Cells {
  const cells: Cells = new Map();
  let head: string[] | undefined;
  for (const line of page.split("\n")) {
    if (!line.startsWith("|")) {
      head = undefined;
      continue;
    }
    const texts = line
      .split("|")
      .slice(1, -1)
      .map((text) => text.trim());
    if (head === undefined) {
      head = texts;
      continue;
    }
    const [row = "", ...others] = texts;
    if (/^:?-+:?$/.test(row)) continue;
    for (const [index, text] of others.entries()) {
      const column = head[index + 1] ?? "";
      cells.set(`${row}|${column}`, { row, column, text });
    }
  }
  return cells;
}

function shown(text: string | undefined): string {
  return text === undefined || text === "" ? "nothing" : text;
}
