/**
 * `npm run grade`: what your code keeps of its promises, and what to fix first.
 *
 * The grade goes to standard output, as a card or as JSON; everything said meanwhile goes to standard error.
 * Exit code 0: pass. 1: not passing. 2: it could not begin. 130: interrupted, nothing is left behind.
 */
import path from "node:path";
import { UsageError } from "./lib/arguments.ts";
import { markedFile, writeBetweenMarkers } from "./lib/grade/between-markers.ts";
import { failurePicture } from "./lib/grade/failure-picture.ts";
import {
  gradeCommand,
  refuseContradictions,
  scopeOf,
  type GradeCommandLine,
} from "./lib/grade/grade-options.ts";
import type { GradeReport } from "./lib/grade/grade-report.ts";
import { gradeSubject, type Grade } from "./lib/grade/grade-subject.ts";
import { Progress } from "./lib/grade/progress.ts";
import { gradeRow, tableMarkdown, tableText, type GradeRow } from "./lib/grade/reference-table.ts";
import { debugReplay, keepAsTest, loadSuite, promiseOfToken } from "./lib/grade/replay.ts";
import { gradeText, saveGrade } from "./lib/grade/save-grade.ts";
import { scoreCard, scorePart } from "./lib/grade/score-card.ts";
import {
  attemptsByEdit,
  commandFor,
  referenceLocation,
  shortName,
  type SubjectLocation,
} from "./lib/grade/subject-location.ts";
import { subjectWanted } from "./lib/grade/subject-wanted.ts";
import { isOffered, loadCatalogue, loadPromises, type Kata } from "./lib/kata/catalogue.ts";
import { coloursFor } from "./lib/terminal/colours.ts";
import { wrap } from "./lib/terminal/text.ts";
import { bellLine, sessionBehind } from "./lib/mock/session-behind.ts";
import { keepReport } from "./lib/report/keep-report.ts";
import { reportFile } from "./lib/report/write-report.ts";
import { runCommand } from "./lib/run-command.ts";
import { askForScore, gradeAtHand, prepareAsking, type Graded } from "./lib/score/ask-for-score.ts";
import { scoringCommand } from "./lib/score/first-gap.ts";
import { scoreFilesOf } from "./lib/score/score-files.ts";
import { selfEvaluationLines } from "./lib/score/self-evaluation-lines.ts";
import { canAsk, terminalAsker } from "./lib/score/terminal-asker.ts";
import { gradeSubmissions, mergeGrades } from "./lib/submissions/submissions-command.ts";

const root = path.dirname(import.meta.dirname);
const columnsMax = 80;
const columns = Math.min(columnsMax, process.stdout.columns || columnsMax);
const colours = coloursFor(process.stdout);

await runCommand(gradeCommand, async (commandLine) => {
  refuseContradictions(commandLine);
  const katas = await loadCatalogue(root);
  const { submissions, merge } = commandLine.options;
  if (submissions !== undefined) return gradeSubmissions(root, katas, commandLine, submissions);
  if (merge !== undefined) return mergeGrades(katas, commandLine, merge);
  if (commandLine.options.all) return gradeAll(commandLine, katas);
  const subject = subjectWanted(root, katas, commandLine);
  if (commandLine.options.replay !== undefined) {
    return replay(commandLine, subject, commandLine.options.replay);
  }
  if (commandLine.options.score && canAsk()) return scoreByAsking(commandLine, subject);
  if (commandLine.options.score) process.stderr.write(`${needsTerminal(subject)}\n`);
  const { report, print } = await gradeAndKeep(commandLine, subject);
  print();
  const session = commandLine.options.json ? null : await sessionBehind(root, subject);
  if (session !== null) process.stdout.write(`${wrap(bellLine(session), columns).join("\n")}\n`);
  return report.verdict === "pass" ? 0 : 1;
});

async function gradeAll(commandLine: GradeCommandLine, katas: readonly Kata[]): Promise<number> {
  const { options } = commandLine;
  const isOfReferences = options.reference || options.solution;
  const markdown = options.markdown === undefined ? undefined : markedFile(options.markdown);
  const subjects = isOfReferences
    ? katas.filter(isOffered).map((kata) => referenceLocation(root, kata))
    : attemptsByEdit(root, katas);
  if (subjects.length === 0)
    throw new UsageError("There is no attempt yet. Start one: npm run kata");
  const reports: GradeReport[] = [];
  const rows: GradeRow[] = [];
  for (const subject of subjects) {
    process.stderr.write(`Grading ${subject.shownAs}\n`);
    const startedMs = performance.now();
    const { report, print } = await gradeAndKeep(commandLine, subject);
    reports.push(report);
    rows.push(gradeRow(report, (performance.now() - startedMs) / 1000));
    if (!options.json && !isOfReferences) print();
  }
  if (markdown !== undefined) writeBetweenMarkers(markdown, tableMarkdown(rows));
  if (options.json) {
    const all = { schemaVersion: 1, grades: reports, ...(isOfReferences ? { table: rows } : {}) };
    process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
  } else if (isOfReferences) {
    process.stdout.write(`${tableText(rows, columns, colours).join("\n")}\n`);
  }
  return reports.every(({ verdict }) => verdict === "pass") ? 0 : 1;
}

