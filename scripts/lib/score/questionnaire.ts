/**
 * The questions whose answers are the self-score: about five minutes.
 *
 * - A dimension is answered by the anchor that is true. Only those within its bounds are offered, and the rule
 *   that bounds it is said.
 * - A claim of 4 or 5 rests on a line that is really there, of the notes or of the code.
 * - The rows of the two sheets come before the dimensions that they feed; each is answered with a line.
 * - Every answer is saved before the next question. What is answered is not asked again.
 */
import { boundsOn, mostPoints } from "../../../rubric/bounds.ts";
import { anchorOf, dimension, dimensions, measuredDimensions } from "../../../rubric/dimensions.ts";
import { selfEvaluation } from "../../../rubric/self-evaluation.ts";
import type { Sheet } from "../../../rubric/sheets.ts";
import type { Dimension, DimensionNumber, Evidence, Points } from "../../../rubric/shape.ts";
import { askedFields, type Answers, type AskedField } from "./answers.ts";
import type { Asker, Choice } from "./asker.ts";
import type { Heading } from "./notes.ts";
import type { OwnLines } from "./own-lines.ts";
import type { OthersScores } from "./scores-file.ts";

export interface Questionnaire {
  asker: Asker;
  /** Changed in place, and saved after each change. */
  answers: Answers;
  save: () => void;
  evidence: Evidence;
  others: OthersScores | null;
  ownLines: OwnLines;
  sheets: readonly Sheet[];
  headings: readonly Heading[];
  /** Asks what is answered as well. */
  again: boolean;
}

export type Outcome = "done" | "interrupted";

/** The points from which a claim needs a line. */
const quotedPointsMin = 4;
const later = 0;
/** Typed by whoever has none to show. */
const noLine = "";

export async function ask(questionnaire: Questionnaire): Promise<Outcome> {
  const { asker } = questionnaire;
  const questions = questionsLeft(questionnaire);
  if (questions.length === 0) return "done";
  asker.say(opening(questionnaire, questions.length));
  for (const question of questions) {
    if ((await question()) === undefined) return "interrupted";
  }
  return "done";
}

/** Each resolves to undefined when it is interrupted. */
type Question = () => Promise<true | undefined>;

function questionsLeft(questionnaire: Questionnaire): Question[] {
  const { answers, others, sheets, again } = questionnaire;
  const questions: Question[] = [];
  for (const each of dimensions) {
    const { number } = each;
    if (measuredDimensions.includes(number) || others?.scores.has(number) === true) continue;
    for (const sheet of sheets.filter(({ feeds }) => feeds[0] === number)) {
      for (const row of sheet.rows) {
        const key = rowKey(sheet, row.row);
        if (!again && answers.sheets.has(key)) continue;
        questions.push(() => askRow(questionnaire, sheet, row, key));
      }
    }
    if (again || !isAnswered(questionnaire, number))
      questions.push(() => askDimension(questionnaire, each));
  }
  for (const field of askedFields) {
    if (again || answers.selfEvaluation[field] === undefined)
      questions.push(() => askField(questionnaire, field));
  }
  return questions;
}

function opening({ headings }: Questionnaire, count: number): string {
  const empty = headings.filter(({ filled }) => !filled).map(({ title }) => title);
  const notes =
    empty.length === 0
      ? []
      : [`NOTES.md has nothing yet below: ${empty.join(", ")}. A claim needs a line to rest on.`];
  return [
    `${count} questions. Each answer is saved; ctrl-C stops, and the same command goes on.`,
    ...notes,
  ].join("\n");
}

// ── A dimension ───────────────────────────────────────────────────────────────────────────────

async function askDimension(
  questionnaire: Questionnaire,
  asked: Dimension,
): Promise<true | undefined> {
  const { asker, answers, save, evidence } = questionnaire;
  const { number, name, asks } = asked;
  const most = mostPoints(number, evidence);
  const bounds = boundsOn(number, evidence)
    .filter(({ atMost }) => atMost === most)
    .map(({ sentence, atMost }) => `At most ${atMost}: ${sentence}.`);
  const question = [`${number} of 14 · ${name}: ${asks}`, ...bounds].join("\n");
  const points = await asker.choose<Points | typeof later>(question, choicesUpTo(asked, most));
  if (points === undefined) return undefined;
  if (points === later) return true;

  answers.claims.set(number, { points, quote: null });
  save();
  if (points < quotedPointsMin || asked.spoken) return true;
  const quote = await askQuote(questionnaire, number);
  if (quote === undefined) return undefined;
  answers.claims.set(number, { points, quote });
  save();
  return true;
}

