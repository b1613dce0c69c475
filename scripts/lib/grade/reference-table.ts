/** The grades of several subjects side by side: one row a kata, for a terminal, for Markdown or as data. */
import { coloursFor, type Colours } from "../terminal/colours.ts";
import { counted, truncate, width } from "../terminal/text.ts";
import type { GradeReport, GradeVerdict } from "./grade-report.ts";

export interface GradeRow {
  kata: string;
  verdict: GradeVerdict;
  /** Not a full grade. */
  partial: boolean;
  promises: { held: number; of: number };
  stress: string;
  ownTests: { count: number; caught: number; of: number };
  score: { total: number | null; of: number };
  seconds: number;
}

export function gradeRow(report: GradeReport, seconds: number): GradeRow {
  const { kata, verdict, partial, invariants, stress, ownTests, score } = report;
  return {
    kata,
    verdict,
    partial,
    promises: {
      held: invariants.filter(({ status }) => status === "held").length,
      of: invariants.length,
    },
    stress: stress.status,
    ownTests: { count: ownTests.count, caught: ownTests.caught, of: ownTests.of },
    score: { total: score.total, of: score.of },
    seconds,
  };
}

const head = ["kata", "promises held", "stress", "own tests caught", "score", "seconds"];
const numbersFrom = 1;

export function tableText(
  rows: readonly GradeRow[],
  columns: number,
  colours: Colours = coloursFor({}),
): string[] {
  const lines = rows.map((row) => [markOf(row), ...cellsOf(row)]);
  const titled = ["", ...head];
  const widths = titled.map((title, column) =>
    Math.max(width(title), ...lines.map((line) => width(line[column] ?? ""))),
  );
  const drawn = (cells: readonly string[]) =>
    truncate(
      cells.map((cell, column) => cell + pad(cell, widths[column] ?? 0)).join("  "),
      columns,
    ).trimEnd();
  const partial = rows.some((row) => row.partial);
  return [
    colours.dim(drawn(titled)),
    ...lines.map((line, index) => {
      const paint = rows[index]?.verdict === "pass" ? (text: string) => text : colours.red;
      return paint(drawn(line));
    }),
    ...(partial ? ["", "Not a full grade."] : []),
  ];
}

/** Padded as Prettier pads, so that a README that holds it stays formatted. */
export function tableMarkdown(rows: readonly GradeRow[]): string {
  const lines = rows.map(cellsOf);
  const widths = head.map((title, column) =>
    Math.max(width(title), ...lines.map((line) => width(line[column] ?? ""))),
  );
  const isNumber = (column: number) => column >= numbersFrom && head[column] !== "stress";
  const row = (cells: readonly string[]) =>
    `| ${cells
      .map((cell, column) => {
        const padding = pad(cell, widths[column] ?? 0);
        return isNumber(column) ? padding + cell : cell + padding;
      })
      .join(" | ")} |`;
  const rule = widths.map((each, column) =>
    isNumber(column) ? `${"-".repeat(each - 1)}:` : "-".repeat(each),
  );
  return [row(head), row(rule), ...lines.map(row)].join("\n");
}

function cellsOf({ kata, promises, stress, ownTests, score, seconds }: GradeRow): string[] {
  return [
    kata,
    `${promises.held} of ${promises.of}`,
    stress,
    caughtText(ownTests),
    score.total === null ? "unscored" : `${score.total} of ${score.of}`,
    `${Math.round(seconds)}`,
  ];
}

function caughtText({ count, caught, of }: GradeRow["ownTests"]): string {
  if (of > 0) return `${caught} of ${of}`;
  return count === 0 ? "none" : counted(count, "test");
}

function markOf({ verdict }: GradeRow): string {
  return verdict === "pass" ? "✓" : "✗";
}

function pad(cell: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - width(cell)));
}
