/**
 * The grade for people: what failed first, as a picture, then one line for each thing that was measured,
 * and the verdict last, where the eye is.
 */
import type { Evidence } from "../../../rubric/shape.ts";
import type { Kata } from "../kata/catalogue.ts";
import type { Colours } from "../terminal/colours.ts";
import { counted, harmless, wrap } from "../terminal/text.ts";
import { firstGap, scoringCommand } from "../score/first-gap.ts";
import { scoreLines } from "../score/score-lines.ts";
import { failurePicture } from "./failure-picture.ts";
import { inOrderOfFixing } from "./fix-first.ts";
import type { Grade } from "./grade-subject.ts";
import type { GradeReport, LevelGrade, OwnTestsGrade, PromiseGrade } from "./grade-report.ts";
import { commandFor, type SubjectLocation } from "./subject-location.ts";

export interface CardFrame {
  kata: Kata;
  subject: SubjectLocation;
  columns: number;
  colours: Colours;
  everyFailure: boolean;
}

const labelWidth = 12;
const findingsShownMax = 5;

export function scoreCard({ report, scoring }: Grade, frame: CardFrame): string[] {
  const failures = inOrderOfFixing(report.invariants);
  return [
    ...title(report, frame),
    ...problemLines(report, frame),
    ...pictures(failures, frame),
    ...typeLines(report, frame),
    ...lintLines(report, frame),
    ...report.levels.map((level) => levelLine(level, report, frame)),
    ...stressLines(report, frame),
    ...operationLines(report, frame),
    ...ownTestLines(report, frame),
    "",
    ...scorePart(report, scoring.evidence, frame),
  ];
}

/** The end of a card: fourteen lines, the verdict, and what to do next. */
export function scorePart(report: GradeReport, evidence: Evidence, frame: CardFrame): string[] {
  return [
    ...scoreLines(report, frame.columns, frame.colours),
    ...(report.partial ? [] : [""]),
    ...verdictLines(report, frame),
    ...nextLines(report, evidence, frame),
  ];
}

function title(
  { seed, partial }: GradeReport,
  { kata, subject, colours, columns }: CardFrame,
): string[] {
  const run = `seed ${seed}${partial ? ", not a full grade" : ""}`;
  return [
    ...wrap(`${kata.name} · ${kata.title}`, columns).map(colours.bold),
    ...wrap(`${subject.shownAs} · ${run}`, columns).map(colours.dim),
    "",
  ];
}

function problemLines({ problem }: GradeReport, { colours, columns }: CardFrame): string[] {
  if (problem === null) return [];
  const lines = problem.split("\n").flatMap((line) => wrap(harmless(line), columns - 2));
  return [...lines.map((line, index) => colours.red(`${index === 0 ? "✗" : " "} ${line}`)), ""];
}

function pictures(failures: readonly PromiseGrade[], frame: CardFrame): string[] {
  const shown = frame.everyFailure ? failures : failures.slice(0, 1);
  const others = frame.everyFailure ? null : failures.length - 1;
  return shown.flatMap((promise) => [
    ...failurePicture(promise, {
      columns: frame.columns,
      colours: frame.colours,
      kata: frame.kata.name,
      commandWith: (...options) => commandFor(frame.subject, ...options),
      others,
    }),
    "",
  ]);
}

// ── One line for each thing ───────────────────────────────────────────────────────────────────

function typeLines({ types }: GradeReport, frame: CardFrame): string[] {
  if (types.ok) return entry("types", "ok", frame);
  const { red } = frame.colours;
  const shown = types.problems.slice(0, findingsShownMax);
  return [
    ...entry("types", red(counted(types.problems.length, "problem")), frame),
    ...shown.flatMap(({ file, line, column, what }) =>
      note(`${file}:${line}:${column} ${what.split("\n").join(" ").replaceAll(/ +/g, " ")}`, frame),
    ),
    ...more(types.problems.length - shown.length, frame),
  ];
}

function lintLines({ lint }: GradeReport, frame: CardFrame): string[] {
  const { blocking, remarks } = lint;
  const { yellow } = frame.colours;
  const words =
    blocking.length === 0
      ? "nothing that a reviewer would block"
      : yellow(`${blocking.length} that a reviewer would block`);
  const tail = remarks.length === 0 ? "" : `, ${counted(remarks.length, "remark")}`;
  const findings = [...blocking, ...remarks];
  const shown = findings.slice(0, findingsShownMax);
  return [
    ...entry("lint", words + tail, frame),
    ...shown.flatMap(({ file, line, what }) => note(`${file}:${line} ${what}`, frame)),
    ...more(findings.length - shown.length, frame),
  ];
}

