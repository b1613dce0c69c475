/** A long text, page by page: the brief at the size of a terminal. */
import { width, wrap } from "../terminal/text.ts";

export function pagesOf(text: string, size: { columns: number; rows: number }): string[][] {
  const lines = withoutWideTables(text.trimEnd().split("\n"), size.columns).flatMap((line) =>
    wrapMarkdown(line, size.columns),
  );
  const rows = Math.max(1, size.rows - 1);
  const pages: string[][] = [];
  for (let first = 0; first < lines.length; first += rows) {
    pages.push(lines.slice(first, first + rows));
  }
  return pages.length === 0 ? [[""]] : pages;
}

const tableRow = /^\s*\|.*\|$/;

/** A table that does not fit becomes a list: each row an item, its other cells below it with their headings. */
function withoutWideTables(lines: readonly string[], columns: number): string[] {
  const shown: string[] = [];
  for (let index = 0; index < lines.length;) {
    const end = lines.findIndex((line, at) => at >= index && !tableRow.test(line));
    const table = lines.slice(index, end === -1 ? lines.length : end);
    if (table.length === 0) {
      shown.push(lines[index] ?? "");
      index += 1;
      continue;
    }
    const isWide = table.some((line) => width(line) > columns);
    shown.push(...(isWide ? itemsOf(table) : table));
    index += table.length;
  }
  return shown;
}

function itemsOf([heading = "", , ...rows]: readonly string[]): string[] {
  const headings = cellsOf(heading);
  return rows.flatMap((row) => {
    const [first = "", ...others] = cellsOf(row);
    return [
      `- ${first}`,
      ...others.map((cell, index) => `  ${headings[index + 1] ?? ""}: ${cell}`),
    ];
  });
}

function cellsOf(row: string): string[] {
  return row
    .trim()
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim());
}

/** A list item goes on under its text; what is indented stays indented. */
function wrapMarkdown(line: string, columns: number): string[] {
  const start = /^\s*(?:[-*] |\d+\. )?/.exec(line)?.[0] ?? "";
  const indent = " ".repeat(start.length);
  const [first = "", ...others] = wrap(line.slice(start.length), columns - start.length);
  return [start + first, ...others.map((rest) => indent + rest)];
}
