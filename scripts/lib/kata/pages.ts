/** A long text, page by page: the brief at the size of a terminal. */
import { wrap } from "./text.ts";

export function pagesOf(text: string, size: { columns: number; rows: number }): string[][] {
  const lines = text
    .trimEnd()
    .split("\n")
    .flatMap((line) => wrapMarkdown(line, size.columns));
  const rows = Math.max(1, size.rows - 1);
  const pages: string[][] = [];
  for (let first = 0; first < lines.length; first += rows) {
    pages.push(lines.slice(first, first + rows));
  }
  return pages.length === 0 ? [[""]] : pages;
}

/** A list item goes on under its text; what is indented stays indented. */
function wrapMarkdown(line: string, columns: number): string[] {
  const start = /^\s*(?:[-*] |\d+\. )?/.exec(line)?.[0] ?? "";
  const indent = " ".repeat(start.length);
  const [first = "", ...others] = wrap(line.slice(start.length), columns - start.length);
  return [start + first, ...others.map((rest) => indent + rest)];
}
