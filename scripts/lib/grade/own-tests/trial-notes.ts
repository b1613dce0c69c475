/**
 * What is agreed between the grader and the worker that runs a learner's tests on one implementation after
 * another. The worker writes a note the moment something happens, to a file: whatever ends it, what it had
 * reached is known.
 */
import { readFileSync } from "node:fs";

/** Beside each bundle, under the bundle's name with `.json` after it. */
export interface TrialPlan {
  /** The run ends with the first of these tests that is red; null for a run to the end. */
  decisive: string[] | null;
  /** Where the coverage of the bundle goes. */
  coverageFile: string | null;
  /** The address of fast-check where the tests use it: its random numbers follow from one seed. */
  fastCheck: string | null;
}

export interface TrialNote {
  process: number;
  /** The bundle. */
  testFile?: string;
  /** Its full name. */
  test?: string;
  /** How the test ended; it has only begun where this is missing. */
  state?: "passed" | "failed" | "skipped";
  /** Why it failed, or why the bundle could not be loaded. */
  message?: string;
  /** The bundle is through, after this much work. */
  cpuSeconds?: number;
  /** The bundle was not begun: the work allowed was done before. */
  isLeftOut?: boolean;
}

/** The environment variables that name the file of notes, and the work after which no bundle is begun. */
export const notesFileVariable = "SYSTEMS_KATAS_TRIAL_NOTES";
export const cpuSecondsMaxVariable = "SYSTEMS_KATAS_TRIAL_CPU_SECONDS";

export function readNotes(file: string): TrialNote[] {
  try {
    // The last line may be half written.
    const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as TrialNote);
  } catch {
    return [];
  }
}
