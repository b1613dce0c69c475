/**
 * `answers.json`: what the questionnaire has collected so far, saved after each answer.
 *
 * A file that is damaged, or that a later version has written, is named and never written over.
 */
import { existsSync } from "node:fs";
import { isDimensionNumber, isPoints } from "../../../rubric/dimensions.ts";
import type { DimensionNumber, Points } from "../../../rubric/shape.ts";
import { replaceFile } from "../grade/replace-file.ts";
import { DamagedFile, isRecord, parsedJson, shown } from "./score-files.ts";

export interface Claim {
  points: Points;
  /** The line of the notes or of the code that a claim of 4 or 5 rests on; empty where there is none to show. */
  quote: string | null;
}

/** What a person answers on the self-evaluation sheet. */
export const askedFields = ["minutes", "gapsNamed", "leftOut", "actionItem"] as const;
export type AskedField = (typeof askedFields)[number];

export interface Answers {
  claims: Map<DimensionNumber, Claim>;
  /** Lines that answer the rows of the sheets, by `sheet/row`; an empty text is a row that was passed over. */
  sheets: Map<string, string>;
  selfEvaluation: Partial<Record<AskedField, string>>;
}

const version = 1;

export function noAnswers(): Answers {
  return { claims: new Map(), sheets: new Map(), selfEvaluation: {} };
}

/** No answers where there is no file; throws a `DamagedFile` where it cannot be understood. */
export function readAnswers(file: string, kata: string): Answers {
  if (!existsSync(file)) return noAnswers();
  const found = parsedJson(file);
  const refuse = (expected: string, got: unknown): never => {
    throw new DamagedFile(file, expected, shown(got));
  };
  if (!isRecord(found)) return refuse("an object", found);
  if (found["version"] !== version) refuse(`"version": ${version}`, found["version"]);
  if (found["kata"] !== kata) refuse(`"kata": "${kata}"`, found["kata"]);

  const answers = noAnswers();
  const claims = found["dimensions"] ?? {};
  if (!isRecord(claims)) return refuse(`"dimensions" to be an object`, claims);
  for (const [name, claim] of Object.entries(claims)) {
    const number = Number(name);
    if (!isDimensionNumber(number)) return refuse("dimensions from 1 to 14", name);
    if (!isRecord(claim)) return refuse(`dimension ${number} to be an object`, claim);
    const { points, quote = null } = claim;
    if (!isPoints(points)) return refuse(`dimension ${number} to have 1 to 5 points`, points);
    if (quote !== null && typeof quote !== "string")
      return refuse(`the quote of dimension ${number} to be a text`, quote);
    answers.claims.set(number, { points, quote });
  }
  for (const [row, line] of textsIn(found["sheets"], `"sheets"`, refuse)) {
    answers.sheets.set(row, line);
  }
  const sheet = textsIn(found["selfEvaluation"], `"selfEvaluation"`, refuse);
  for (const [field, text] of sheet) {
    if (isAskedField(field)) answers.selfEvaluation[field] = text;
    else refuse(`the fields ${askedFields.join(", ")}`, field);
  }
  return answers;
}

export function writeAnswers(file: string, kata: string, answers: Answers): void {
  const content = {
    version,
    kata,
    dimensions: Object.fromEntries(answers.claims),
    sheets: Object.fromEntries(answers.sheets),
    selfEvaluation: answers.selfEvaluation,
  };
  replaceFile(file, `${JSON.stringify(content, null, 2)}\n`);
}

function textsIn(
  found: unknown,
  name: string,
  refuse: (expected: string, got: unknown) => never,
): [string, string][] {
  if (found === undefined) return [];
  if (!isRecord(found)) return refuse(`${name} to be an object`, found);
  return Object.entries(found).map(([key, text]) => {
    if (typeof text !== "string") return refuse(`${name} to hold texts`, text);
    return [key, text];
  });
}

function isAskedField(name: string): name is AskedField {
  return askedFields.some((field) => field === name);
}
