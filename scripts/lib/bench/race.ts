/**
 * Measures lanes next to each other, and says nothing that one disturbed moment could have decided.
 *
 *   round 1   limit │ peer │ subject        each a slice of the same length,
 *   round 2   subject │ limit │ peer        in an order drawn anew for each round
 *   …
 *   result    the median over rounds of ratios of two slices of the same round
 *
 * What slows the machine slows neighbours alike; a slice in which the process did not get its processor
 * is thrown away and run again. A course of threads or of disks cannot be judged by that; it may say itself
 * which rounds are sound.
 */
import { type Random, seededRandom } from "../../../katas/platform/random.ts";

/** One contestant of a course. */
export interface Lane {
  readonly name: string;
  /** The limit is what no contestant can beat; the subjects are ours; peers are what people would use instead. */
  readonly kind: "limit" | "subject" | "peer";
  /** Does the work `count` times, and answers something that depends on all of it: none can be left out. */
  readonly run: (count: number) => number | Promise<number>;
  /** What the process that does its work has had of the processor so far, where that is another one. */
  readonly processorMs?: () => number;
  /** Syncs since the beginning, of files and directories, where they can be counted. */
  readonly barriers?: () => number;
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
  /** How long each slice is, where the usual length holds too little. */
  readonly sliceMs?: number;
  /** Where slices are so long that fewer rounds must do. */
  readonly roundsMax?: number;
  /** Called once, right before the course is run. */
  readonly lanes: () => readonly Lane[] | Promise<readonly Lane[]>;
  /**
   * Judges a round by the operations a second of each lane; an unsound one is run again as a whole. With it no
   * slice is judged by its processor time.
   */
  readonly isSound?: (round: Round) => boolean;
}

/** Operations a second of each lane, by name. */
export type Round = ReadonlyMap<string, number>;

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
  /** All syncs by all operations; null where they are not counted. */
  readonly barriersEach: number | null;
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
  /** Rounds that count: fewer than asked for when too many were unsound. */
  readonly rounds: number;
  /** Slices thrown away because something else had the processor. */
  readonly disturbed: number;
  /** Rounds asked for that never were sound. */
  readonly leftOut: number;
  readonly lanes: readonly LaneResult[];
  readonly comparisons: readonly Comparison[];
  /** Goals against a lane that did not run: its package is missing. */
  readonly unmeasured: readonly Goal[];
}

export interface Effort {
  readonly rounds: number;
  readonly sliceMs: number;
  readonly seed: number;
}

/** Below this share of processor time a slice is not believed. */
const processorShareMin = 0.85;
const slicesMax = 6;
/** On average over a course: a machine that is never quiet is not waited for. */
const runsPerRoundMax = 3;

export async function runCourse(course: Course, effort: Effort): Promise<CourseResult> {
  const lanes = await course.lanes();
  const random = seededRandom(effort.seed);
  const counts = new Map<string, number>();
  const sliceMs = course.sliceMs ?? effort.sliceMs;
  for (const lane of lanes) counts.set(lane.name, await countFor(lane, sliceMs));

  const rounds: Round[] = [];
  const operations = new Map<string, number>();
  const barriers = new Map<string, number>();
  let disturbed = 0;
  const wanted = Math.min(effort.rounds, course.roundsMax ?? effort.rounds);
  const runsMax = course.isSound === undefined ? wanted : wanted * runsPerRoundMax;
  for (let run = 0; run < runsMax && rounds.length < wanted; run++) {
    const round = new Map<string, number>();
    for (const lane of shuffled(lanes, random)) {
      const triesMax = course.isSound === undefined ? slicesMax : 1;
      const count = counts.get(lane.name) ?? 1;
      const before = lane.barriers?.() ?? 0;
      const slice = await undisturbedSlice(lane, count, triesMax);
      disturbed += slice.thrownAway;
      add(operations, lane.name, count * (slice.thrownAway + 1));
      add(barriers, lane.name, (lane.barriers?.() ?? 0) - before);
      round.set(lane.name, slice.perSecond);
    }
    if (course.isSound === undefined || course.isSound(round)) rounds.push(round);
    else disturbed += lanes.length;
  }
  const barriersEach = ({ name, barriers: counted }: Lane): number | null =>
    counted === undefined ? null : (barriers.get(name) ?? 0) / (operations.get(name) ?? Number.NaN);
  const leftOut = wanted - rounds.length;
  return resultOf(course, lanes, rounds, barriersEach, { disturbed, leftOut });
}

function resultOf(
  { title, goals }: Course,
  lanes: readonly Lane[],
  rounds: readonly Round[],
  barriersEach: (lane: Lane) => number | null,
  trouble: Pick<CourseResult, "disturbed" | "leftOut">,
): CourseResult {
  const ratesOf = (name: string): number[] => rounds.map((round) => round.get(name) ?? Number.NaN);
  const limit = lanes.find(({ kind }) => kind === "limit");
  return {
    title,
    rounds: rounds.length,
    ...trouble,
    lanes: lanes.map((lane) => {
      const { name, kind } = lane;
      const rates = ratesOf(name);
      return {
        name,
        kind,
        perSecond: spreadOf(rates),
        ofLimit: limit === undefined ? null : spreadOf(ratios(rates, ratesOf(limit.name))),
        barriersEach: barriersEach(lane),
      };
    }),
    comparisons: lanes
      .filter(({ kind }) => kind === "subject")
      .flatMap((subject) =>
        lanes
          .filter(({ name }) => name !== subject.name)
          .map((other) => ({
            subject: subject.name,
            against: other.name,
            times: spreadOf(ratios(ratesOf(subject.name), ratesOf(other.name))),
            goal: goals.find(({ against }) => against === other.name)?.atLeast ?? null,
          })),
      ),
    unmeasured: goals.filter(({ against }) => lanes.every(({ name }) => name !== against)),
  };
}

/** So many operations fill a slice. Warms up on the way. */
async function countFor(lane: Lane, sliceMs: number): Promise<number> {
  let count = 1;
  for (;;) {
    // The first call may have to start threads; and something else may have the processor for a while.
    const elapsed = Math.min(await timed(lane, count), await timed(lane, count));
    if (elapsed >= sliceMs / 2) return Math.max(1, Math.round((count * sliceMs) / elapsed));
    count *= 2;
  }
}

async function timed(lane: Lane, count: number): Promise<number> {
  const started = performance.now();
  await lane.run(count);
  return performance.now() - started;
}

async function undisturbedSlice(
  lane: Lane,
  count: number,
  triesMax: number,
): Promise<{ perSecond: number; thrownAway: number }> {
  const processorMs = lane.processorMs ?? processorMsOfThis;
  for (let thrownAway = 0; ; thrownAway++) {
    const before = processorMs();
    const elapsedMs = await timed(lane, count);
    const isBelieved = processorMs() - before >= processorShareMin * elapsedMs;
    if (isBelieved || thrownAway + 1 >= triesMax)
      return { perSecond: count / (elapsedMs / 1000), thrownAway };
  }
}

function processorMsOfThis(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function add(sums: Map<string, number>, name: string, more: number): void {
  sums.set(name, (sums.get(name) ?? 0) + more);
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
