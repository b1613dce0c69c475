/**
 * The log of a session: everything that happened, in the order in which it happened. It only ever grows, one
 * line an event, and it is all that a later grader may rely on: the questions are in it as they were put, the
 * answers as they were typed, and the work as it was at the bell.
 *
 * `ms` is session time: it stands still while the session is paused or its process is gone.
 */
import type { GradeVerdict, Status } from "../grade/grade-report.ts";
import type { SessionPlan } from "./session-plan.ts";

export type QuestionKind = "opening" | "general" | "probe" | "change";

export type SessionEvent =
  | { event: "began"; session: number; plan: SessionPlan }
  /** The earlier attempt was put away, and the starter is in its place. */
  | { event: "fresh"; archived: string | null }
  | { event: "phase"; phase: number; said: string }
  | { event: "asked"; question: string; kind: QuestionKind; text: string; because: string }
  /** `text` is null for what was said aloud. */
  | { event: "answered"; question: string; text: string | null }
  /** The candidate has said all there is to say. */
  | { event: "went-on"; question: string }
  | { event: "left-open"; question: string }
  /** Something typed while nothing was asked. */
  | { event: "remarked"; text: string }
  /** The candidate asks; `fact` is null where the fact sheet has no answer. */
  | { event: "inquired"; text: string; fact: string | null; answer: string }
  | { event: "revealed"; level: number; because: "time" | "asked for" | "declared" }
  | { event: "saved"; level: number; lines: number }
  | ({ event: "tested" } & TestCounts)
  | { event: "helped"; helpedAt: string; what: string; cost: string }
  | { event: "warned"; phase: number; leftMs: number }
  /** The time of a phase was over before its business was. */
  | { event: "slipped"; phase: number; open: string | null; unasked: number }
  | { event: "moved-on"; phase: number; savedMs: number }
  | { event: "paused" }
  | { event: "resumed"; pausedMs: number }
  | { event: "left"; how: "by key" | "by signal" }
  /** The process was gone for so long. */
  | { event: "came-back"; goneMs: number }
  | { event: "alive" }
  | { event: "bell"; because: BellReason }
  /** The work at the bell: where it is kept, and the text itself. */
  | { event: "frozen"; folder: string; files: Record<string, string> }
  | { event: "graded"; grade: BellGrade };

export type BellReason = "time" | "finished" | "closed";

export interface TestCounts {
  passed: number;
  of: number;
  green: boolean;
  failing: string[];
  /** How the run ended if it did not finish, or why nothing could be run. */
  problem: string | null;
}

/** What a session keeps of its grade. */
export interface BellGrade {
  verdict: GradeVerdict;
  problem: string | null;
  level: number | null;
  levelReached: number;
  held: number;
  of: number;
  /** What does not hold, in the order of fixing. */
  failing: { id: string; level: number; sentence: string; status: Status; replay: string | null }[];
  typesOk: boolean;
  blocking: number;
  stress: "held" | "broken" | "skipped";
  ownTests: { count: number; caught: number; of: number; falseAlarms: number };
  operations: Record<string, number>;
  total: number | null;
  pass: boolean | null;
  points: Record<string, number>;
  subjectHash: string;
}

export type SessionEntry = { at: string; ms: number } & SessionEvent;

export function isSessionEntry(candidate: unknown): candidate is SessionEntry {
  if (typeof candidate !== "object" || candidate === null) return false;
  const entry = candidate as Partial<Record<string, unknown>>;
  return (
    typeof entry["at"] === "string" &&
    typeof entry["ms"] === "number" &&
    typeof entry["event"] === "string"
  );
}
