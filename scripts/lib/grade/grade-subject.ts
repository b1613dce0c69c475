/**
 * One grade from beginning to end: imports, types and lint beside the promises, then stress and the
 * learner's own tests. A subject that was found always yields a report.
 */
import type { SubjectBundle } from "../../../tests/harness/subject-bundle.ts";
import { bundleSubject, SubjectLoadError } from "../../../tests/harness/subject-bundle.ts";
import type { KataPromise } from "../kata/catalogue.ts";
import { counted } from "../terminal/text.ts";
import { scoreSubject, type Scoring } from "../score/score-subject.ts";
import { startAnalysis, type Analysis } from "./analysis.ts";
import { checkClaims, type SubjectClaims } from "./claims.ts";
import type { GradeScope } from "./grade-options.ts";
import {
  noOwnTests,
  noStress,
  type GradeReport,
  type OwnTestsGrade,
  type StressGrade,
} from "./grade-report.ts";
import { subjectHash, suiteHash } from "./hashes.ts";
import {
  judgePromises,
  judgeReplay,
  type Judgement,
  type Judging,
  type JudgingPlan,
} from "./judge-promises.ts";
import { readSignatures, withLooksLike } from "./looks-like.ts";
import { levelGrades, promiseGrades, toJudge } from "./promise-grades.ts";
import { runOwnTests } from "./own-tests.ts";
import type { Progress } from "./progress.ts";
import { runStress } from "./stress-run.ts";
import type { SubjectLocation } from "./subject-location.ts";
import { verdictOf } from "./verdict.ts";

export interface GradeRequest {
  root: string;
  subject: SubjectLocation;
  promises: readonly KataPromise[];
  scope: GradeScope;
  progress: Progress;
  /** How many children judge its promises at a time; where it is not said, as many as suit one grade. */
  sideBySide?: number;
  /** One recorded history instead of checks; then neither types nor lint are looked at. */
  replay?: { id: string; token: string };
}

export interface Grade {
  report: GradeReport;
  scoring: Scoring;
  /** The subject and what it imports. */
  inputs: readonly string[];
}

export async function gradeSubject(request: GradeRequest): Promise<Grade> {
  const { root, subject, scope, progress } = request;
  const { kata } = subject;
  const analysis = startAnalysis({ root, kata: kata.name, subject: subject.file });
  try {
    progress.now("Reading your code …");
    const readable = await bundleOrProblem(subject);
    const problemAtStart =
      "problem" in readable ? readable.problem : await forbiddenImportProblem(analysis);
    const [promises, types, lint] = await Promise.all([
      "bundle" in readable && problemAtStart === null
        ? judged(request, readable.bundle)
        : notJudged(request, problemAtStart),
      request.replay === undefined ? typesOf(analysis, progress) : { ok: true, problems: [] },
      request.replay === undefined ? lintOf(analysis, progress) : noFindings,
    ]);
    const { problem, claims, invariants, operations } = promises;
    const stress = await stressed(request, promises);
    const inputs = "bundle" in readable ? readable.bundle.inputs : [subject.file];
    const ownTests = await testedByOwner(request, promises, inputs);
    const evidence = { problem, types, invariants, level: claims?.level ?? null, stress };
    const { partial, seed } = scope;
    const measured: Omit<GradeReport, "score"> = {
      schemaVersion: 1,
      kata: kata.name,
      kataVersion: kata.version,
      suiteHash: suiteHash(root, kata.name),
      subjectHash: subjectHash(root, inputs),
      subject: subject.kind === "file" ? subject.shownAs : subject.kind,
      level: evidence.level,
      seed,
      partial,
      node: process.versions.node,
      platform: process.platform,
      verdict: verdictOf({ ...evidence, partial }, kata.coreLevel),
      types,
      lint,
      levels: levelGrades(kata, invariants),
      invariants,
      problem,
      stress,
      operations,
      ownTests,
    };
    const scoring = await scoreSubject({ root, subject, report: measured, inputs });
    const report: GradeReport = { ...measured, score: scoring.score };
    return { report, scoring, inputs };
  } finally {
    analysis.stop();
    progress.clear();
  }
}

const noFindings: GradeReport["lint"] = { ok: true, blocking: [], remarks: [] };

// ── What is read ──────────────────────────────────────────────────────────────────────────────

async function bundleOrProblem(
  subject: SubjectLocation,
): Promise<{ bundle: SubjectBundle } | { problem: string }> {
  try {
    return { bundle: await bundleSubject(subject.file, subject.shownAs) };
  } catch (error) {
    if (error instanceof SubjectLoadError) return { problem: error.message };
    throw error;
  }
}

async function forbiddenImportProblem(analysis: Analysis): Promise<string | null> {
  const { forbidden } = await analysis.imports;
  if (forbidden.length === 0) return null;
  return forbidden
    .map(
      ({ file, line, specifier, reason }) => `${file}:${line}: imports "${specifier}": ${reason}`,
    )
    .join("\n");
}

async function typesOf(analysis: Analysis, progress: Progress): Promise<GradeReport["types"]> {
  const { problems } = await analysis.types;
  progress.done(`types: ${problems.length === 0 ? "ok" : counted(problems.length, "problem")}`);
  return { ok: problems.length === 0, problems };
}

