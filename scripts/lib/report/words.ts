/** Numbers, names and dates as the report says them. */
import type { GradeReport, Status } from "../grade/grade-report.ts";

export const statusWords: Readonly<Record<Status, string>> = {
  held: "held",
  broken: "broken",
  undecided: "undecided",
  hung: "hung",
  crashed: "crashed",
  "outside-world": "left the simulated world",
  declined: "declined",
  "not-attempted": "not attempted",
  "not-run": "not run",
};

export function verdictWord({ verdict, partial }: GradeReport): string {
  if (verdict === "incomplete") return "Incomplete";
  if (verdict === "fail") return "Fail";
  return partial ? "Holds" : "Pass";
}

/** "syncsFor64Puts" becomes "syncs for 64 puts". */
export function nameInWords(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z0-9])|(?<=\d)(?=[A-Za-z])/g, " ").toLowerCase();
}

export function thousands(count: number): string {
  return Number.isInteger(count) ? count.toLocaleString("en-US") : count.toPrecision(3);
}

/** "2026-11-30 04:12", where the reader is. */
export function dateInWords(date: Date): string {
  return date.toLocaleString("sv-SE", { dateStyle: "short", timeStyle: "short" });
}