async function gradeAndKeep(commandLine: GradeCommandLine, subject: SubjectLocation) {
  const grade = await gradeNow(commandLine, subject);
  for (const problem of grade.scoring.problems) process.stderr.write(`${problem}\n`);
  await keep(commandLine, grade.report, subject);
  return { report: grade.report, print: () => print(commandLine, grade, subject) };
}

async function gradeNow(commandLine: GradeCommandLine, subject: SubjectLocation): Promise<Grade> {
  const { kata } = subject;
  const promises = await loadPromises(kata);
  const scope = scopeOf(commandLine, kata, promises);
  // A place that is taken is said to be before anything is graded.
  if (commandLine.options.report !== undefined) reportFile(commandLine.options.report);
  // A kata without its suite cannot be graded at all.
  await loadSuite(root, kata.name);
  return gradeSubject({ root, subject, promises, scope, progress: new Progress() });
}

async function keep(
  { options }: GradeCommandLine,
  report: GradeReport,
  subject: SubjectLocation,
): Promise<void> {
  const said = await saveGrade(report, subject);
  const wanted = options.report === undefined ? undefined : reportFile(options.report);
  said.push(...(await keepReport(root, report, subject, wanted)));
  for (const line of said) process.stderr.write(`${line}\n`);
}

/** Grades if nothing true is at hand, asks, and keeps the score; interrupted, it keeps what was answered. */
async function scoreByAsking(
  commandLine: GradeCommandLine,
  subject: SubjectLocation,
): Promise<number> {
  const { options } = commandLine;
  const asking = prepareAsking(root, subject, options.again);
  const isAnyGradeGood = options.seed === undefined && options["stress-seconds"] === undefined;
  let graded: Graded | null = isAnyGradeGood ? await gradeAtHand(root, subject) : null;
  if (graded === null) {
    const grade = await gradeNow(commandLine, subject);
    if (!options.json) print(commandLine, grade, subject);
    graded = grade;
  }
  const asker = terminalAsker({ input: process.stdin, output: process.stderr });
  const { report, scoring, answers, outcome } = await askForScore(asking, graded, asker);
  await keep(commandLine, report, subject);
  if (outcome === "interrupted") {
    process.stderr.write(`What you have answered is kept. To go on: ${scoringCommand(subject)}\n`);
    return 130;
  }
  if (options.json) process.stdout.write(gradeText(report));
  else {
    const { kata } = subject;
    const frame = { kata, subject, columns, colours, everyFailure: false };
    const sheet = { report, kata, answers, date: new Date(), variant: null };
    const lines = [
      ...scorePart(report, scoring.evidence, frame),
      "",
      ...selfEvaluationLines(sheet, columns),
    ];
    process.stdout.write(`\n${lines.join("\n")}\n`);
  }
  return report.verdict === "pass" ? 0 : 1;
}

function needsTerminal(subject: SubjectLocation): string {
  const { scores } = scoreFilesOf(subject);
  return `--score asks questions and needs a terminal. Somebody else's scores can be written into ${shortName(root, scores)}, such as { "by": "Ada", "scores": { "10": 4 } }.`;
}

function print({ options }: GradeCommandLine, grade: Grade, subject: SubjectLocation): void {
  if (options.json) {
    process.stdout.write(gradeText(grade.report));
    return;
  }
  const everyFailure = options["every-failure"];
  const frame = { kata: subject.kata, subject, columns, colours, everyFailure };
  process.stdout.write(`${scoreCard(grade, frame).join("\n")}\n`);
}

async function replay(
  commandLine: GradeCommandLine,
  subject: SubjectLocation,
  token: string,
): Promise<number> {
  const { kata } = subject;
  const { options } = commandLine;
  const suite = await loadSuite(root, kata.name);
  const id = promiseOfToken(suite, token);
  if (options["as-test"]) {
    const { said, printed } = keepAsTest(root, subject, suite, token);
    process.stderr.write(`${said}\n`);
    process.stdout.write(printed);
    return 0;
  }
  if (options.debug) return debugReplay(root, subject, token, options.seed ?? 1);

  const promises = await loadPromises(kata);
  const scope = {
    ...scopeOf(commandLine, kata, promises),
    only: id,
    stressSeconds: 0,
    partial: true,
  };
  const progress = new Progress();
  const request = { root, subject, promises, scope, progress, replay: { id, token } };
  const grade = await gradeSubject(request);
  if (options.json) process.stdout.write(gradeText(grade.report));
  else process.stdout.write(`${replayText(grade.report, id, subject).join("\n")}\n`);
  return grade.report.verdict === "pass" ? 0 : 1;
}

function replayText(report: GradeReport, id: string, subject: SubjectLocation): string[] {
  const promise = report.invariants.find((each) => each.id === id);
  if (report.problem !== null) return [`✗ ${report.problem}`];
  if (promise === undefined || promise.status === "not-run") return ["It was not run."];
  if (promise.status === "held") {
    return [
      colours.green(`✓ ${promise.sentence}`),
      "  This history does not break it any more. Others may:",
      `  ${commandFor(subject)}`,
    ];
  }
  const commandWith = (...more: string[]) => commandFor(subject, ...more);
  return failurePicture(promise, {
    columns,
    colours,
    kata: subject.kata.name,
    commandWith,
    others: null,
  });
}
