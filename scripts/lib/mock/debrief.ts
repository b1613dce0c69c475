/**
 * What somebody reads after the bell: the grade, every question beside what a strong and a weak answer contain, the
 * first gap and one fix for it, another problem to go on with, and the sheet that is worth keeping.
 *
 * All of it follows from the log and the rubric, so it reads the same whenever it is shown again. Data first: the
 * same debrief becomes lines on a terminal and a section of the report.
 */
import { dimensions } from "../../../rubric/dimensions.ts";
import { readNext, selfEvaluation, weakest } from "../../../rubric/self-evaluation.ts";
import { ownTestsMin } from "../../../rubric/bounds.ts";
import { sheets } from "../../../rubric/sheets.ts";
import type { DimensionNumber, KataRubric, SheetRow, Variant } from "../../../rubric/shape.ts";
import type { GradeEntry } from "../journal/journals.ts";
import { counted } from "../terminal/text.ts";
import type { AskedQuestion, PhaseFacts, SessionFacts } from "./session-facts.ts";
import type { BellGrade } from "./session-log.ts";
import { clockTime } from "./transcript.ts";

export interface Debrief {
  title: string;
  /** At the bell, and after it where there was more work. */
  grades: { when: string; says: string }[];
  conduct: string[];
  phases: DebriefPhase[];
  sheets: { title: string; rows: readonly SheetRow[] }[];
  gap: string;
  fix: { says: string; command: string | null };
  next: { name: string; says: string; trains: string } | null;
  selfEvaluation: { title: string; entry: string }[];
  /** Asks for the scores that are missing; null when they are all there. */
  scoreCommand: string | null;
}

export interface DebriefPhase {
  title: string;
  time: string;
  questions: DebriefQuestion[];
  /** What the candidate asked, with the answer. */
  inquiries: { asks: string; answer: string }[];
  /** What was typed while nothing was asked. */
  remarks: string[];
}

export interface DebriefQuestion {
  asks: string;
  answer: string;
  /** Null for questions of every session: their answer depends on all the others. */
  strong: string | null;
  weak: string | null;
}

export interface DebriefRequest {
  facts: SessionFacts;
  rubric: KataRubric;
  coreLevel: number;
  /** Full grades since the bell and before another fresh start, oldest first. */
  later: readonly GradeEntry[];
  /** The score of the frozen work, where somebody has scored it since. */
  scored: GradeEntry | undefined;
  /** How many sessions of this kata there were before this one. */
  before: number;
  /** `npm run grade …` of the frozen work. */
  gradeCommand: (...options: string[]) => string;
}

export function debriefOf(request: DebriefRequest): Debrief {
  const { facts, rubric, later, before } = request;
  const { session, kata, format, minutes, seed, date, grade } = facts;
  return {
    title: `Session ${session} · ${kata} · ${format}, ${counted(minutes, "minute")}, seed ${seed} · ${dayOf(date)}`,
    grades: [
      {
        when: "At the bell",
        says: grade === null ? "not graded yet" : bellInWords(request, grade),
      },
      ...later.slice(-1).map((entry) => ({ when: "After", says: laterInWords(entry) })),
    ],
    conduct: conductOf(facts),
    phases: facts.phases.map((phase) => debriefPhase(phase, rubric)),
    sheets: format === "infrastructure" ? [] : kataSheets(rubric),
    ...firstGap(request),
    next: nextVariant(rubric.variants, before),
    selfEvaluation: sheetOf(request),
    scoreCommand: totalOf(request) === null ? request.gradeCommand("--score") : null,
  };
}

// ── The grade ─────────────────────────────────────────────────────────────────────────────────

function bellInWords({ coreLevel, scored }: DebriefRequest, grade: BellGrade): string {
  const { verdict, problem, held, of, levelReached, stress, ownTests } = grade;
  if (problem !== null) return `${verdict}: ${problem}`;
  const total = scored?.total ?? grade.total;
  return [
    verdict,
    `${held} of ${counted(of, "promise")} held`,
    `level reached ${levelReached}, core ${coreLevel}`,
    `stress ${stress}`,
    `${counted(ownTests.count, "own test")}, ${ownTests.caught} of ${counted(ownTests.of, "planted bug")} caught`,
    total === null ? "not scored yet" : `${total} of 70 points`,
  ].join(" · ");
}

