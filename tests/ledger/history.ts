/** What happened in a run, as the judge sees it: calls, when they were called and answered, and what came of them. */
import type { CommitResult, Metadata, Outcome, SourceProgress } from "#katas/ledger/contract.ts";

export type Ending<Answer> =
  | { how: "answered"; value: Answer }
  | { how: "refused"; code: string | undefined; error: unknown }
  /** Its validator came to its end before. */
  | { how: "lost" };

export interface CommitRecord {
  kind: "commit";
  /** The call as a line. */
  what: string;
  client: number | null;
  /** A validator answers calls in an order of its own. */
  life: number;
  transactions: readonly unknown[];
  policy: "all-or-nothing" | "valid-only";
  calledAt: number;
  settledAt: number;
  ending: Ending<CommitResult>;
  /** Puts of this call for names that others had taken. */
  lostRaces: number;
  /** Calls to the store that went wrong, lost races among them; those that did both count twice. */
  wrongCalls: number;
  /** Calls that were made. */
  calls: number;
  /** Entries of others since the last call of this client. */
  newEntries: number;
  attemptsMax: number;
  /** Whether nothing else of its validator was under way, so that the counts are its own. */
  isAlone: boolean;
  isAborted: boolean;
  /** For an attempt: the version of its plan, and its outcomes. */
  plan?: { version: number; outcomes: readonly Outcome[] };
}

export interface PlanRecord {
  kind: "plan";
  what: string;
  client: number | null;
  transactions: readonly unknown[];
  policy: "all-or-nothing" | "valid-only";
  calledAt: number;
  settledAt: number;
  version: number;
  outcomes: readonly Outcome[];
}

/** Metadata as it was when it was answered. */
export interface Seen {
  version: number;
  accounts: Map<string, { balance: number; balanceMin: number }>;
  sources: Map<string, SourceProgress>;
}

export interface ReadRecord {
  kind: "read";
  what: string;
  client: number | null;
  calledAt: number;
  settledAt: number;
  seen: Seen;
  /** The answer itself, which must go on saying the same. */
  live: Metadata;
  /** Calls to the store, and entries of others since the last call of this client. */
  calls: number;
  newEntries: number;
  /** Read by a validator that has done nothing else. */
  isByANewOne: boolean;
}

export type HistoryRecord = CommitRecord | PlanRecord | ReadRecord;
