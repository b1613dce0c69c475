/**
 * Measures lanes next to each other, and says nothing that one disturbed moment could have decided.
 *
 *   round 1   limit │ peer │ subject        each a slice of the same length,
 *   round 2   subject │ limit │ peer        in an order drawn anew for each round
 *   …
 *   result    the median over rounds of ratios of two slices of the same round
 *
 * What slows the machine slows neighbours alike; a slice in which the process did not get its processor
 * is thrown away and run again.
 */
import { type Random, seededRandom } from "../../../katas/platform/random.ts";

/** One contestant of a course. */
export interface Lane {
  readonly name: string;
  /** The limit is what no contestant can beat; the subjects are ours; peers are what people would use instead. */
  readonly kind: "limit" | "subject" | "peer";
  /** Does the work `count` times, and answers something that depends on all of it: none can be left out. */
  readonly run: (count: number) => number | Promise<number>;
}

/** What a peer or the limit should be to the reference. */
export interface Goal {
  /** The lane that the reference is compared with. */
  readonly against: string;
  /** The reference is at least so many times as fast. */
  readonly atLeast: number;
}

/** One question, asked of every lane. */
export interface Course {
  readonly title: string;
  readonly goals: readonly Goal[];
  /** Called once, right before the course is run. */
  readonly lanes: () => readonly Lane[] | Promise<readonly Lane[]>;
}

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export interface LaneResult {
  readonly name: string;
  readonly kind: Lane["kind"];
  /** Operations a second. Depends on the machine; the ratios hardly do. */
  readonly perSecond: Spread;
  /** Its speed as a part of the limit's, round by round; null where no limit ran. */
  readonly ofLimit: Spread | null;
}

export interface Comparison {
  /** "reference", "attempt". */
  readonly subject: string;
  readonly against: string;
  readonly times: Spread;
  readonly goal: number | null;
}

export interface CourseResult {
  readonly title: string;
  readonly rounds: number;
  /** Slices thrown away because something else had the processor. */
  readonly disturbed: number;
  readonly lanes: readonly LaneResult[];
  readonly comparisons: readonly Comparison[];
}

export interface Effort {
  readonly rounds: number;
  readonly sliceMs: number;
  readonly seed: number;
}

/** Below this share of processor time a slice is not believed. */
const processorShareMin = 0.85;
const triesMax = 5;

export async function runCourse(course: Course, effort: Effort): Promise<CourseResult> {
  const lanes = await course.lanes();
  const random = seededRandom(effort.seed);
  const counts = new Map<string, number>();
  for (const lane of lanes) counts.set(lane.name, await countFor(lane, effort.sliceMs));

  const rates = new Map<string, number[]>(lanes.map(({ name }) => [name, []]));
  let disturbed = 0;
  for (let round = 0; round < effort.rounds; round++) {
    for (const lane of shuffled(lanes, random)) {
      const slice = await undisturbedSlice(lane, counts.get(lane.name) ?? 1);
      disturbed += slice.thrownAway;
      rates.get(lane.name)?.push(slice.perSecond);
    }
  }
  const ratesOf = (name: string): readonly number[] => rates.get(name) ?? [];
  const limit = lanes.find(({ kind }) => kind === "limit");
  return {
    title: course.title,
    rounds: effort.rounds,
    disturbed,
    lanes: lanes.map(({ name, kind }) => ({
      name,
      kind,
      perSecond: spreadOf(ratesOf(name)),
      ofLimit: limit === undefined ? null : spreadOf(ratios(ratesOf(name), ratesOf(limit.name))),
    })),
    comparisons: lanes
      .filter(({ kind }) => kind === "subject")
      .flatMap((subject) =>
        lanes
          .filter(({ name }) => name !== subject.name)
          .map((other) => ({
            subject: subject.name,
            against: other.name,
            times: spreadOf(ratios(ratesOf(subject.name), ratesOf(other.name))),
            goal: course.goals.find(({ against }) => against === other.name)?.atLeast ?? null,
          })),
      ),
  };
}

/** So many operations fill a slice. Warms up on the way. */
async function countFor(lane: Lane, sliceMs: number): Promise<number> {
  let count = 1;
  for (;;) {
    const started = performance.now();
    await lane.run(count);
    const elapsed = performance.now() - started;
    if (elapsed >= sliceMs / 2) return Math.max(1, Math.round((count * sliceMs) / elapsed));
    count *= 2;
  }
}

async function undisturbedSlice(
  lane: Lane,
  count: number,
): Promise<{ perSecond: number; thrownAway: number }> {
  for (let thrownAway = 0; ; thrownAway++) {
    const processor = process.cpuUsage();
    const started = performance.now();
    await lane.run(count);
    const elapsedMs = performance.now() - started;
    const { user, system } = process.cpuUsage(processor);
    const isBelieved = (user + system) / 1000 >= processorShareMin * elapsedMs;
    if (isBelieved || thrownAway === triesMax)
      return { perSecond: count / (elapsedMs / 1000), thrownAway };
  }
}

function ratios(rates: readonly number[], others: readonly number[]): number[] {
  return rates.map((rate, round) => rate / (others[round] ?? Number.NaN));
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  return { min: at(0), median: at(sorted.length >> 1), max: at(sorted.length - 1) };
}

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const shuffled = [...items];
  for (let index = shuffled.length - 1; index > 0; index--) {
    const other = random.below(index + 1);
    [shuffled[index], shuffled[other]] = [shuffled[other] as Item, shuffled[index] as Item];
  }
  return shuffled;
}