function levelLine(
  { level, title, held, of }: LevelGrade,
  report: GradeReport,
  frame: CardFrame,
): string {
  const { green, red, dim } = frame.colours;
  const statuses = report.invariants
    .filter((promise) => promise.level === level)
    .map(({ status }) => status);
  const declined = statuses.filter((status) => status === "declined").length;
  const idle = statuses.every((status) => status === "not-attempted" || status === "not-run");
  const aside = declined === 0 ? "" : `, ${declined} declined`;
  const notRun = statuses.filter((status) => status === "not-run").length;
  const isKept = held + declined + notRun === of;
  const rest = notRun === 0 ? "" : `, ${notRun} not run`;
  const count = `${held} of ${of} held${aside}${rest}`;
  const words = idle
    ? dim((statuses[0] ?? "no promises").replace("-", " "))
    : isKept
      ? green(count)
      : red(count);
  return `  ${`level ${level}`.padEnd(labelWidth)}${title.padEnd(36)} ${words}`;
}

function stressLines({ stress }: GradeReport, frame: CardFrame): string[] {
  const { status, reason, broken, threads, seconds, operations, kills } = stress;
  if (status === "skipped") {
    const why = reason === null ? "" : `: ${harmless(reason)}`;
    return entry("stress", frame.colours.dim(`skipped${why}`), frame);
  }
  const paint = status === "held" ? frame.colours.green : frame.colours.red;
  const facts = `${counted(threads, "thread")}, ${seconds} s, ${thousands(operations)} operations, ${counted(kills, "kill")}`;
  return [
    ...entry("stress", `${paint(status)} · ${facts}`, frame),
    ...broken.flatMap(({ id, what }) => note(id === null ? what : `${id}: ${what}`, frame)),
  ];
}

function operationLines({ operations }: GradeReport, frame: CardFrame): string[] {
  const counts = Object.entries(operations).map(
    ([name, count]) => `${inWords(name)} ${rounded(count)}`,
  );
  return counts.length === 0 ? [] : entry("operations", counts.join(" · "), frame);
}

function ownTestLines({ ownTests, partial }: GradeReport, frame: CardFrame): string[] {
  const { dim, yellow } = frame.colours;
  if (partial) return entry("own tests", dim("not run"), frame);
  const { count, caught, of, planted, alarms, setAside, untested, problem } = ownTests;
  const problems = (problem ?? "").split("\n").filter((line) => line !== "");
  if (count === 0) {
    const words = problem === null ? dim("none") : yellow("could not be run");
    return [...entry("own tests", words, frame), ...problems.flatMap((line) => note(line, frame))];
  }
  const red = setAside.filter(({ reason }) => reason.startsWith("red on your code")).length;
  const own =
    red === 0 ? `${count}, all green on your code` : yellow(`${count}, ${red} red on your code`);
  const sample = of < planted ? ` (a fair sample of ${planted}: your tests take long)` : "";
  const bugs =
    of === 0 ? "no planted bug to try" : `caught ${caught} of ${of} planted bugs${sample}`;
  const named = (word: string, tests: typeof alarms) => [
    ...tests
      .slice(0, findingsShownMax)
      .flatMap(({ test, reason }) => note(`${word} "${test}": ${reason}`, frame)),
    ...more(tests.length - findingsShownMax, frame),
  ];
  return [
    ...entry("own tests", `${own}; ${bugs}`, frame),
    ...problems.flatMap((line) => note(line, frame)),
    ...untestedLines(untested, frame),
    ...named("a false alarm:", alarms),
    ...named("set aside:", setAside),
    ...uncoveredLines(ownTests, frame),
  ];
}

function untestedLines(untested: OwnTestsGrade["untested"], frame: CardFrame): string[] {
  if (untested.length === 0) return [];
  const none = untested.filter(({ caught }) => caught === 0);
  const rest = untested.length - none.length;
  const counts = [
    none.length === 0 ? [] : [`${counted(none.length, "promise")} untested`],
    rest === 0 ? [] : [`${counted(rest, "promise")} tested in part`],
  ].flat();
  const shown = untested.slice(0, findingsShownMax);
  return [
    ...note(`${counts.join(", ")}:`, frame),
    ...shown.flatMap(({ sentence, caught, of }) =>
      note(`· ${sentence}${caught === 0 ? "" : ` (${caught} of ${of} caught)`}`, frame),
    ),
    ...more(untested.length - shown.length, frame),
  ];
}

