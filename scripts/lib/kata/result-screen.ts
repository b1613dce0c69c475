/**
 * What a save has brought to light, in the lines that a terminal has: how many tests and promises hold, and of
 * those that do not, the first one in full. Numbers come first and are never cut.
 */
import { failurePicture } from "../grade/failure-picture.ts";
import type { PromiseGrade } from "../grade/grade-report.ts";
import type { Colours } from "../terminal/colours.ts";
import type { Kata } from "./catalogue.ts";
import type { DeclaredLevel } from "./declared-level.ts";
import { levelName } from "./first-screen.ts";
import type { PromiseRun } from "./promise-run.ts";
import type { TestFailure, TestFileKind, TestRun } from "./test-run.ts";
import { counted, harmless, heightOf, spread, truncate, wrap } from "../terminal/text.ts";

export interface Progress {
  declared: DeclaredLevel;
  tests: TestRun | "running" | "not yet";
  promises: PromiseRun | "running" | "not yet";
}

const mark = { good: "✓", bad: "✗", open: "·" };

/** The counts, one line each. */
export function summaryLines(progress: Progress, columns: number, colours: Colours): string[] {
  const lines = [testSummary(progress, columns, colours)];
  const promises = promiseSummary(progress, columns, colours);
  if (promises !== undefined) lines.push(promises);
  return lines;
}

export function resultScreen(
  kata: Kata,
  progress: Progress,
  keys: string,
  size: { columns: number; rows: number },
  colours: Colours,
): string[] {
  const { columns } = size;
  const { level } = progress.declared;
  const head = [
    spread(
      colours.bold(`${kata.name} · ${levelName(level, kata.levels[level - 1]?.title)}`),
      colours.dim(`level ${level} of ${kata.levels.length}, core ${kata.coreLevel}`),
      columns,
    ),
    ...noteLines(progress, columns, colours),
  ];
  const tests = testSummary(progress, columns, colours);
  const promises = promiseSummary(progress, columns, colours);
  const offer = offerLine(kata, progress);
  const foot = [
    ...(offer === undefined ? [] : [colours.green(truncate(offer, columns))]),
    truncate(keys, columns),
  ];

  const room = size.rows - head.length - foot.length - 1 - (promises === undefined ? 0 : 1);
  const picture = promisePicture(kata, progress, columns, colours);
  // A red test and a broken promise usually have one cause, and the picture says more about it.
  const detailsMax = picture.length === 0 ? room : Math.max(4, room - rowsOf(picture, columns));
  const details = shortened(testDetails(progress, columns, colours), {
    rowsMax: detailsMax,
    columns,
  });
  const drawn = shortened(picture, {
    rowsMax: room - details.length,
    columns,
    keptAtEnd: commandLines,
  });
  const spare = room - details.length - rowsOf(drawn, columns);
  const output = outputLines(progress, columns, spare, colours);
  const body = promises === undefined ? [] : [promises, ...drawn];
  return [...head, tests, ...details, ...body, ...output, ...foot];
}

/** At most so many rows: what is left out is before the last `keptAtEnd` lines, and said to be. */
function shortened(
  lines: string[],
  { rowsMax, columns, keptAtEnd = 0 }: { rowsMax: number; columns: number; keptAtEnd?: number },
): string[] {
  if (rowsOf(lines, columns) <= rowsMax) return lines;
  const end = lines.slice(lines.length - keptAtEnd);
  const room = rowsMax - rowsOf(end, columns) - 1;
  if (room < 3 && keptAtEnd > 0) return shortened(lines, { rowsMax, columns });
  const start: string[] = [];
  for (const line of lines.slice(0, lines.length - keptAtEnd)) {
    if (rowsOf([...start, line], columns) > room) break;
    start.push(line);
  }
  const left = lines.length - start.length - end.length;
  return [...start, `    … ${counted(left, "more line")}`, ...end].slice(0, Math.max(0, rowsMax));
}

function rowsOf(lines: readonly string[], columns: number): number {
  return lines.reduce((rows, line) => rows + heightOf(line, columns), 0);
}

/** True when everything that the declared level asks for holds. */
export function levelHolds(progress: Progress): boolean {
  const { tests, promises } = progress;
  if (typeof tests === "string" || typeof promises === "string") return false;
  return isGreen(tests) && promises.problem === undefined && promises.held === promises.of;
}

export function isGreen(run: TestRun): boolean {
  return (
    run.cutOff === undefined &&
    run.problems.length === 0 &&
    run.results.length > 0 &&
    run.results.every((result) => result.state === "passed" || result.state === "skipped")
  );
}

function testSummary(progress: Progress, columns: number, colours: Colours): string {
  const { tests } = progress;
  if (tests === "not yet") return truncate(`${mark.open} Tests start …`, columns);
  if (tests === "running") return truncate(`${mark.open} Tests run …`, columns);
  const counts = (["visible", "own"] as const)
    .map((file) => countOf(tests, file))
    .filter((count) => count !== "");
  const green = isGreen(tests);
  const what = counts.length === 0 ? "The tests did not run." : counts.join(" · ");
  const text = `${green ? mark.good : mark.bad} ${what}`;
  const seconds = `${(tests.ms / 1000).toFixed(1)} s`;
  return spread((green ? colours.green : colours.red)(text), colours.dim(seconds), columns);
}

function countOf(tests: TestRun, file: TestFileKind): string {
  const ran = tests.results.filter((result) => result.file === file && result.state !== "skipped");
  const later = tests.results.filter(
    (result) => result.file === file && result.state === "skipped",
  );
  const doesNotLoad = tests.problems.some((problem) => problem.file === file);
  if (ran.length === 0) return doesNotLoad ? `${file} tests do not load` : "";
  const passed = ran.filter((result) => result.state === "passed").length;
  const more = later.length === 0 ? "" : ` (${later.length} later)`;
  const pass = ran.length === 1 ? "passes" : "pass";
  return `${passed} of ${counted(ran.length, `${file} test`)} ${pass}${more}`;
}

