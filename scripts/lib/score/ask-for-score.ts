/**
 * The questionnaire of one subject: from its grade and the files beside it to a score, and back into them.
 * The grade is the one that lies beside the attempt if it is still true, else a new one.
 */
import { existsSync, readFileSync } from "node:fs";
import { sheets as generalSheets } from "../../../rubric/sheets.ts";
import { bundleSubject, SubjectLoadError } from "../../../tests/harness/subject-bundle.ts";
import { UsageError } from "../arguments.ts";
import type { GradeReport } from "../grade/grade-report.ts";
import type { SubjectLocation } from "../grade/subject-location.ts";
import { readAnswers, writeAnswers, type Answers } from "./answers.ts";
import type { Asker } from "./asker.ts";
import { headingsOf } from "./notes.ts";
import { ask, type Outcome } from "./questionnaire.ts";
import { savedGrade } from "./saved-grade.ts";
import { DamagedFile, scoreFilesOf } from "./score-files.ts";
import { kataRubricOf, ownLinesOf, scoreSubject, type Scoring } from "./score-subject.ts";
import { readScores, type OthersScores } from "./scores-file.ts";

/** A grade as far as the questionnaire needs it. */
export interface Graded {
  report: GradeReport;
  scoring: Scoring;
  inputs: readonly string[];
}

export interface Asked extends Graded {
  answers: Answers;
  outcome: Outcome;
}

/** What is there to be asked about; refuses files that answers cannot be added to. */
export interface Asking {
  root: string;
  subject: SubjectLocation;
  answers: Answers;
  others: OthersScores | null;
  again: boolean;
}

export function prepareAsking(root: string, subject: SubjectLocation, again: boolean): Asking {
  const files = scoreFilesOf(subject);
  try {
    const answers = readAnswers(files.answers, subject.kata.name);
    return { root, subject, answers, others: readScores(files.scores), again };
  } catch (error) {
    if (error instanceof DamagedFile) throw new UsageError(error.message);
    throw error;
  }
}

export async function askForScore(asking: Asking, graded: Graded, asker: Asker): Promise<Asked> {
  const { root, subject, answers, others, again } = asking;
  const { inputs, report } = graded;
  const files = scoreFilesOf(subject);
  const rubric = await kataRubricOf(root, subject.kata);
  const outcome = await ask({
    asker,
    answers,
    others,
    again,
    save: () => writeAnswers(files.answers, subject.kata.name, answers),
    // Whether a claim has its line is what is asked here.
    evidence: { ...graded.scoring.evidence, unsupported: [] },
    ownLines: await ownLinesOf({ root, subject, inputs }),
    sheets: generalSheets.map((sheet) => ({
      ...sheet,
      rows: rubric?.sheets[sheet.name] ?? sheet.rows,
    })),
    headings: existsSync(files.notes) ? headingsOf(readFileSync(files.notes, "utf8")) : [],
  });
  const scoring = await scoreSubject({ root, subject, report, inputs });
  return { report: { ...report, score: scoring.score }, scoring, inputs, answers, outcome };
}

/** The grade beside the attempt, scored by what is known now; null if another one has to be made. */
export async function gradeAtHand(root: string, subject: SubjectLocation): Promise<Graded | null> {
  const inputs = await inputsOf(subject);
  const report = inputs === null ? null : savedGrade(root, subject, inputs);
  if (inputs === null || report === null) return null;
  return { report, inputs, scoring: await scoreSubject({ root, subject, report, inputs }) };
}

async function inputsOf({ file, shownAs }: SubjectLocation): Promise<readonly string[] | null> {
  try {
    return (await bundleSubject(file, shownAs)).inputs;
  } catch (error) {
    if (error instanceof SubjectLoadError) return null;
    throw error;
  }
}
