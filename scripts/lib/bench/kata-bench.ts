import type { Growth } from "./growth.ts";
import type { Load } from "./load.ts";
import type { Course } from "./race.ts";

/** An implementation of ours: the reference, the attempt, a file. */
export interface BenchedSubject<Subject> {
  readonly name: string;
  readonly exports: Subject;
}

/** What `scripts/bench/<kata>.ts` exports as `bench`. */
export interface KataBench<Subject> {
  /** Packages of `scripts/bench/package.json`. */
  readonly peers: readonly string[];
  /** What must be known to read the figures: whether peers sync, what was counted. A sentence or two each. */
  readonly notes: readonly string[];
  /** How many keys a store is filled with unless told; left out where there is nothing to fill. */
  readonly keyCount?: number;
  /** Neither sets up anything before its lanes are asked for. */
  readonly courses: (contest: Contest<Subject>) => readonly Course[];
  readonly loads?: (contest: Contest<Subject>) => readonly Load[];
  readonly growths?: (contest: Contest<Subject>) => readonly Growth[];
}

export interface Contest<Subject> {
  readonly subjects: readonly BenchedSubject<Subject>[];
  /** The exports of those that could be loaded, by name. */
  readonly peers: ReadonlyMap<string, unknown>;
  readonly keyCount: number;
  readonly atEnd: AtEnd;
  readonly tellMissing: TellMissing;
}

/** Who takes part nowhere, or not in a course that needs what this machine lacks; and why. */
export type TellMissing = (name: string, why: string) => void;

/** What is to be done after the last course, however the bench ends: what was set up last goes first. */
export type AtEnd = (tearDown: () => unknown) => void;
