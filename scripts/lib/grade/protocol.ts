/**
 * What the grader and its contained child say to each other: one JSON object a line.
 *
 * The grader writes jobs to the child's descriptor 4, the child writes reports to descriptor 3,
 * each preceded by a nonce that the subject never sees. Both ends of the child are synchronous:
 * they make no asynchronous resource that a simulated world could mistake for the subject's.
 */
import type { Explored, Verdict } from "../../../tests/harness/check.ts";
import type { SubjectBundle } from "../../../tests/harness/subject-bundle.ts";

export const reportDescriptor = 3;
export const jobDescriptor = 4;

export type Job =
  | { do: "load"; bundle: SubjectBundle; suiteFile: string; seed: number }
  | { do: "check"; id: string; seed: number; effort: number }
  | { do: "replay"; token: string; seed: number }
  | { do: "operations"; seed: number };

export type Report =
  | { kind: "heartbeat" }
  | { kind: "loaded"; claims: Claims }
  /** The subject cannot be used: it throws at import, or does not export what it should. */
  | { kind: "unusable"; problem: string }
  | { kind: "judged"; id: string; verdict: Verdict; ms: number; trouble: Trouble | null }
  | { kind: "measured"; operations: Record<string, number> }
  /** The job itself ended with an error. */
  | { kind: "failed"; trouble: Trouble }
  /** The process is about to end in the middle of a job. */
  | { kind: "exiting"; code: number; callSite: string | null };

/** What a subject says about itself, as JSON can carry it; still unchecked. */
export interface Claims {
  level: unknown;
  singleThreaded: unknown;
}

/** An error that nobody caught. */
export interface Trouble {
  what: string;
  callSite: string | null;
}

export const nothingExplored: Explored = { runs: 0, states: 0 };
