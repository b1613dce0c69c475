/** What a log says about one session as a whole: for its debrief, for the trend over weeks, for readiness. */
import type { FormatName } from "../../../rubric/shape.ts";
import type { BellGrade, SessionEntry } from "./session-log.ts";
import type { PlannedPhase, SessionPlan } from "./session-plan.ts";
import { stateOf, type OpenQuestion } from "./session.ts";

export interface SessionFacts {
  session: number;
  kata: string;
  kataVersion: number;
  format: FormatName;
  minutes: number;
  seed: number;
  /** When it began. */
  date: Date;
  /** Session time at the bell; null where it has not rung. */
  bellAtMs: number | null;
  /** No longer than its format asks for, and held to its bell. */
  isTimed: boolean;
  pauses: { count: number; ms: number };
  interruptions: { count: number; ms: number };
  slips: number;
  hints: number;
  solutionOpened: boolean;
  phases: PhaseFacts[];
  grade: BellGrade | null;
}

export interface PhaseFacts {
  phase: PlannedPhase;
  /** Null where it was never entered. */
  usedMs: number | null;
  slipped: boolean;
  questions: AskedQuestion[];
  /** What the candidate asked, with the answer. */
  inquiries: { asks: string; answer: string }[];
  remarks: string[];
}

export interface AskedQuestion extends Pick<OpenQuestion, "id" | "text" | "kind"> {
  /** The lines that were typed. */
  answers: string[];
  how: "typed" | "aloud" | "open";
}

/** Undefined for a log that does not begin. */
export function factsOf(entries: readonly SessionEntry[]): SessionFacts | undefined {
  const state = stateOf(entries);
  const [first] = entries;
  if (state === undefined || first === undefined) return undefined;
  const { plan, bell } = state;
  const helped = entries.filter((entry) => entry.event === "helped");
  const isSolution = ({ what }: { what: string }) => what.startsWith("Solution");
  return {
    session: state.session,
    kata: plan.kata,
    kataVersion: plan.kataVersion,
    format: plan.format,
    minutes: plan.minutes,
    seed: plan.seed,
    date: new Date(first.at),
    bellAtMs: bell?.ms ?? null,
    isTimed: bell !== null && plan.minutes <= plan.formatMinutes,
    pauses: state.pauses,
    interruptions: state.interruptions,
    slips: state.slips,
    hints: helped.filter((entry) => !isSolution(entry)).length,
    solutionOpened: helped.some(isSolution),
    phases: phaseFacts(plan, entries, bell?.ms ?? state.ms),
    grade: state.grade,
  };
}

function phaseFacts(
  plan: SessionPlan,
  entries: readonly SessionEntry[],
  endMs: number,
): PhaseFacts[] {
  const entered = entries.flatMap((entry) => (entry.event === "phase" ? [entry.ms] : []));
  return plan.phases.map((phase, index) => {
    const beganMs = entered[index];
    const usedMs = beganMs === undefined ? null : (entered[index + 1] ?? endMs) - beganMs;
    const slipped = entries.some((entry) => entry.event === "slipped" && entry.phase === index);
    const during = entriesOf(entries, index);
    return {
      phase,
      usedMs,
      slipped,
      questions: questionsOf(during),
      inquiries: during.flatMap((entry) =>
        entry.event === "inquired" ? [{ asks: entry.text, answer: entry.answer }] : [],
      ),
      remarks: during.flatMap((entry) => (entry.event === "remarked" ? [entry.text] : [])),
    };
  });
}

function entriesOf(entries: readonly SessionEntry[], phase: number): SessionEntry[] {
  let current = -1;
  return entries.filter((entry) => {
    if (entry.event === "phase") current = entry.phase;
    return current === phase;
  });
}

function questionsOf(entries: readonly SessionEntry[]): AskedQuestion[] {
  const asked = new Map<string, AskedQuestion>();
  for (const entry of entries) {
    if (entry.event === "asked") {
      const { question: id, kind, text } = entry;
      asked.set(id, { id, kind, text, answers: [], how: "open" });
    }
    if (entry.event === "answered") {
      const question = asked.get(entry.question);
      if (question === undefined) continue;
      if (entry.text !== null) question.answers.push(entry.text);
      question.how = question.answers.length > 0 ? "typed" : "aloud";
    }
  }
  return [...asked.values()];
}