function laterInWords({ at, verdict, levelReached, total }: GradeEntry): string {
  const score = total === null ? "not scored" : `${total} of 70 points`;
  return `${verdict} · level reached ${levelReached} · ${score} · graded ${dayOf(new Date(at))}; it does not count for the session`;
}

function conductOf(facts: SessionFacts): string[] {
  const { slips, pauses, interruptions, hints, solutionOpened, minutes, bellAtMs, isTimed } = facts;
  return [
    ...(bellAtMs === null ? ["The bell has not rung yet."] : []),
    ...(bellAtMs !== null && bellAtMs < minutes * 60_000
      ? [`The bell rang early, after ${clockTime(bellAtMs)}.`]
      : []),
    ...(bellAtMs !== null && !isTimed
      ? ["It was longer than its format, so it does not count towards being ready."]
      : []),
    slips === 0 ? "No phase slipped." : `${counted(slips, "phase")} ended by the clock.`,
    ...(pauses.count === 0
      ? []
      : [`${counted(pauses.count, "pause")}, ${clockTime(pauses.ms)} in all.`]),
    ...(interruptions.count === 0
      ? []
      : [
          `${counted(interruptions.count, "interruption")}, ${clockTime(interruptions.ms)} in all.`,
        ]),
    ...(hints === 0 ? [] : [`${counted(hints, "rung")} of hints opened.`]),
    ...(solutionOpened ? ["The solution was opened: this session does not count as passed."] : []),
  ];
}

// ── Questions and answers ─────────────────────────────────────────────────────────────────────

function debriefPhase(
  { phase, usedMs, slipped, questions, inquiries, remarks }: PhaseFacts,
  rubric: KataRubric,
): DebriefPhase {
  const planned = clockTime(phase.endsMs - phase.beginsMs);
  const time =
    usedMs === null
      ? `never begun, of ${planned}`
      : `${clockTime(usedMs)} used, ${planned} planned${slipped ? ", ended by the clock" : ""}`;
  return {
    title: phase.title,
    time,
    questions: questions.map((question) => debriefQuestion(question, rubric)),
    inquiries,
    remarks,
  };
}

function debriefQuestion(question: AskedQuestion, rubric: KataRubric): DebriefQuestion {
  const model = modelAnswer(question, rubric);
  const answer =
    question.how === "typed"
      ? question.answers.join(" ")
      : question.how === "aloud"
        ? "(said aloud)"
        : "(left open)";
  return {
    asks: question.text,
    answer,
    strong: model?.strong ?? null,
    weak: model?.weak ?? null,
  };
}

function modelAnswer({ id, kind }: AskedQuestion, { probes, changes }: KataRubric) {
  if (kind === "probe") return probes.find((probe) => probe.id === id);
  return kind === "change" ? changes.find((change) => change.id === id) : undefined;
}

function kataSheets({ sheets: own }: KataRubric): Debrief["sheets"] {
  return sheets.map(({ name, title, rows }) => ({
    title,
    rows: own[name].length === 0 ? rows : own[name],
  }));
}

// ── What to do next ───────────────────────────────────────────────────────────────────────────

