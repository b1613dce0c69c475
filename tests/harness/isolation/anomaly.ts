/** What is wrong with a history, by the names that the literature gives it. */

export type AnomalyKind =
  | "garbage"
  | "duplicate"
  | "incompatible-order"
  | "internal"
  | "G1a"
  | "G1b"
  | "G0"
  | "G1c"
  | "read-skew"
  | "lost-update"
  | "long-fork"
  | "write-skew"
  | "phantom"
  | "stale-read";

/**
 * `from` has to come before `to`:
 * - ww: `to` appended right after what `from` appended to the same list;
 * - wr: `to` read what `from` appended last;
 * - rw: `from` read the list without what `to` appended next;
 * - real-time: `from` was answered before `to` was begun.
 */
export interface Dependency {
  readonly type: "ww" | "wr" | "rw" | "real-time";
  /** Indices into the history. */
  readonly from: number;
  readonly to: number;
  /** Undefined only of real time. */
  readonly key: string | undefined;
  readonly because: string;
}

export interface Anomaly {
  readonly kind: AnomalyKind;
  /** The cycle is one only because of the order in which clients were answered. */
  readonly needsRealTime: boolean;
  /** Indices into the history, without repetition. */
  readonly transactions: readonly number[];
  /** Each ends where the next begins, the last where the first begins. Empty where one answer is wrong in itself. */
  readonly cycle: readonly Dependency[];
  /** What was seen, as a sentence. */
  readonly sentence: string;
}

export const anomalyNames: Readonly<Record<AnomalyKind, string>> = {
  garbage: "garbage read",
  duplicate: "duplicate element",
  "incompatible-order": "incompatible orders",
  internal: "internal inconsistency",
  G1a: "aborted read (G1a)",
  G1b: "intermediate read (G1b)",
  G0: "dirty write (G0)",
  G1c: "circular information flow (G1c)",
  "read-skew": "read skew (G-single)",
  "lost-update": "lost update",
  "long-fork": "long fork (G-nonadjacent)",
  "write-skew": "write skew (G2-item)",
  phantom: "phantom (G2)",
  "stale-read": "stale read",
};
