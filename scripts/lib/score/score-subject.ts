/**
 * The score of a graded subject: its grade, its journal of help, and the files beside it, put together.
 * A file that is damaged is named; the score goes without it.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { works } from "../../../rubric/readiness.ts";
import type { Evidence, KataRubric } from "../../../rubric/shape.ts";
import { unscored, type GradeReport, type Score } from "../grade/grade-report.ts";
import { attemptBehind, frozenWorkAt } from "../grade/frozen-work.ts";
import { shortName, type SubjectLocation } from "../grade/subject-location.ts";
import { loadKataRubric } from "../help/kata-rubric.ts";
import { helpGiven } from "../journal/help-given.ts";
import type { Kata } from "../kata/catalogue.ts";
import { attemptTemplates } from "../kata/templates.ts";
import { bellRangAt } from "../mock/session-store.ts";
import { noAnswers, readAnswers } from "./answers.ts";
import { benchBeside } from "./bench-beside.ts";
import { evidenceOf, type EvidenceSources } from "./evidence.ts";
import { OwnLines } from "./own-lines.ts";
import { DamagedFile, scoreFilesOf } from "./score-files.ts";
import { scoreOf, unsupportedClaims, type Claims } from "./score-of.ts";
import { readScores } from "./scores-file.ts";

export interface Scoring {
  score: Score;
  evidence: Evidence;
  /** Files that could not be used, in sentences. */
  problems: string[];
}

export interface ScoreRequest {
  root: string;
  subject: SubjectLocation;
  report: Omit<GradeReport, "score">;
  /** The subject and what it imports, absolute. */
  inputs: readonly string[];
}

export async function scoreSubject(request: ScoreRequest): Promise<Scoring> {
  const { root, subject, report } = request;
  const { kata } = subject;
  const { claims, bench, problems } = foundBeside(root, subject, report.subjectHash);
  const ownLines = await ownLinesOf(request);
  const evidence = evidenceOf({
    report,
    kata,
    operations: (await kataRubricOf(root, kata))?.operations ?? [],
    bench,
    help: helpOf(subject),
    listened: claims.others?.scores.has(10) === true,
    unsupported: unsupportedClaims(claims, (quote) => ownLines.support(quote)),
  });
  const score = evidence.complete ? scoreOf(evidence, claims, works(report)) : unscored;
  return { score, evidence, problems };
}

/** Null for a kata that has no rubric of its own yet. */
export async function kataRubricOf(root: string, kata: Kata): Promise<KataRubric | null> {
  if (!existsSync(path.join(root, "rubric", kata.name, "kata-rubric.ts"))) return null;
  return loadKataRubric(root, kata);
}

export async function ownLinesOf({
  root,
  subject,
  inputs,
}: Pick<ScoreRequest, "root" | "subject" | "inputs">): Promise<OwnLines> {
  const { kata, testFile } = subject;
  const isOfRepository = (file: string) => file.startsWith(path.join(root, "katas") + path.sep);
  const beside = subject.kind === "file" ? [] : sourcesIn(path.dirname(subject.file));
  const own = new Set([scoreFilesOf(subject).notes, ...inputs, testFile, ...beside]);
  const files = [...own]
    .filter((file) => !isOfRepository(file) && existsSync(file))
    .map((file) => ({ file, text: readFileSync(file, "utf8") }));
  const isStarterThere = existsSync(path.join(kata.folder, "starter.ts"));
  const given = isStarterThere ? Object.values(await attemptTemplates(kata)) : [];
  return new OwnLines(files, given as string[]);
}

/** A folder of one's own holds one's own code, imported or not: a baseline that was kept, for instance. */
function sourcesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".ts"))
    .map((name) => path.join(folder, name));
}

function foundBeside(root: string, subject: SubjectLocation, subjectHash: string) {
  const files = scoreFilesOf(subject);
  const problems: string[] = [];
  const readOr = <Content>(read: () => Content, instead: Content): Content => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof DamagedFile)) throw error;
      problems.push(error.message.replace(error.file, shortName(root, error.file)));
      return instead;
    }
  };
  const answers = readOr(() => readAnswers(files.answers, subject.kata.name), noAnswers());
  const others = readOr(() => readScores(files.scores), null);
  const bench = readOr(() => benchBeside(subject, subjectHash), null);
  const claims: Claims = { own: answers.claims, others };
  return { claims, bench, problems };
}

/** Help is noted for an attempt; whoever grades another file had none that is known. */
function helpOf(subject: SubjectLocation): EvidenceSources["help"] {
  const { kind, file, kata } = subject;
  if (kind !== "attempt") return { hints: 0, hintsOnFundamentals: 0, solutionOpened: false };
  const frozen = frozenWorkAt(file, kata);
  const { hints, hintsOnFundamentals, solutionOpenedAt } = helpGiven(
    attemptBehind(subject),
    kata.version,
    frozen === undefined ? undefined : bellRangAt(frozen),
  );
  return {
    hints: hints.length,
    hintsOnFundamentals,
    solutionOpened: solutionOpenedAt !== null,
  };
}
