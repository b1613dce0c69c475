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
  /** `peers` holds the exports of those that could be loaded, by name. Sets up nothing before its lanes are asked for. */
  readonly courses: (
    subjects: readonly BenchedSubject<Subject>[],
    peers: ReadonlyMap<string, unknown>,
    atEnd: AtEnd,
  ) => readonly Course[];
}

/** What is to be done after the last course, however the bench ends: what was set up last goes first. */
export type AtEnd = (tearDown: () => unknown) => void;
