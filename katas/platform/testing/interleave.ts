/**
 * Runs a scenario under many orders in which the world could answer, for your own tests:
 *
 *     await tryInterleavings({ runs: 200 }, async (world) => {
 *       const store = await openDurableKv({ disk: world.disk, directory: "store" });
 *       await world.together(
 *         () => store.put(key, one),
 *         () => store.put(key, two),
 *       );
 *       assert.ok(isOneOf(await store.get(key), one, two));
 *     });
 *
 * Every call to `world.disk` and `world.store`, and every step of a worker, waits until the run's schedule
 * lets it settle, and so does every client of `together` before it begins. The first run that fails, or in which nobody can go on, is cut down to
 * few choices and thrown with its schedule and the order of events; `{ schedule }` runs it again.
 *
 * The same options and the same code give the same runs. Time is that of `world.clock` and goes on only when
 * nothing else can: code that waits for a timer or for the real file system waits for ever.
 */
import { InvalidArgumentError } from "../errors.ts";
import type { TaskHandlers } from "../workers.ts";
import { CrashDisk, type CrashDiskOptions, createCrashDisk } from "./crash-disk.ts";
import type { DiskCall } from "./disk-port.ts";
import type { DiskState } from "./disk-state.ts";
import { FlakyStore, nameOfStoreCall, type StoreCall, StoredObjects } from "./flaky-store.ts";
import { FlakyWorkers, nameOfWorkerMoment, type WorkerMoment } from "./flaky-workers.ts";
import { GateKeeper } from "./gates.ts";
import { runLife } from "./life.ts";
import { ManualClock } from "./manual-clock.ts";
import { following, type Scheduler, schedulerOf } from "./schedules.ts";

export interface InterleavingOptions {
  /** How many schedules are tried. Default 100. */
  runs?: number;
  /** Another seed draws other schedules. Default 1. */
  seed?: number;
  /** Runs this one schedule instead, as a failure has printed it. */
  schedule?: readonly number[];
  /** What `world.disk` is like: its directory, its faults, how it tears. */
  disk?: CrashDiskOptions;
}

export interface World {
  /** Empty in every run. After its kill or power cut, what it returns settles every call at once. */
  readonly disk: CrashDisk;

  /** Empty in every run. Other processes on it are `world.store.another()`. */
  readonly store: FlakyStore;

  /** Moves to the next sleeper when nobody else can go on. */
  readonly clock: ManualClock;

  /** Workers with these handlers. */
  workers(handlers: TaskHandlers): FlakyWorkers;

  /**
   * Runs clients that overlap, each of which may begin at any moment of the others. Resolves when all are
   * done; rejects, once all are done, with what the first of them to reject has thrown.
   *
   * A client may kill `world.disk` or cut its power: those that wait for it then will never go on, and
   * `together` resolves when the others are done.
   */
  together(...clients: (() => Promise<unknown>)[]): Promise<void>;
}

/** A run in which the scenario threw, or did not come to its end. */
export class InterleavingFailure extends Error {
  override readonly name = "InterleavingFailure";
  /** Which of the things that could happen next did, wherever there was a choice; 0 waited longest. */
  readonly schedule: readonly number[];

  constructor(message: string, schedule: readonly number[], options?: ErrorOptions) {
    super(message, options);
    this.schedule = schedule;
  }
}

const stepsExpectedAtLeast = 12;
const shrinkingRunsMax = 200;

export async function tryInterleavings(
  options: InterleavingOptions,
  scenario: (world: World) => Promise<void>,
): Promise<void> {
  const { runs = 100, seed = 1, schedule } = options;
  if (!(runs >= 1))
    throw new InvalidArgumentError(`Expected \`runs\` to be at least 1, got ${runs}.`);
  if (schedule !== undefined) {
    const run = await runOnce(options, following(schedule), scenario);
    if (run.failure !== null) throw failureOf(run, "In this schedule");
    return;
  }
  let stepsExpected = stepsExpectedAtLeast;
  for (let index = 0; index < runs; index++) {
    const run = await runOnce(options, schedulerOf(index, seed, stepsExpected), scenario);
    if (run.failure !== null) {
      throw failureOf(await shrunk(run, options, scenario), `In schedule ${index + 1} of ${runs}`);
    }
    stepsExpected = Math.max(stepsExpectedAtLeast, run.schedule.length);
  }
}

// ── One run ───────────────────────────────────────────────────────────────────────────────────

interface Run {
  /** The choices, where there was one to make. */
  schedule: number[];
  /** What happened, in order. */
  events: string[];
  failure: Failure | null;
}

type Failure = { kind: "threw"; error: unknown } | { kind: "hung" };

async function runOnce(
  options: InterleavingOptions,
  scheduler: Scheduler<unknown>,
  scenario: (world: World) => Promise<void>,
): Promise<Run> {
  const world = new GatedWorld(options.disk ?? {});
  const schedule: number[] = [];
  const events: string[] = [];
  world.gates.onSettled = (call, error) => {
    events.push(error === undefined ? nameOfCall(call) : `${nameOfCall(call)} fails`);
  };
  const recording: Scheduler<WorldCall> = {
    choose(pending) {
      let choice = 0;
      if (pending.length > 1) schedule.push((choice = scheduler.choose(pending)));
      const client = pending[choice]?.client ?? null;
      if (client !== null) events.push(`client ${client} begins`);
      return choice;
    },
  };
  let failure: Failure | null = { kind: "hung" };
  const program = async (): Promise<void> => {
    try {
      await scenario(world);
      failure = null;
    } catch (error) {
      failure = { kind: "threw", error };
    }
  };
  await runLife(program, {
    gates: world.gates,
    scheduler: recording,
    wake: () => world.clock.wakeNext() || world.cutOffClients(),
  });
  world.disk.fence();
  return { schedule, events, failure };
}

