/**
 * The reference against the limit and its peers as a table of Markdown, padded as Prettier pads: a row a course, with
 * what has a goal, or with everything where nothing has one. Below it stands how it was measured.
 */
import { counted, width } from "../terminal/text.ts";
import type { BenchReport } from "./bench-report.ts";
import { figure, standingOf } from "./figures.ts";
import type { Comparison, CourseResult, Lane } from "./race.ts";

export function benchMarkdown(report: BenchReport): string {
  const { kata, courses, notes, missing, peers } = report;
  const head = [kata, "against the limit", "against packages"];
  const rows = courses
    .map((course) => [course.title, cellOf(course, "limit"), cellOf(course, "peer")])
    .filter(([, ...cells]) => cells.some((cell) => cell !== ""));
  const widths = head.map((title, column) =>
    Math.max(3, width(title), ...rows.map((row) => width(row[column] ?? ""))),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - width(cell))).join(" | ")} |`;
  const rounds = Math.max(0, ...courses.map((course) => course.rounds));
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
  return [
    ...[line(head), line(widths.map((each) => "-".repeat(each))), ...rows.map(line)],
    "",
    [
      `\`npm run bench ${kata}\`, ${report.measuredAt.slice(0, 10)}, Node ${report.node}, ${report.platform}, ${counted(rounds, "round")}.`,
      ...notes,
      ...(versions.length === 0 ? [] : [`Packages: ${versions.join(", ")}.`]),
      ...missing.map(({ name, why }) => `Missing: ${name} (${why}).`),
    ].join(" "),
  ].join("\n");
}

function cellOf(course: CourseResult, kind: Lane["kind"]): string {
  const kinds = new Map(course.lanes.map((lane) => [lane.name, lane.kind]));
  const all = course.comparisons.filter(({ subject }) => subject === "reference");
  const withGoal = all.filter(({ goal }) => goal !== null);
  const hasGoals = withGoal.length + course.unmeasured.length > 0;
  const shown = (hasGoals ? withGoal : all).filter(({ against }) => kinds.get(against) === kind);
  // Whoever is missing is a package: nothing else has to be installed.
  const missing = kind === "peer" ? course.unmeasured : [];
  return [
    ...shown.map(comparisonText),
    ...missing.map(({ against, atLeast }) => `– × ${against} (goal ${atLeast}, missing)`),
  ].join(", ");
}

function comparisonText(comparison: Comparison): string {
  const { against, times, goal } = comparison;
  const text = `${figure(times.median)} × ${against}`;
  const standing = standingOf(comparison);
  if (standing === "no goal") return text;
  return `${text} (goal ${goal ?? 0}${standing === "reached" ? "" : `, ${standing}`})`;
}
