/**
 * A row of the kill matrix as it is committed, in `tests/<kata>/kill-matrix.json`: what a planted bug breaks,
 * how each counterexample looked, and the fingerprint of all the code that this follows from.
 *
 * The verdict of a row follows from its bug, its judges and its budget alone. So a row whose fingerprint is
 * still the same stands; one whose code has changed since has to be judged anew.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { MatrixCell, MatrixRow } from "./matrix-row.ts";
import type { KataPromise } from "../kata/catalogue.ts";
import type { PlantedBug } from "./planted-bug.ts";

export interface RecordedRow {
  impostor: string;
  misconception: string;
  /** The promises up to this level were tried. */
  level: number;
  /** By promise; those that are not here were held. */
  notHeld: Record<string, Pick<MatrixCell, "status" | "phase" | "features">>;
  fingerprint: string;
}

export function recordFile(root: string, kata: string): string {
  return path.join(root, "tests", kata, "kill-matrix.json");
}

/** None when no matrix has been written yet. */
export function readRecord(root: string, kata: string): RecordedRow[] {
  const file = recordFile(root, kata);
  if (!existsSync(file)) return [];
  return JSON.parse(readFileSync(file, "utf8")) as RecordedRow[];
}

export function recordedRow({ bug, cells }: MatrixRow, fingerprint: string): RecordedRow {
  const { name, misconception, level } = bug;
  const notHeld = Object.fromEntries(
    [...cells]
      .filter(([, { status }]) => status !== "held")
      .map(([id, { status, phase, features }]) => [id, { status, phase, features }]),
  );
  return { impostor: name, misconception, level, notHeld, fingerprint };
}

/** The row again, for a bug whose code has not changed since it was recorded. */
export function rowFromRecord(
  bug: PlantedBug,
  { notHeld }: RecordedRow,
  promises: readonly KataPromise[],
): MatrixRow {
  const held: MatrixCell = { status: "held", phase: null, features: [], reason: null };
  const tried = promises.filter(({ level }) => level <= bug.level);
  const cellOf = (id: string): MatrixCell => {
    const recorded = notHeld[id];
    return recorded === undefined ? held : { ...recorded, reason: null };
  };
  return { bug, cells: new Map(tried.map(({ id }) => [id, cellOf(id)])) };
}
