/** What a hunt finds, and the way to it. */
import type { Phase } from "../../harness/check.ts";
import type { Finding } from "../../harness/experiment.ts";
import type { Step } from "../../harness/on-disk/afterlives.ts";
import type { Work } from "./case.ts";
import type { Wrongness } from "./judgement.ts";
import type { LiveViolation } from "./life.ts";

export type Wrong =
  | Wrongness
  /** The store does not open, or cannot be read. */
  | "refused"
  /** Two recoveries without a commit between them hold different things. */
  | "unsettled"
  /** A life after a recovery does not go on. */
  | "stuck";

export interface HuntStep extends Step {
  /** What is committed after the recovery, until so many changes of the disk, or to the end. */
  readonly second?: { works: readonly Work[]; cutAfter: number | null };
}

/** A violation, and how it came about. */
export interface Found {
  readonly wrong: Wrong;
  readonly phase: Phase;
  readonly therefore: string;
  /** The step of the first life at which the first crash came. */
  readonly step: number;
  readonly trail: readonly HuntStep[];
  /** What the last recovery holds, and what it should. */
  readonly shown: string | null;
  readonly expected: string | null;
}

export interface HuntOutcome {
  finding: Finding;
  found: Found | null;
  violation: LiveViolation | null;
}
