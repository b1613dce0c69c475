/**
 * The world of one run: a store, a clock, and lives in it. A life is one validator with its ports; everything
 * that it waits for is a gate.
 *
 *   life 1 ──► its view of the store ─┐
 *   life 2 ──► its view of the store ─┼─► GateKeeper ─► the scheduler opens one after the other
 *   slow rules, workers, pauses ──────┘
 */
import type { Clock } from "#platform/clock.ts";
import { errorCode } from "#platform/errors.ts";
import { seededRandom } from "#platform/random.ts";
import {
  FlakyStore,
  nameOfStoreCall,
  type StoreCall,
  StoredObjects,
  type StoreFault,
} from "#platform/testing/flaky-store.ts";
import { FlakyWorkers, type WorkerMoment } from "#platform/testing/flaky-workers.ts";
import { GateKeeper } from "#platform/testing/gates.ts";
import { ManualClock } from "#platform/testing/manual-clock.ts";
import type { Task, TaskHandlers } from "#platform/workers.ts";
import type {
  CommitValidator,
  CommitValidatorOptions,
  Subject,
  TaskExecutor,
} from "#katas/ledger/contract.ts";
import { ruleNamed, slowHandler } from "./rules.ts";
import type { PlannedWorkerFault, ScriptOptions } from "./script.ts";

export type WorldCall =
  | StoreCall
  | WorkerMoment
  | { kind: "slow"; life: number; task: Task }
  /** A reader hands over the candidate at this offset. */
  | { kind: "reader"; life: number; offset: number }
  /** Somebody's pause ends. */
  | { kind: "time" };

/** A call to the store, and what became of it. */
export interface MadeCall {
  readonly call: StoreCall;
  readonly atMs: number;
  /** How many pauses had been begun in its life before it. */
  readonly sleepsBefore: number;
  fault: StoreFault | undefined;
  /** Undefined until it is settled; "ok", or the code of its error. */
  answer: string | undefined;
  /** Whether there was an object of its name when it had its effect. */
  wasTaken: boolean;
  settledAtMs: number;
}

export interface Sleep {
  readonly fromMs: number;
  readonly ms: number;
}

/** A clock that knows how many sleep. */
export class WorldClock extends ManualClock {
  sleeping = 0;

  override async sleep(milliseconds: number): Promise<void> {
    this.sleeping++;
    await super.sleep(milliseconds);
    this.sleeping--;
  }
}

/** Pauses take no time: for those who are not watched. */
export class HastyClock implements Clock {
  #now = 0;

  now(): number {
    return this.#now;
  }

  async sleep(milliseconds: number): Promise<void> {
    this.#now += Math.max(1, milliseconds);
  }
}

const never = new Promise<never>(() => undefined);
export const ledgerPrefix = "ledger/";

export class World {
  readonly gates = new GateKeeper<WorldCall>();
  readonly objects: StoredObjects;
  readonly clock = new WorldClock();
  readonly lives: Life[] = [];
  /** Whether pauses end only when nothing else can happen. */
  isTimeLast = false;
  isOver = false;
  onSettled: ((life: Life, made: MadeCall) => void) | null = null;
  readonly #made = new Map<WorldCall, { life: Life; made: MadeCall }>();

  constructor(objects = new StoredObjects()) {
    this.objects = objects;
    this.gates.onSettled = (call, error) => {
      const known = this.#made.get(call);
      if (known === undefined) return;
      known.made.answer = error === undefined ? "ok" : (errorCode(error) ?? "an error");
      known.made.settledAtMs = this.clock.now();
      this.onSettled?.(known.life, known.made);
    };
  }

  register(life: Life, made: MadeCall): void {
    this.#made.set(made.call, { life, made });
  }

  newLife(exports: Subject, options: ScriptOptions = {}): Life {
    const life = new Life(this, this.lives.length + 1, exports, options);
    this.lives.push(life);
    return life;
  }

  /** At rest: time may pass as well, if anybody waits for it. */
  offerTime(): void {
    const isOffered = this.gates.pending.some(({ call }) => call?.kind === "time");
    if (this.isTimeLast || this.isOver || isOffered || this.clock.sleeping === 0) return;
    void this.gates.settle({ kind: "time" }, () => this.clock.wakeNext());
  }

  wake(): boolean {
    return this.clock.wakeNext();
  }
}

export class Life {
  readonly number: number;
  readonly store: FlakyStore;
  readonly calls: MadeCall[] = [];
  readonly sleeps: Sleep[] = [];
  readonly slowTasks: Task[] = [];
  readonly exports: Subject;
  readonly options: ScriptOptions;
  readonly world: World;
  /** Resolves when it has ended. */
  readonly ended: Promise<"ended">;
  workers: FlakyWorkers | undefined;
  isAlive = true;
  /** What a step wants to be asked about each call, with its number in the step. */
  faultOf: (call: StoreCall) => StoreFault | undefined = () => undefined;
  /** What happens before a put has its effect. */
  beforePut: () => Promise<void> | undefined = () => undefined;
  onSleep: () => void = () => undefined;
  onSlowTask: () => void = () => undefined;
  #end: (how: "ended") => void = () => undefined;
  #validator: CommitValidator | undefined;

