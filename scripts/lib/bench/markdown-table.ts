/** The reference against the limit and its peers as a table of Markdown, padded as Prettier pads. */
import { width } from "../kata/text.ts";
import type { BenchReport } from "./bench-report.ts";
import { figure, standingOf } from "./figures.ts";

const head = ["measured", "against", "times as fast", "min–max", "goal", ""];

export function benchMarkdown({ courses, notes, missing, peers }: BenchReport): string {
  const rows = courses.flatMap(({ title, comparisons, unmeasured }) => [
    ...comparisons
      .filter(({ subject }) => subject === "reference")
      .map((comparison) => [
        title,
        comparison.against,
        figure(comparison.times.median),
        `${figure(comparison.times.min)}–${figure(comparison.times.max)}`,
        comparison.goal === null ? "" : `${comparison.goal}`,
        standingOf(comparison) === "no goal" ? "" : standingOf(comparison),
      ]),
    ...unmeasured.map(({ against, atLeast }) => [title, against, "–", "", `${atLeast}`, "missing"]),
  ]);
  const widths = head.map((title, column) =>
    Math.max(3, width(title), ...rows.map((row) => width(row[column] ?? ""))),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - width(cell))).join(" | ")} |`;
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
  return [
    ...[line(head), line(widths.map((each) => "-".repeat(each))), ...rows.map(line)],
    "",
    [...notes, ...(versions.length === 0 ? [] : [`Peers: ${versions.join(", ")}.`])].join(" "),
    ...missing.map(({ name, why }) => `Missing: ${name} (${why}).`),
  ]
    .join("\n")
    .trimEnd();
}