function promiseSummary(progress: Progress, columns: number, colours: Colours): string | undefined {
  const { promises } = progress;
  if (promises === "not yet") return undefined;
  if (promises === "running") return truncate(`${mark.open} Promises are tried …`, columns);
  if (promises.problem !== undefined) {
    return colours.yellow(`${mark.open} The promises were not tried.`);
  }
  const holds = promises.held === promises.of;
  const hold = promises.of === 1 ? "holds" : "hold";
  const text = `${holds ? mark.good : mark.bad} ${promises.held} of ${counted(promises.of, "promise")} ${hold} (quick look)`;
  const seconds = `${(promises.ms / 1000).toFixed(1)} s`;
  return spread((holds ? colours.green : colours.red)(text), colours.dim(seconds), columns);
}

function noteLines(progress: Progress, columns: number, colours: Colours): string[] {
  const { problem } = progress.declared;
  if (problem !== undefined) return [colours.yellow(truncate(problem, columns))];
  const { tests } = progress;
  const isUnwritten =
    typeof tests !== "string" &&
    tests.results.some(({ failure }) => failure?.name === "NotImplementedError");
  if (!isUnwritten) return [];
  return [
    colours.dim(truncate("Red is expected at first: not everything is written yet.", columns)),
  ];
}

/** The first failure in full, then the names of the others. */
function testDetails(progress: Progress, columns: number, colours: Colours): string[] {
  const { tests } = progress;
  if (typeof tests === "string") return [];
  const lines: string[] = [];
  const add = (text: string) => lines.push(...wrap(text, columns - 2, "  ").map((l) => `  ${l}`));
  if (tests.cutOff !== undefined) add(tests.cutOff);
  for (const problem of tests.problems.slice(0, 1)) {
    for (const line of failureLines(problem.failure)) add(line);
  }
  const notRun = tests.results.filter((result) => result.state === "not run").length;
  const failed = tests.results
    .filter(({ state }) => !["passed", "skipped", "not run"].includes(state))
    // Whatever stopped the run comes before what had merely failed.
    .sort((left, right) => Number(left.state === "failed") - Number(right.state === "failed"));
  for (const [index, result] of failed.entries()) {
    lines.push(colours.red(truncate(`  ${mark.bad} ${result.test}`, columns)));
    if (index > 0) continue;
    const about =
      result.failure === undefined ? [wordFor(result.state)] : failureLines(result.failure);
    for (const line of about) add(`  ${line}`);
  }
  if (notRun > 0) add(`${counted(notRun, "test")} did not run.`);
  return lines;
}

function wordFor(state: string): string {
  if (state === "hung") return "It did not come back.";
  return state === "crashed" ? "The process ended in it." : "It failed.";
}

const failureLinesMax = 4;

function failureLines(failure: TestFailure): string[] {
  const message = harmless(failure.message)
    .split("\n")
    // What vitest adds about how it compares says nothing about the store.
    .filter((line) => line.trim() !== "" && line.trim() !== "// Object.is equality")
    .slice(0, failureLinesMax);
  const isPlain = ["Error", "AssertionError"].includes(failure.name);
  if (!isPlain) message[0] = `${failure.name}: ${message[0] ?? ""}`;
  return failure.at === undefined ? message : [...message, `at ${failure.at}`];
}

function promisePicture(
  kata: Kata,
  progress: Progress,
  columns: number,
  colours: Colours,
): string[] {
  const { promises } = progress;
  if (typeof promises === "string") return [];
  if (promises.problem !== undefined) {
    const lines = harmless(promises.problem).split("\n").slice(0, 3);
    return lines.flatMap((line) => wrap(`  ${line}`, columns, "  "));
  }
  const first = promises.failing[0];
  if (first === undefined) return [];
  const commandWith = (...options: string[]) =>
    `npm run grade ${kata.name} -- ${options.join(" ")}`;
  const others = promises.failing.length - 1;
  const lines = failurePicture(first, { columns, colours, kata: kata.name, commandWith, others });
  // With a long token three commands would fill the screen; the grade shows them all.
  const commands = lines.splice(lines.length - commandsIn(first));
  const again = commands[0] ?? "";
  return [...lines.map((line) => truncate(line, columns)), again];
}

/** The picture ends with three commands when it can be replayed, else with one. */
function commandsIn({ replay }: PromiseGrade): number {
  return replay === null ? 1 : 3;
}

/** The command that shows a failure again is kept to the last. */
const commandLines = 1;

function outputLines(
  progress: Progress,
  columns: number,
  linesMax: number,
  colours: Colours,
): string[] {
  const { tests } = progress;
  if (typeof tests === "string" || tests.output.length === 0 || linesMax < 2) return [];
  const latest = tests.output.slice(-(linesMax - 1));
  return [
    colours.dim("Your code printed:"),
    ...latest.map((line) => truncate(`  ${harmless(line)}`, columns)),
  ];
}

function offerLine(kata: Kata, progress: Progress): string | undefined {
  if (!levelHolds(progress)) return undefined;
  const { level } = progress.declared;
  if (level >= kata.levels.length) return `Every level holds. Press g for the full grade.`;
  if (level === kata.coreLevel)
    return `Level ${level} holds, and that is the core: g grades it, n shows level ${level + 1}.`;
  return `Level ${level} holds. Press n for level ${level + 1}: ${kata.levels[level]?.title ?? ""}.`;
}