function uncoveredLines(
  { uncoveredBranches, uncovered }: OwnTestsGrade,
  frame: CardFrame,
): string[] {
  if (uncoveredBranches === 0) return [];
  const shown = uncovered.slice(0, findingsShownMax).join(", ");
  const tail = uncoveredBranches > findingsShownMax ? ", …" : "";
  return note(`branches that your tests never ran: ${uncoveredBranches} (${shown}${tail})`, frame);
}

// ── The verdict ───────────────────────────────────────────────────────────────────────────────

function verdictLines(
  { verdict, partial, ...report }: GradeReport,
  { kata, subject, colours, columns }: CardFrame,
) {
  const paint =
    verdict === "pass" ? colours.green : verdict === "fail" ? colours.red : colours.yellow;
  const word = partial && verdict === "pass" ? "holds" : verdict;
  const isDone = verdict === "pass" && !partial && subject.kind === "attempt";
  const next = isDone ? " Now compare: solutions/README.md" : "";
  const text = `${word}: ${verdictReason({ verdict, partial, ...report }, kata)}${next}`;
  return wrap(text, columns, "  ").map((line) => paint(colours.bold(line)));
}

function verdictReason(report: GradeReport, { coreLevel, name }: Kata): string {
  const { verdict, partial, problem, invariants, types, stress, level } = report;
  const of = (status: string) => invariants.filter((promise) => promise.status === status).length;
  const held = of("held");
  if (problem !== null) return "your code could not be used, so no promise was tried.";
  if (verdict === "pass") {
    if (partial) return `what was run (${counted(held, "promise")}). This is not a full grade.`;
    return `every promise up to level ${level ?? 0} (${held} held), and stress.`;
  }
  if (verdict === "incomplete") {
    if (partial) return "none of the chosen promises is at a level that your code declares.";
    if ((level ?? 0) >= coreLevel) return "every promise holds, but the stress did not run.";
    return `nothing wrong up to level ${level ?? 0}; the core is level ${coreLevel}. Next: npm run kata ${name}`;
  }
  const reasons: string[] = [];
  for (const status of ["broken", "hung", "crashed", "outside-world", "undecided"]) {
    if (of(status) > 0) reasons.push(`${of(status)} ${status.replace("-", " the ")}`);
  }
  const parts =
    reasons.length === 0 ? [] : [`${reasons.join(", ")} of ${invariants.length} promises`];
  if (!types.ok) parts.push("it does not type-check");
  if (stress.status === "broken") parts.push("stress broke it");
  return `${parts.join("; ")}.`;
}

/** What is missing first, what to do about it, and how to score what nobody has scored. */
function nextLines(report: GradeReport, evidence: Evidence, frame: CardFrame): string[] {
  const { subject } = frame;
  const first = firstGap(report, evidence, subject);
  if (first === null) return [];
  const isScored = report.score.total !== null;
  return [
    ...entry("first gap", harmless(first.gap), frame),
    ...entryOfCommand("do next", harmless(first.next), frame),
    ...(isScored || first.next === scoringCommand(subject)
      ? []
      : entryOfCommand("to score", scoringCommand(subject), frame)),
  ];
}

// ── Words ─────────────────────────────────────────────────────────────────────────────────────

function entry(label: string, text: string, { columns }: CardFrame): string[] {
  return wrap(
    `  ${label.padEnd(labelWidth).replaceAll(" ", " ")}${text}`,
    columns,
    " ".repeat(labelWidth + 2),
  ).map((line) => line.replaceAll(" ", " "));
}

/** A command stays on one line, however long, so that it can be copied. */
function entryOfCommand(label: string, text: string, frame: CardFrame): string[] {
  if (!text.startsWith("npm run ")) return entry(label, text, frame);
  return [`  ${label.padEnd(labelWidth)}${text}`];
}

function note(text: string, { columns, colours }: CardFrame): string[] {
  const indent = " ".repeat(labelWidth + 2);
  return wrap(harmless(text), columns - indent.length, "  ").map((line) =>
    colours.dim(indent + line),
  );
}

function more(count: number, frame: CardFrame): string[] {
  return count > 0 ? note(`… and ${count} more (--json shows all)`, frame) : [];
}

/** "syncsFor64Puts" becomes "syncs for 64 puts". */
function inWords(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z0-9])|(?<=\d)(?=[A-Za-z])/g, " ").toLowerCase();
}

function rounded(count: number): string {
  return Number.isInteger(count) ? thousands(count) : count.toPrecision(3);
}

function thousands(count: number): string {
  return count.toLocaleString("en-US");
}
