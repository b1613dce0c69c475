/** Runs what a kata's bench declares, and hands over each result as soon as it is there. */
import type { BenchReport } from "./bench-report.ts";
import { type GrowthResult, runGrowth } from "./growth.ts";
import type { BenchedSubject, Contest, KataBench, TellMissing } from "./kata-bench.ts";
import { type LoadResult, runLoad } from "./load.ts";
import { type CourseResult, type Effort, runCourse } from "./race.ts";

export interface Measured {
  readonly courses: CourseResult[];
  readonly loads: LoadResult[];
  readonly growths: GrowthResult[];
  readonly failures: BenchReport["failures"][number][];
  /** Told by courses; who could not be loaded at all is not among them. */
  readonly missing: BenchReport["missing"][number][];
}

export interface Wanted {
  readonly effort: Effort;
  readonly growth: boolean;
}

/** What is told of each result. */
export interface Listener {
  course(result: CourseResult): void;
  load(result: LoadResult): void;
  growth(result: GrowthResult): void;
  /** Whoever stands beside the reference could not do it; the reference is measured alone then. */
  failed(failure: Measured["failures"][number]): void;
}

type Part<Result> = { readonly title: string; readonly run: () => Promise<Result> };

export async function runBench(
  bench: KataBench<unknown>,
  contest: Omit<Contest<unknown>, "atEnd" | "tellMissing">,
  { effort, growth }: Wanted,
  listener: Listener,
): Promise<Measured> {
  const measured: Measured = { courses: [], loads: [], growths: [], failures: [], missing: [] };
  const tearDowns: (() => unknown)[] = [];
  const atEnd = (each: () => unknown): void => void tearDowns.push(each);
  const tellMissing: TellMissing = (name, why) => {
    if (measured.missing.some((told) => told.name === name && told.why === why)) return;
    measured.missing.push({ name, why });
  };
  const shortEffort = { ...effort, rounds: Math.min(3, effort.rounds) };
  const partsOf = (subjects: readonly BenchedSubject<unknown>[]) => {
    const full = { ...contest, subjects, atEnd, tellMissing };
    return {
      courses: bench.courses(full).map((each) => partOf(each, () => runCourse(each, effort))),
      loads: (bench.loads?.(full) ?? []).map((each) => partOf(each, () => runLoad(each))),
      growths: growth
        ? (bench.growths?.(full) ?? []).map((each) =>
            partOf(each, () => runGrowth(each, shortEffort)),
          )
        : [],
    };
  };
  const all = partsOf(contest.subjects);
  const alone = partsOf(contest.subjects.slice(0, 1));
  const runAll = async <Result>(
    parts: readonly Part<Result>[],
    ofReference: readonly Part<Result>[],
    tell: (result: Result) => void,
  ): Promise<void> => {
    for (const { title, run } of parts) {
      try {
        tell(await run());
      } catch (error) {
        if (contest.subjects.length < 2) throw error;
        const failure = { title, why: error instanceof Error ? error.message : String(error) };
        measured.failures.push(failure);
        listener.failed(failure);
        const instead = ofReference.find((each) => each.title === title);
        if (instead !== undefined) tell(await instead.run());
      }
    }
  };
  try {
    await runAll(all.courses, alone.courses, (result) => {
      measured.courses.push(result);
      listener.course(result);
    });
    await runAll(all.loads, alone.loads, (result) => {
      measured.loads.push(result);
      listener.load(result);
    });
    await runAll(all.growths, alone.growths, (result) => {
      measured.growths.push(result);
      listener.growth(result);
    });
  } finally {
    for (const tearDown of tearDowns.reverse()) await settled(tearDown);
  }
  return measured;
}

function partOf<Result>({ title }: { title: string }, run: () => Promise<Result>): Part<Result> {
  return { title, run };
}

/** One that cannot be let go does not keep the others. */
async function settled(tearDown: () => unknown): Promise<void> {
  try {
    await tearDown();
  } catch {
    // What was measured has been measured.
  }
}
