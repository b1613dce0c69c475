/**
 * `npm run grade`: what your code keeps of its promises, and what to fix first.
 *
 * The grade goes to standard output, as a card or as JSON; everything said meanwhile goes to standard error.
 * Exit code 0: pass. 1: not passing. 2: it could not begin. 130: interrupted, nothing is left behind.
 */
import path from "node:path";
import { UsageError } from "./lib/arguments.ts";
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
import { debugReplay, keepAsTest, loadSuite, promiseOfToken } from "./lib/grade/replay.ts";
import { gradeText, saveGrade } from "./lib/grade/save-grade.ts";
import { scoreCard } from "./lib/grade/score-card.ts";
import { attemptsByEdit, commandFor, type SubjectLocation } from "./lib/grade/subject-location.ts";
import { subjectWanted } from "./lib/grade/subject-wanted.ts";
import { loadCatalogue, loadPromises } from "./lib/kata/catalogue.ts";
import { coloursFor } from "./lib/kata/colours.ts";
import { runCommand } from "./lib/run-command.ts";
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
  if (commandLine.options.all) return gradeAll(commandLine, attemptsByEdit(root, katas));
  const subject = subjectWanted(root, katas, commandLine);
  if (commandLine.options.replay !== undefined) {
    return replay(commandLine, subject, commandLine.options.replay);
  }
  const { report, print } = await gradeAndKeep(commandLine, subject);
  print();
  return report.verdict === "pass" ? 0 : 1;
});

async function gradeAll(
  commandLine: GradeCommandLine,
  attempts: readonly SubjectLocation[],
): Promise<number> {
  if (attempts.length === 0)
    throw new UsageError("There is no attempt yet. Start one: npm run kata");
  const reports: GradeReport[] = [];
  for (const attempt of attempts) {
    process.stderr.write(`Grading ${attempt.shownAs}\n`);
    const { report, print } = await gradeAndKeep(commandLine, attempt);
    reports.push(report);
    if (!commandLine.options.json) print();
  }
  if (commandLine.options.json) {
    process.stdout.write(`${JSON.stringify({ schemaVersion: 1, grades: reports }, null, 2)}\n`);
  }
  return reports.every(({ verdict }) => verdict === "pass") ? 0 : 1;
}

async function gradeAndKeep(commandLine: GradeCommandLine, subject: SubjectLocation) {
  const { kata } = subject;
  const promises = await loadPromises(kata);
  const scope = scopeOf(commandLine, kata, promises);
  // A kata without its suite cannot be graded at all.
  await loadSuite(root, kata.name);
  const progress = new Progress();
  const grade = await gradeSubject({ root, subject, promises, scope, progress });
  const notKept = saveGrade(grade.report, subject);
  if (notKept !== undefined) process.stderr.write(`${notKept}\n`);
  return { report: grade.report, print: () => print(commandLine, grade, subject) };
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
