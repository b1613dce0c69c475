/**
 * `npm run mock <kata>`: a timed session, its bell, its grade and its debrief; and what other people or models
 * need who play a part in one. See `lib/mock/session.ts` for the rules.
 *
 * Exit code 0: the work at the bell passes. 1: it does not. 2: it could not begin. 130: left, to go on later.
 */
import { randomInt } from "node:crypto";
import path from "node:path";
import { realClock } from "#platform/real-clock.ts";
import type { DimensionNumber, KataRubric } from "../rubric/shape.ts";
import { weakest } from "../rubric/self-evaluation.ts";
import { UsageError } from "./lib/arguments.ts";
import { saveGrade } from "./lib/grade/save-grade.ts";
import { findKata, frozenLocation } from "./lib/grade/subject-location.ts";
import { loadSuite } from "./lib/grade/replay.ts";
import { loadKataRubric } from "./lib/help/kata-rubric.ts";
import { attemptOf, attemptsFolder, kindOf } from "./lib/kata/attempt.ts";
import { isOffered, loadCatalogue, loadPromises, type Kata } from "./lib/kata/catalogue.ts";
import { coloursFor } from "./lib/terminal/colours.ts";
import { Terminal } from "./lib/terminal/terminal.ts";
import { startTestRunner } from "./lib/kata/test-run.ts";
import { watchAttempt } from "./lib/kata/watch-attempt.ts";
import { gradeFrozen } from "./lib/mock/grade-frozen.ts";
import { debriefLines } from "./lib/mock/debrief-lines.ts";
import { debriefOfSession, trainedPoints } from "./lib/mock/debrief-of-session.ts";
import {
  deedOf,
  formatWanted,
  minutesWanted,
  mockCommand,
  numberIn,
  variantWanted,
  type MockCommandLine,
} from "./lib/mock/mock-options.ts";
import { interviewerPack, interviewerPrompt, judgePrompt } from "./lib/mock/packs.ts";
import { logForJudge, reviewLines } from "./lib/mock/review.ts";
import {
  beginSession,
  closeSession,
  comeBack,
  helpSince,
  holdSession,
  leftLines,
  makeFresh,
  settle,
  SessionWriter,
  type SessionPlace,
} from "./lib/mock/run-session.ts";
import { drawPlan, type SessionPlan } from "./lib/mock/session-plan.ts";
import {
  enterAlone,
  frozenFolder,
  storedSessions,
  unfinished,
  type StoredSession,
} from "./lib/mock/session-store.ts";
import {
  askToBegin,
  columnsMin,
  comeBackLines,
  rowsMin,
  startLines,
} from "./lib/mock/start-screen.ts";
import { keepReport } from "./lib/report/keep-report.ts";
import { runCommand } from "./lib/run-command.ts";

const root = path.dirname(import.meta.dirname);
const colours = coloursFor(process.stdout);
const columns = Math.min(100, process.stdout.columns || 80);
const seedsMax = 10_000;
const print = (lines: readonly string[]) => process.stdout.write(`${lines.join("\n")}\n`);

interface Sitting extends SessionPlace {
  rubric: KataRubric;
}

void runCommand(mockCommand, async (commandLine) => {
  const deed = deedOf(commandLine);
  const sitting = await sittingOf(commandLine);
  switch (deed) {
    case "hold":
      return hold(commandLine, sitting);
    case "close":
      return close(sitting);
    case "review":
      return review(sitting, numberIn(commandLine.words[1]));
    case "interviewer":
      process.stdout.write(interviewerPack(await packOf(commandLine, sitting)));
      return 0;
    case "prompt":
      process.stdout.write(interviewerPrompt(await packOf(commandLine, sitting)));
      return 0;
    case "judge-prompt":
      return printJudgePrompt(sitting, numberIn(commandLine.words[1]), commandLine);
  }
});

async function sittingOf({ words }: MockCommandLine): Promise<Sitting> {
  const katas = await loadCatalogue(root);
  const [name] = words;
  if (name === undefined) {
    const names = katas.filter(isOffered).map((kata) => kata.name);
    throw new UsageError(
      `Expected a kata: npm run mock ${names[0] ?? "<kata>"}. The katas are: ${names.join(", ")}.`,
    );
  }
  const kata = findKata(katas, name);
  return {
    root,
    kata,
    promises: await loadPromises(kata),
    attempt: attemptOf(attemptsFolder(root), kata),
    rubric: await loadKataRubric(root, kata),
    date: () => new Date(),
  };
}

