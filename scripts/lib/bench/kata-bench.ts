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
  /** `peers` holds the exports of those that could be loaded, by name. */
  readonly courses: (
    subjects: readonly BenchedSubject<Subject>[],
    peers: ReadonlyMap<string, unknown>,
  ) => readonly Course[];
}
