/** One planted bug against every promise up to its level. */
import type { Judgement } from "../grade/judge-promises.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** What became of one promise. */
export interface MatrixCell {
  status: Judgement["status"];
  /** Of the counterexample, where there is one. */
  phase: string | null;
  features: readonly string[];
  reason: string | null;
}

export interface MatrixRow {
  bug: PlantedBug;
  /** By promise; promises above the bug's level are absent. */
  cells: ReadonlyMap<string, MatrixCell>;
}

export function cellOf({ status, counterexample, reason }: Judgement): MatrixCell {
  return {
    status,
    phase: counterexample?.phase ?? null,
    features: counterexample?.features ?? [],
    reason,
  };
}

/** The promises that are not held, in the order of the row. */
export function notHeld({ cells }: MatrixRow): string[] {
  return [...cells].filter(([, { status }]) => status !== "held").map(([id]) => id);
}
