/**
 * How long a call takes while calls come steadily, whether or not earlier ones were answered; and what becomes of
 * that while something large happens in the store.
 *
 *   time      ───┬───┬───┬───┬───┬───┬───┬───┬───►
 *   calls        ●   ●   ●   ●   ●   ●   ●   ●      each at its time
 *   meanwhile            ├─ a compaction ─┤         begun when a third of the calls were made
 *
 * A latency counts from the time at which the call was due: whoever keeps the caller from calling is not excused.
 * Of calls that ran beside the large thing those have *waited* that took more than twice as long as 99 % of the rest.
 */
import type { Lane } from "./race.ts";

export interface LoadLane {
  readonly name: string;
  readonly kind: Lane["kind"];
  readonly call: (index: number) => Promise<unknown>;
  /** The large thing, once. */
  readonly meanwhile?: () => Promise<unknown>;
  /** Syncs of files and directories since the beginning, where they can be counted. */
  readonly barriers?: () => number;
}

/** One kind of call at one pace. */
export interface Load {
  readonly title: string;
  readonly everyMs: number;
  readonly calls: number;
  /** "a compaction" */
  readonly meanwhile: string;
  readonly lanes: () => readonly LoadLane[] | Promise<readonly LoadLane[]>;
}

export interface Latencies {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface LoadLaneResult {
  readonly name: string;
  readonly kind: Lane["kind"];
  readonly calls: number;
  /** Of all calls. */
  readonly latencyMs: Latencies;
  /** Null where nothing large happened. */
  readonly meanwhile: {
    readonly ms: number;
    /** Calls that were under way while it ran. */
    readonly calls: number;
    readonly waited: number;
    readonly latencyMs: Latencies;
  } | null;
  /** All of them by all calls, those of the large thing among them; null where they are not counted. */
  readonly barriersPerCall: number | null;
}

export interface LoadResult {
  readonly title: string;
  readonly meanwhile: string;
  readonly lanes: readonly LoadLaneResult[];
}

/** One lane after the other: together each would wait for the other's turn of the event loop. */
export async function runLoad(load: Load): Promise<LoadResult> {
  const lanes: LoadLaneResult[] = [];
  for (const lane of await load.lanes()) lanes.push(await runLane(lane, load));
  return { title: load.title, meanwhile: load.meanwhile, lanes };
}

interface Call {
  readonly dueMs: number;
  answeredMs: number;
}

async function runLane(lane: LoadLane, { everyMs, calls }: Load): Promise<LoadLaneResult> {
  const barriersBefore = lane.barriers?.() ?? 0;
  const made: Call[] = [];
  const answers: Promise<void>[] = [];
  const startedMs = performance.now();
  let large: Promise<readonly [fromMs: number, toMs: number]> | undefined;
  for (let index = 0; index < calls; index++) {
    const call: Call = { dueMs: startedMs + index * everyMs, answeredMs: Number.NaN };
    while (performance.now() < call.dueMs) await new Promise(setImmediate);
    if (large === undefined && lane.meanwhile !== undefined && index >= calls / 3) {
      large = timeOf(lane.meanwhile);
    }
    made.push(call);
    answers.push(
      lane.call(index).then(() => {
        call.answeredMs = performance.now();
      }),
    );
  }
  await Promise.all(answers);
  const barriers = (lane.barriers?.() ?? 0) - barriersBefore;
  return {
    name: lane.name,
    kind: lane.kind,
    calls,
    latencyMs: latenciesOf(made),
    meanwhile: large === undefined ? null : besides(made, await large),
    barriersPerCall: lane.barriers === undefined ? null : barriers / calls,
  };
}

async function timeOf(work: () => Promise<unknown>): Promise<readonly [number, number]> {
  const fromMs = performance.now();
  await work();
  return [fromMs, performance.now()];
}

function besides(
  calls: readonly Call[],
  [fromMs, toMs]: readonly [number, number],
): LoadLaneResult["meanwhile"] {
  const ran = (call: Call): boolean => call.dueMs <= toMs && call.answeredMs >= fromMs;
  const beside = calls.filter(ran);
  const usual = latenciesOf(calls.filter((call) => !ran(call))).p99;
  return {
    ms: toMs - fromMs,
    calls: beside.length,
    waited: beside.filter((call) => latencyMs(call) > 2 * usual).length,
    latencyMs: latenciesOf(beside),
  };
}

function latencyMs({ dueMs, answeredMs }: Call): number {
  return answeredMs - dueMs;
}

function latenciesOf(calls: readonly Call[]): Latencies {
  const sorted = calls.map(latencyMs).sort((left, right) => left - right);
  const at = (share: number): number =>
    sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
