/** All that one run of a bench has found, as `--json` prints it and `bench.json` keeps it. */
import type { GrowthResult } from "./growth.ts";
import type { LoadResult } from "./load.ts";
import type { CourseResult } from "./race.ts";

export interface BenchReport {
  readonly schemaVersion: 1;
  readonly kata: string;
  /** Of the attempt or the file beside the reference, SHA-256 of it and what it imports; null where there is none. */
  readonly subjectHash: string | null;
  readonly measuredAt: string;
  readonly node: string;
  readonly platform: string;
  readonly notes: readonly string[];
  /** Their versions. */
  readonly peers: Readonly<Record<string, string>>;
  readonly missing: readonly { readonly name: string; readonly why: string }[];
  /** What the attempt or the file could not do; the reference was measured alone there. */
  readonly failures: readonly { readonly title: string; readonly why: string }[];
  readonly courses: readonly CourseResult[];
  readonly loads: readonly LoadResult[];
  readonly growths: readonly GrowthResult[];
}