  constructor(world: World, number: number, exports: Subject, options: ScriptOptions) {
    this.world = world;
    this.number = number;
    this.exports = exports;
    this.options = options;
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.store = new FlakyStore(
      world.objects,
      {
        settle: (call, effect) => {
          const before = call.method === "putIfAbsent" ? this.beforePut() : undefined;
          const watched = () => {
            const made = this.calls.find((one) => one.call === call);
            if (made !== undefined && call.method === "putIfAbsent")
              made.wasTaken = world.objects.list(call.name).includes(call.name);
            return effect();
          };
          const settle = () =>
            world.gates.settle(
              call,
              options.isStoreEarly === true ? alreadyDone(watched) : watched,
            );
          return before === undefined ? settle() : before.then(settle);
        },
      },
      (call) => {
        const fault = this.faultOf(call);
        const made: MadeCall = {
          call,
          atMs: world.clock.now(),
          sleepsBefore: this.sleeps.length,
          fault,
          answer: undefined,
          wasTaken: false,
          settledAtMs: 0,
        };
        this.calls.push(made);
        world.register(this, made);
        return fault;
      },
    );
  }

  /** The time of this life. */
  get clock(): Clock {
    const { clock } = this.world;
    return {
      now: () => clock.now(),
      sleep: async (ms) => {
        this.sleeps.push({ fromMs: clock.now(), ms });
        this.onSleep();
        await clock.sleep(ms);
        if (!this.isAlive) await never;
      },
    };
  }

  get validator(): CommitValidator {
    this.#validator ??= this.exports.createCommitValidator(this.#validatorOptions());
    return this.#validator;
  }

  /** The process ends: calls under way have had their effect if `isDone`, and nothing is ever answered. */
  kill(isDone: boolean): void {
    const { gates, objects } = this.world;
    this.isAlive = false;
    const isOfThisLife = (call: WorldCall): boolean =>
      (call.kind === "store" || call.kind === "slow" || call.kind === "reader") &&
      call.life === this.store.life;
    for (const call of gates.underWay()) {
      if (!isDone || call.kind !== "store" || !isOfThisLife(call)) continue;
      if (call.method !== "putIfAbsent") continue;
      // Whoever has the name already keeps it.
      if (!objects.list(call.name).includes(call.name)) objects.put(call.name, call.bytes);
    }
    this.store.fence();
    this.workers?.fence();
    gates.forgetCalls(
      (call) => isOfThisLife(call) || (call.kind === "worker" && this.workers !== undefined),
    );
    this.#end("ended");
  }

  #validatorOptions(): CommitValidatorOptions {
    const { attemptsMax, commitsWaitingMax, rules, slowRules } = this.options;
    return {
      store: this.store,
      prefix: ledgerPrefix,
      clock: this.clock,
      random: seededRandom(7919 * this.number + 17),
      ...(rules === undefined ? {} : { rules: rules.map(ruleNamed) }),
      ...(attemptsMax === undefined ? {} : { attemptsMax }),
      ...(commitsWaitingMax === undefined ? {} : { commitsWaitingMax }),
      ...(slowRules === undefined ? {} : { slowRules, pool: this.#executor() }),
    };
  }

  // ── Where slow rules run ────────────────────────────────────────────────────────────────────

  #executor(): TaskExecutor {
    const { executor = "any order", workerFaults = [] } = this.options;
    if (executor === "pool") {
      return this.exports.createTaskPool({
        inFlightMax: 3,
        queueLengthMax: 4096,
        handlers: this.#handlers((kind, input) => this.#slowly({ kind, input })),
      });
    }
    if (executor === "workers") {
      const handlers = this.#handlers((kind, input) => slowHandler(kind as "even")(input));
      const { gates } = this.world;
      this.workers = new FlakyWorkers({
        handlers,
        faults: faultsInTurn(workerFaults),
        pace: gates,
      });
      return this.exports.createTaskPool({
        inFlightMax: 2,
        queueLengthMax: 4096,
        workers: this.workers,
        workerCount: 2,
        taskMsMax: 1000,
        clock: this.clock,
      });
    }
    let line: Promise<unknown> = Promise.resolve();
    return {
      submit: (task) => {
        if (executor === "any order") return this.#slowly(task);
        const turn = line.then(() => this.#slowly(task));
        line = turn.catch(() => undefined);
        return turn;
      },
    };
  }

  #handlers(run: (kind: string, input: unknown) => unknown): TaskHandlers {
    const { slowRules = [] } = this.options;
    return Object.fromEntries(
      slowRules.map((kind) => [kind, (input: unknown) => run(kind, input)]),
    );
  }

  #slowly(task: Task): Promise<unknown> {
    this.slowTasks.push(task);
    this.onSlowTask();
    return this.world.gates.settle({ kind: "slow", life: this.store.life, task }, () =>
      slowHandler(task.kind as "even")(task.input),
    );
  }
}

/** The effect is had now; what comes of it is told whenever it is asked for. */
function alreadyDone<Answer>(effect: () => Answer): () => Answer {
  try {
    const answer = effect();
    return () => answer;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** Workers whose moments go wrong as planned; each counts the moments of its kind. */
export function faultsInTurn(
  planned: readonly PlannedWorkerFault[],
): (moment: WorkerMoment) => "dies" | "hangs" | undefined {
  const seen = { start: 0, task: 0, answer: 0, exit: 0 };
  return ({ at }) => {
    const number = seen[at]++;
    return planned.find((fault) => fault.at === at && fault.number === number)?.fault;
  };
}

export function nameOfCall(call: StoreCall): string {
  return nameOfStoreCall(call);
}
