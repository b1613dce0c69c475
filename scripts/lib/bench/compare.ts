/** Two runs of one bench: how far apart the medians are that decide whether a goal is reached. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../arguments.ts";
import type { BenchReport } from "./bench-report.ts";
import { figure } from "./figures.ts";

/** What `--json` printed in another run, from the file that a person typed. */
export function otherRun(typed: string, kata: string): BenchReport {
  const file = path.resolve(process.env["INIT_CWD"] ?? process.cwd(), typed);
  try {
    const other = JSON.parse(readFileSync(file, "utf8")) as Partial<BenchReport>;
    if (other.schemaVersion === 1 && other.kata === kata) return other as BenchReport;
  } catch {
    // Said below.
  }
  throw new UsageError(`Expected ${typed} to be what a bench of ${kata} printed with --json.`);
}

/** "  3.10 and 3.00: 3 % apart  reference × wagon, Turn a wheel" */
export function comparedLines(now: BenchReport, other: BenchReport): string[] {
  const before = new Map(verdicts(other));
  return verdicts(now).map(([name, median]) => {
    const then = before.get(name) ?? Number.NaN;
    const apart = 100 * Math.abs(Math.log(median / then));
    return `  ${figure(then)} and ${figure(median)}: ${figure(apart)} % apart  ${name}`;
  });
}

function verdicts({ courses }: BenchReport): [name: string, median: number][] {
  return courses.flatMap(({ title, comparisons }) =>
    comparisons
      .filter(({ goal }) => goal !== null)
      .map(({ subject, against, times }): [string, number] => [
        `${subject} × ${against}, ${title}`,
        times.median,
      ]),
  );
}