async function lintOf(analysis: Analysis, progress: Progress): Promise<GradeReport["lint"]> {
  const { blocking, remarks } = await analysis.lint;
  progress.done(
    `lint: ${blocking.length === 0 ? "nothing to block" : `${blocking.length} that a reviewer would block`}, ${counted(remarks.length, "remark")}`,
  );
  return { ok: blocking.length === 0, blocking, remarks };
}

// ── What is run ───────────────────────────────────────────────────────────────────────────────

interface JudgedPromises extends Pick<GradeReport, "problem" | "invariants" | "operations"> {
  claims: SubjectClaims | null;
}

async function judged(request: GradeRequest, bundle: SubjectBundle): Promise<JudgedPromises> {
  const { root, subject, scope, replay } = request;
  const { kata } = subject;
  const plan = { root, kata: kata.name, bundle, seed: scope.seed };
  const judging =
    replay === undefined
      ? await judgeScope(request, plan)
      : await judgeReplay(plan, replay.id, replay.token);
  request.progress.clear();
  if (judging.claims === null) return notJudged(request, judging.problem);
  const claims = checkClaims(judging.claims, kata);
  if ("problem" in claims) return notJudged(request, `${subject.shownAs}: ${claims.problem}`);
  const grades = promiseGrades(request, claims, judging.judgements);
  const invariants = withLooksLike(grades, readSignatures(root, kata.name));
  return { problem: null, claims, invariants, operations: judging.operations };
}

function judgeScope(
  request: GradeRequest,
  plan: Pick<JudgingPlan, "root" | "kata" | "bundle" | "seed">,
): Promise<Judging> {
  const { subject, promises, scope } = request;
  const told = levelProgress(request);
  return judgePromises({
    ...plan,
    effort: scope.effort,
    measure: scope.only === null,
    ...(request.sideBySide === undefined ? {} : { sideBySide: request.sideBySide }),
    choose: (raw) => {
      const claims = checkClaims(raw, subject.kata);
      const wanted = "problem" in claims ? [] : toJudge(promises, claims, scope);
      const ids = wanted.map(({ id }) => id);
      told.expect(ids);
      return ids;
    },
    onStart: told.started,
    onJudgement: told.judged,
  });
}

function notJudged({ promises }: GradeRequest, problem: string | null): JudgedPromises {
  const invariants = promiseGrades({ promises }, null, new Map<string, Judgement>());
  return { problem, claims: null, invariants, operations: {} };
}

/** Says each level when all its promises and those below are judged. */
function levelProgress({ promises, progress }: GradeRequest) {
  const levelOf = new Map(promises.map(({ id, level }) => [id, level]));
  const waiting = new Map<string, Judgement | undefined>();
  let done = 0;
  const sayFinishedLevels = () => {
    for (;;) {
      const level = Math.min(...[...waiting.keys()].map((id) => levelOf.get(id) ?? 0));
      const ofLevel = [...waiting].filter(([id]) => levelOf.get(id) === level);
      const isFinished = ofLevel.every(([, judgement]) => judgement !== undefined);
      if (ofLevel.length === 0 || !isFinished) return;
      const held = ofLevel.filter(([, judgement]) => judgement?.status === "held").length;
      progress.done(`level ${level}: ${held} of ${ofLevel.length} held`);
      for (const [id] of ofLevel) waiting.delete(id);
    }
  };
  let all = 0;
  return {
    expect: (wanted: readonly string[]) => {
      all = wanted.length;
      for (const id of wanted) waiting.set(id, undefined);
    },
    started: (id: string) =>
      progress.now(`level ${levelOf.get(id) ?? 0} · ${done + 1} of ${all} · ${id}`),
    judged: (judgement: Judgement) => {
      done += 1;
      waiting.set(judgement.id, judgement);
      sayFinishedLevels();
    },
  };
}

async function stressed(
  request: GradeRequest,
  judgedPromises: JudgedPromises,
): Promise<StressGrade> {
  const { root, subject, scope, progress } = request;
  const { claims, invariants } = judgedPromises;
  const skipped = (reason: string): StressGrade => ({ ...noStress, reason });
  if (claims === null) return skipped("your code could not be used");
  if (scope.stressSeconds === 0) {
    const isNarrowed = scope.effort < 1 || scope.only !== null || scope.levelMax !== null;
    return skipped(isNarrowed ? "not part of a narrowed grade (--stress-seconds N)" : "0 seconds");
  }
  // What does not come back alone does not come back under load either.
  if (invariants.some(({ status }) => status === "hung" || status === "crashed"))
    return skipped("what hangs or crashes alone does so under load, too");
  progress.now(`stress: ${scope.stressSeconds} seconds of real threads …`);
  const stress = await runStress(root, subject.kata.name, {
    subjectFile: subject.file,
    seconds: scope.stressSeconds,
    seed: scope.seed,
    singleThreaded: claims.singleThreaded !== null,
    level: claims.level,
  });
  progress.done(`stress: ${stress.status}`);
  return stress;
}

async function testedByOwner(
  { root, subject, promises, scope, progress }: GradeRequest,
  { claims, invariants }: JudgedPromises,
  attemptFiles: readonly string[],
): Promise<OwnTestsGrade> {
  if (scope.partial || claims === null) return noOwnTests;
  const onProgress = (text: string) => progress.now(text);
  onProgress("own tests …");
  const { level } = claims;
  const singleThreaded = claims.singleThreaded !== null;
  return runOwnTests({
    ...{ root, subject, promises, invariants, level, singleThreaded, attemptFiles, onProgress },
  });
}