// ── A session ─────────────────────────────────────────────────────────────────────────────────

async function hold(commandLine: MockCommandLine, sitting: Sitting): Promise<number> {
  const { kata, attempt } = sitting;
  const plan = planWanted(commandLine, sitting, trainedPoints(attempt));
  refuseWithoutTerminal(kata);
  // A kata without its suite could never be graded.
  await loadSuite(root, kata.name);
  const release = await enterAlone(kata, attempt);
  try {
    const open = unfinished(await storedSessions(attempt));
    if (open !== undefined) refuseAnotherPlan(commandLine, kata, open);
    const writer = open === undefined ? await begin(sitting, plan) : await goOn(sitting, open);
    if (writer === undefined) return 130;
    await makeFresh(sitting, writer);
    const world = {
      clock: realClock,
      date: sitting.date,
      tests: startTestRunner(root, kata, attempt),
      watch: watchAttempt,
      helped: helpSince(attempt, writer.entries[0]?.at ?? ""),
    };
    const terminal = new Terminal(process.stdin, process.stdout);
    const exitCode = await holdSession(sitting, writer, world, terminal, colours);
    if (exitCode === null) return await finish(sitting, writer);
    print(leftLines(writer, kata));
    return exitCode;
  } finally {
    await release();
  }
}

async function begin(sitting: Sitting, plan: SessionPlan): Promise<SessionWriter | undefined> {
  const hasAttempt = (await kindOf(sitting.attempt.folder)) !== "absent";
  const begins = await asked((width) => startLines(plan, hasAttempt, width, colours));
  return begins ? beginSession(sitting, plan) : undefined;
}

async function goOn(sitting: Sitting, open: StoredSession): Promise<SessionWriter | undefined> {
  // What is left after the bell needs nobody.
  if (open.state.bell !== null) return comeBack(sitting, open);
  const goesOn = await asked((width) => comeBackLines(open.state, width, colours));
  return goesOn ? comeBack(sitting, open) : undefined;
}

async function asked(lines: (columns: number) => string[]): Promise<boolean> {
  const terminal = new Terminal(process.stdin, process.stdout);
  const answer = await askToBegin(terminal, () => lines(terminal.columns));
  terminal.close();
  return answer;
}

async function close(sitting: Sitting): Promise<number> {
  const { kata, attempt } = sitting;
  await loadSuite(root, kata.name);
  const release = await enterAlone(kata, attempt);
  try {
    const open = unfinished(await storedSessions(attempt));
    if (open === undefined) {
      throw new UsageError(
        `No session of ${kata.name} is open. Begin one: npm run mock ${kata.name}`,
      );
    }
    const writer = new SessionWriter(sitting, open.number, open.entries);
    await makeFresh(sitting, writer);
    await closeSession(writer);
    return await finish(sitting, writer);
  } finally {
    await release();
  }
}

async function finish(sitting: Sitting, writer: SessionWriter): Promise<number> {
  const { kata, promises } = sitting;
  process.stderr.write("The bell. Your work is frozen as it is; the grade takes about a minute.\n");
  const subjectIn = (folder: string) => frozenLocation(root, kata, folder);
  const report = await settle(sitting, writer, (folder) =>
    gradeFrozen(root, promises, subjectIn(folder)),
  );
  const { frozen } = writer.state;
  if (report !== null && frozen !== null) {
    const subject = subjectIn(frozenFolder(sitting.attempt, frozen));
    const said = await saveGrade(report, subject);
    said.push(...(await keepReport(root, report, subject, undefined)));
    for (const line of said) process.stderr.write(`${line}\n`);
  }
  await showDebrief(sitting, writer);
  return writer.state.grade?.verdict === "pass" ? 0 : 1;
}