/** Whatever a scenario may wait for, except for the clock. */
type WorldCall = DiskCall | StoreCall | WorkerMoment;

class GatedWorld implements World {
  readonly gates = new GateKeeper<WorldCall>();
  readonly disk: CrashDisk;
  readonly store = new FlakyStore(new StoredObjects(), this.gates);
  readonly clock = new ManualClock();
  /** For each `together` under way, what lets it resolve without those that the disk has cut off. */
  readonly #waiting = new Set<{ diskEnded: boolean; resolve: () => void }>();

  constructor(options: CrashDiskOptions) {
    this.disk = new GatedDisk(createCrashDisk(options).state, options, this.gates, () => {
      for (const waiting of this.#waiting) waiting.diskEnded = true;
    });
  }

  workers(handlers: TaskHandlers): FlakyWorkers {
    return new FlakyWorkers({ handlers, pace: this.gates });
  }

  async together(...clients: (() => Promise<unknown>)[]): Promise<void> {
    const rejections: unknown[] = [];
    const running = clients.map(async (client, index) => {
      await this.gates.begin(index + 1);
      try {
        await client();
      } catch (error) {
        rejections.push(error);
      }
    });
    await new Promise<void>((resolve) => {
      const waiting = { diskEnded: false, resolve };
      this.#waiting.add(waiting);
      void Promise.all(running).then(() => {
        this.#waiting.delete(waiting);
        resolve();
      });
    });
    if (rejections.length > 0) throw rejections[0];
  }

  /** Nobody can go on: true if that is because the disk of some clients has ended. */
  cutOffClients(): boolean {
    for (const waiting of this.#waiting) {
      if (!waiting.diskEnded) continue;
      this.#waiting.delete(waiting);
      waiting.resolve();
      return true;
    }
    return false;
  }
}

class GatedDisk extends CrashDisk {
  readonly #gates: GateKeeper<WorldCall>;
  readonly #onEnd: () => void;

  constructor(
    state: DiskState,
    options: CrashDiskOptions,
    gates: GateKeeper<WorldCall>,
    onEnd: () => void,
  ) {
    super(state, options, gates);
    this.#gates = gates;
    this.#onEnd = onEnd;
  }

  override fence(): void {
    super.fence();
    this.#gates.forgetCalls(({ kind }) => kind !== "store" && kind !== "worker");
    this.#onEnd();
  }
}

// ── A failure, short and in words ─────────────────────────────────────────────────────────────

/** Follows first-come order wherever the failure stays the same without a choice that was made. */
async function shrunk(
  found: Run,
  options: InterleavingOptions,
  scenario: (world: World) => Promise<void>,
): Promise<Run> {
  let shortest = found;
  let runs = 0;
  for (let isShorter = true; isShorter;) {
    isShorter = false;
    for (const candidate of shorterSchedules(shortest.schedule)) {
      if (runs++ >= shrinkingRunsMax) return shortest;
      const run = await runOnce(options, following(candidate), scenario);
      if (nameOfFailure(run.failure) !== nameOfFailure(found.failure)) continue;
      shortest = { ...run, schedule: candidate };
      isShorter = true;
      break;
    }
  }
  return shortest;
}

/** First-come from some choice on, the boldest first; then each choice on its own. */
function* shorterSchedules(schedule: readonly number[]): Iterable<number[]> {
  const made = [...schedule.keys()].filter((step) => schedule[step] !== 0);
  const last = made.at(-1);
  if (last === undefined) {
    if (schedule.length > 0) yield [];
    return;
  }
  if (last + 1 < schedule.length) yield schedule.slice(0, last + 1);
  for (let count = 0; count < made.length; count = count * 2 + 1)
    yield schedule.slice(0, made[count]);
  for (const step of made.toReversed()) yield schedule.with(step, 0);
}

/** Failures of one name are taken for the same. */
function nameOfFailure(failure: Failure | null): string {
  if (failure?.kind !== "threw") return failure?.kind ?? "none";
  return failure.error instanceof Error
    ? `${failure.error.name}: ${firstLine(failure.error.message)}`
    : "no error";
}

function failureOf({ schedule, events, failure }: Run, where: string): InterleavingFailure {
  const error = failure?.kind === "threw" ? failure.error : undefined;
  const what =
    failure?.kind === "hung"
      ? "the scenario never ends: nothing is under way, and somebody still waits for an answer"
      : `the scenario fails: ${error instanceof Error ? error.message : String(error)}`;
  const order = events.map((event, index) => `  ${String(index + 1).padStart(3)}  ${event}`);
  const again = `{ schedule: [${schedule.join(", ")}] }`;
  const message = [
    `${where} ${what}`,
    "",
    ...order,
    "",
    `To see it again: tryInterleavings(${again}, …)`,
  ];
  return new InterleavingFailure(
    message.join("\n"),
    schedule,
    error === undefined ? {} : { cause: error },
  );
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

function nameOfCall(call: WorldCall): string {
  switch (call.kind) {
    case "store":
      return nameOfStoreCall(call);
    case "worker":
      return nameOfWorkerMoment(call);
    case "append":
      return `append ${call.bytes.length} bytes to ${call.path}`;
    case "read":
      return `read ${call.path} at ${call.position}`;
    case "truncate":
      return `cut ${call.path} to ${call.length} bytes`;
    case "rename":
      return `rename ${call.path} to ${call.to}`;
    case "makeDirectory":
      return `make directory ${call.path}`;
    case "syncDirectory":
      return `sync directory ${call.path}`;
    default:
      return `${call.kind} ${call.path}`;
  }
}