function choicesUpTo(asked: Dimension, most: Points): Choice<Points | typeof later>[] {
  const offered = ([1, 2, 3, 4, 5] as const).filter((points) => points <= most);
  return [
    ...offered.map((points) => ({
      value: points,
      label: `${points}  ${anchorOf(asked, points)}`,
    })),
    { value: later, label: "–  Not now: it stays unscored." },
  ];
}

/** The line that a claim rests on; empty for none, undefined when it is interrupted. */
async function askQuote(
  questionnaire: Questionnaire,
  number: DimensionNumber,
): Promise<string | undefined> {
  const { asker, answers, sheets, ownLines } = questionnaire;
  const quoted = sheets
    .filter(({ feeds }) => feeds.includes(number))
    .flatMap((sheet) => sheet.rows.map(({ row }) => answers.sheets.get(rowKey(sheet, row)) ?? ""))
    .filter((line) => line !== "" && ownLines.support(line));
  const lines = [...new Set(quoted)];
  if (lines.length > 0) {
    const another = noLine;
    const chosen = await asker.choose("Which line shows it?", [
      ...lines.map((line) => ({ value: line, label: line })),
      { value: another, label: "Another one, or none." },
    ]);
    if (chosen === undefined || chosen !== another) return chosen;
  }
  const none = fallsWithout(number)
    ? "nothing typed: it counts as 2"
    : "nothing typed: it stands without one";
  return askLine(
    questionnaire,
    `Which line shows it?\nThe line, or its place (NOTES.md:12); ${none}`,
  );
}

function fallsWithout(number: DimensionNumber): boolean {
  return ([1, 2, 13, 14] as const).some((each) => each === number);
}

/** A claim whose line has gone, or was never asked for, is not answered; one that does without a line is. */
function isAnswered({ answers, ownLines }: Questionnaire, number: DimensionNumber): boolean {
  const claim = answers.claims.get(number);
  if (claim === undefined) return false;
  const { points, quote } = claim;
  if (points < quotedPointsMin || dimension(number).spoken || quote === noLine) return true;
  return quote !== null && ownLines.support(quote);
}

// ── Sheets ────────────────────────────────────────────────────────────────────────────────────

async function askRow(
  questionnaire: Questionnaire,
  sheet: Sheet,
  row: Sheet["rows"][number],
  key: string,
): Promise<true | undefined> {
  const { answers, save } = questionnaire;
  const line = await askLine(
    questionnaire,
    `${sheet.title} · ${row.row}: ${row.asks}\nThe line, or its place (NOTES.md:12); nothing typed: no line shows it`,
  );
  if (line === undefined) return undefined;
  answers.sheets.set(key, line);
  save();
  return true;
}

function rowKey({ name }: Sheet, row: string): string {
  return `${name}/${row}`;
}

/** A line that is really there, or an empty one. */
async function askLine(
  { asker, ownLines }: Questionnaire,
  question: string,
): Promise<string | undefined> {
  const typed = await asker.line(question, (text) => {
    if (text.trim() === "") return undefined;
    const found = ownLines.quoted(text);
    return "problem" in found ? found.problem : undefined;
  });
  if (typed === undefined || typed.trim() === "") return typed?.trim();
  const found = ownLines.quoted(typed);
  return "quote" in found ? found.quote : "";
}

// ── The self-evaluation sheet ─────────────────────────────────────────────────────────────────

async function askField(
  { asker, answers, save }: Questionnaire,
  field: AskedField,
): Promise<true | undefined> {
  const asks = selfEvaluation.find((row) => row.field === field)?.asks ?? field;
  const typed = await asker.line(asks, (text) =>
    field === "minutes" && !/^\s*\d*\s*$/.test(text)
      ? `Expected a number of minutes, got "${text.trim()}".`
      : undefined,
  );
  if (typed === undefined) return undefined;
  answers.selfEvaluation[field] = typed.trim();
  save();
  return true;
}