function firstGap(request: DebriefRequest): Pick<Debrief, "gap" | "fix"> {
  const { facts, coreLevel, gradeCommand } = request;
  const { grade, kata } = facts;
  const found = (gap: string, says: string, command: string | null = null) => ({
    gap,
    fix: { says, command },
  });
  if (grade === null) {
    return found("The work is not graded yet.", "Have it graded.", `npm run mock ${kata}`);
  }
  if (grade.problem !== null) {
    return found(grade.problem, "Make it load, then look again.", gradeCommand());
  }
  const [first] = grade.failing;
  if (first !== undefined) {
    const options = first.replay === null ? ["--only", first.id] : ["--replay", first.replay];
    return found(
      `A promise does not hold (level ${first.level}, ${first.id}): ${first.sentence}`,
      "See it once more, then fix this one only.",
      gradeCommand(...options),
    );
  }
  if (!grade.typesOk) {
    return found("The work does not type-check.", "Mend the places that it names.", gradeCommand());
  }
  if (grade.stress === "broken") {
    return found(
      "What holds alone breaks under real threads.",
      "Find the state that is shared between two awaits; the grade names the promise.",
      gradeCommand(),
    );
  }
  if (grade.levelReached < coreLevel) {
    return found(
      `The core is level ${coreLevel}; level ${grade.levelReached} was reached at the bell.`,
      `Write level ${grade.levelReached + 1} without a clock.`,
      `npm run kata ${kata}`,
    );
  }
  const open = facts.phases.flatMap(({ questions }) => questions).find(({ how }) => how === "open");
  if (open !== undefined) {
    return found(
      `A question was left open: ${open.text}`,
      "Answer it aloud now, in two minutes, with a number in it.",
    );
  }
  if (grade.ownTests.count < ownTestsMin) {
    return found(
      `${counted(grade.ownTests.count, "own test")}; a pass asks for ${ownTestsMin} that state promises.`,
      "Turn the promise that you doubt most into a test of yours.",
    );
  }
  const [dimension] = weakestOf(request);
  if (dimension !== undefined) {
    return found(`The weakest dimension: ${nameOf(dimension)}.`, `Read ${readNext[dimension]}.`);
  }
  return found(
    "Nothing that a machine can see.",
    "Score the fourteen dimensions.",
    gradeCommand("--score"),
  );
}

/** One after the other, so that nobody gets the same twice in a row. */
function nextVariant(variants: readonly Variant[], before: number): Debrief["next"] {
  return variants[before % Math.max(1, variants.length)] ?? null;
}

// ── The sheet ─────────────────────────────────────────────────────────────────────────────────

const toFill = "______";

function sheetOf(request: DebriefRequest): Debrief["selfEvaluation"] {
  return selfEvaluation.map(({ field, title }) => ({ title, entry: entryOf(field, request) }));
}

function entryOf(field: (typeof selfEvaluation)[number]["field"], request: DebriefRequest): string {
  const { facts, coreLevel } = request;
  const { date, kata, bellAtMs, minutes, grade } = facts;
  switch (field) {
    case "date":
      return dayOf(date);
    case "kata":
      return `${kata}, ${facts.format}`;
    case "minutes":
      return `${Math.round((bellAtMs ?? 0) / 60_000)} of ${minutes}`;
    case "scores":
      return scoresInWords(request);
    case "coreWorking":
      return grade === null ? toFill : grade.levelReached >= coreLevel ? "Y" : "N";
    case "stressHeld":
      return grade === null || grade.stress === "skipped"
        ? "N (the stress did not run)"
        : grade.stress === "held"
          ? "Y"
          : "N";
    case "gapsNamed":
    case "leftOut":
    case "actionItem":
      return toFill;
    case "readNext": {
      const [dimension] = weakestOf(request);
      return dimension === undefined
        ? `${toFill} (after the score)`
        : `${nameOf(dimension)}: ${readNext[dimension]}`;
    }
  }
}

function scoresInWords({ facts, scored }: Pick<DebriefRequest, "facts" | "scored">): string {
  const points = scored?.points ?? facts.grade?.points ?? {};
  const total = totalOf({ facts, scored });
  const each = dimensions.map(({ number }) => `${number}: ${points[number] ?? "_"}`).join(" · ");
  if (total !== null) return `${each} · total ${total} of 70`;
  return `${each} · total ___ of 70`;
}

function totalOf({ facts, scored }: Pick<DebriefRequest, "facts" | "scored">): number | null {
  return scored?.total ?? facts.grade?.total ?? null;
}

function weakestOf({ facts, scored }: DebriefRequest): DimensionNumber[] {
  // While some are missing, the lowest that is known says little.
  if (totalOf({ facts, scored }) === null) return [];
  const points = scored?.points ?? facts.grade?.points ?? {};
  return weakest((dimension) => points[dimension] ?? null);
}

function nameOf(number: DimensionNumber): string {
  return dimensions.find((dimension) => dimension.number === number)?.name ?? String(number);
}

export function dayOf(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