function refuseWithoutTerminal({ name }: Kata): void {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new UsageError(
      `A session needs a terminal of at least ${columnsMin} × ${rowsMin}, for input and output. Without one: npm run mock ${name} interviewer, prompt, judge-prompt, review or close.`,
    );
  }
  const { columns: width, rows } = process.stdout;
  if (width < columnsMin || rows < rowsMin) {
    throw new UsageError(
      `A session needs a terminal of at least ${columnsMin} × ${rowsMin}; this one is ${width} × ${rows}.`,
    );
  }
}

function refuseAnotherPlan({ options }: MockCommandLine, kata: Kata, open: StoredSession): void {
  const drawing = (["format", "minutes", "seed"] as const).find(
    (name) => options[name] !== undefined,
  );
  if (drawing === undefined) return;
  throw new UsageError(
    `Session ${open.number} is not over, so --${drawing} has to wait. Go on with it: npm run mock ${kata.name}. End it: npm run mock ${kata.name} close`,
  );
}

// ── What is printed ───────────────────────────────────────────────────────────────────────────

async function review(sitting: Sitting, number: number | undefined): Promise<number> {
  const stored = await sessionWanted(sitting, number);
  const { entries, state } = stored;
  print([...reviewLines(state, entries, columns, colours), ""]);
  if (state.bell !== null) {
    await showDebrief(sitting, new SessionWriter(sitting, stored.number, entries));
  } else {
    print(leftLines(new SessionWriter(sitting, stored.number, entries), sitting.kata));
  }
  return 0;
}

async function showDebrief(sitting: Sitting, writer: SessionWriter): Promise<void> {
  const { kata } = sitting;
  const debrief = debriefOfSession(sitting, await storedSessions(sitting.attempt), writer.number);
  const variantCommand = (name: string) =>
    `npm run mock ${kata.name} -- --prompt --variant ${/\s/.test(name) ? `"${name}"` : name}`;
  print(debriefLines(debrief, { columns, colours, variantCommand }));
}

async function packOf(commandLine: MockCommandLine, sitting: Sitting) {
  const { rubric, attempt } = sitting;
  const plan = planWanted(commandLine, sitting, trainedPoints(attempt));
  return { plan, rubric, variant: variantWanted(commandLine, rubric) };
}

async function printJudgePrompt(
  sitting: Sitting,
  number: number | undefined,
  commandLine: MockCommandLine,
): Promise<number> {
  const { rubric, attempt } = sitting;
  const sessions = await storedSessions(attempt);
  if (number === undefined && sessions.length === 0) {
    const plan = planWanted(commandLine, sitting, {});
    const place = "(paste the log of the interview here, every line with its minute)";
    process.stdout.write(judgePrompt({ plan, rubric, variant: null }, place));
    return 0;
  }
  const { state, entries } = await sessionWanted(sitting, number);
  const log = logForJudge(entries);
  process.stdout.write(judgePrompt({ plan: state.plan, rubric, variant: null }, log));
  return 0;
}

async function sessionWanted(
  { kata, attempt }: Sitting,
  number: number | undefined,
): Promise<StoredSession> {
  const sessions = await storedSessions(attempt);
  const found =
    number === undefined ? sessions.at(-1) : sessions.find((each) => each.number === number);
  if (found !== undefined) return found;
  const numbers = sessions.map((session) => session.number).join(", ");
  throw new UsageError(
    numbers === ""
      ? `There is no session of ${kata.name} yet. Begin one: npm run mock ${kata.name}`
      : `Expected the number of a session of ${kata.name}, one of ${numbers}, got ${number ?? ""}.`,
  );
}

// ── What is drawn ─────────────────────────────────────────────────────────────────────────────

function planWanted(
  commandLine: MockCommandLine,
  { kata, promises, rubric }: Sitting,
  points: Readonly<Record<string, number>>,
): SessionPlan {
  const format = formatWanted(commandLine, rubric);
  const minutes = minutesWanted(commandLine, format);
  const seed = commandLine.options.seed ?? randomInt(1, seedsMax);
  const [dimension] = weakestIn(points);
  return drawPlan({ kata, promises, rubric, format, minutes, seed, weakest: dimension ?? null });
}

function weakestIn(points: Readonly<Record<string, number>>): DimensionNumber[] {
  if (Object.keys(points).length === 0) return [];
  return weakest((number) => points[number] ?? null);
}
