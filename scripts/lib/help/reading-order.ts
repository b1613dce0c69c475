/**
 * The reading order of a reference, as the table in its essay gives it: one row a noun, its files and one line about
 * it. A row whose line begins with "level N:" is needed from that level on; every other row is needed from the first.
 */

export interface ReadingRow {
  /** Names of files beside the essay. */
  files: string[];
  about: string;
  /** The lowest level that needs it. */
  level: number;
}

export function readingOrder(essay: string): ReadingRow[] {
  const section = /\n## Reading order\n([^]*?)(?=\n## |$)/.exec(`\n${essay}`)?.[1] ?? "";
  return section.split("\n").flatMap((line) => {
    const cells = line.split("|").map((cell) => cell.trim());
    const files = [...(cells[1] ?? "").matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1] ?? "");
    if (files.length === 0) return [];
    const about = (cells.at(-2) ?? "").replaceAll(/[`*]/g, "");
    return [{ files, about, level: Number(/^level (\d+):/.exec(about)?.[1] ?? 1) }];
  });
}
