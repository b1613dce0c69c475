/**
 * An object store in memory for your own tests: it can throttle, lose answers, and be seen by several
 * processes, each of which can be killed.
 *
 *     const store = createFlakyStore();
 *     const validator = createCommitValidator({ store, prefix: "ledger/", clock, random });
 *     store.faults = (_, number) => (number === 3 ? "timed out after" : undefined);
 *     await validator.commit(batch);
 *     const other = createCommitValidator({ store: store.another(), prefix: "ledger/", clock, random: another });
 *
 * A call has its effect at the moment it settles. By default that is at once; a `Pace` may decide otherwise.
 */
import { AlreadyExistsError, NotFoundError, ThrottledError, TimedOutError } from "../errors.ts";
import { refuseUnlessBytes, refuseUnlessObjectName, refuseUnlessPrefix } from "../object-names.ts";
import type { ObjectStore } from "../object-store.ts";
import { atOnce, type Pace } from "./disk-port.ts";
import { GateKeeper } from "./gates.ts";
import { runLife } from "./life.ts";
import { firstCome } from "./schedules.ts";

/** A call that has been made, as plain data. `life` tells the processes on one store apart: 1, 2, … */
export type StoreCall =
  | { kind: "store"; method: "putIfAbsent"; life: number; name: string; bytes: Uint8Array }
  | { kind: "store"; method: "get"; life: number; name: string }
  | { kind: "store"; method: "list"; life: number; prefix: string };

/**
 * What goes wrong with a call: it is throttled, without effect, or its answer does not come in time,
 * before its effect or after it.
 */
export type StoreFault = "throttled" | "timed out before" | "timed out after";

/** Asked about every call when it is made. The number counts the calls of this life, from 0. */
export type StoreFaults = (call: StoreCall, number: number) => StoreFault | undefined;

/** What a kill at some moment of an action leaves. */
export interface StoreKillDuring {
  /** What the next process sees. */
  store: FlakyStore;
  /** Which calls were under way, and which of them had their effect nevertheless. */
  what: string;
  /** Whether the action had been answered by then. */
  answered: boolean;
}

const never = new Promise<never>(() => undefined);
const noFaults: StoreFaults = () => undefined;

/** What all processes see. */
export class StoredObjects {
  readonly #objects: Map<string, Uint8Array>;
  #lives = 0;

  constructor(objects: ReadonlyMap<string, Uint8Array> = new Map()) {
    this.#objects = new Map(objects);
  }

  /** The number of a process that is new on this store. */
  newLife(): number {
    return ++this.#lives;
  }

  put(name: string, bytes: Uint8Array): void {
    if (this.#objects.has(name))
      throw new AlreadyExistsError(`There is an object ${name} already.`);
    this.#objects.set(name, bytes.slice());
  }

  get(name: string): Uint8Array {
    const bytes = this.#objects.get(name);
    if (bytes === undefined) throw new NotFoundError(`There is no object ${name}.`);
    return bytes.slice();
  }

  list(prefix: string): string[] {
    return [...this.#objects.keys()].filter((name) => name.startsWith(prefix)).sort();
  }

  /** What is stored now, for a world of its own. Objects never change, so they may be shared. */
  copy(): StoredObjects {
    return new StoredObjects(this.#objects);
  }
}

export class FlakyStore implements ObjectStore {
  readonly objects: StoredObjects;
  /** Which process this is on its store: 1 for the first. */
  readonly life: number;
  /** Calls made so far in this life, by kind, and those that went wrong. */
  readonly counts = { calls: 0, puts: 0, gets: 0, lists: 0, failed: 0 };
  faults: StoreFaults;
  readonly #pace: Pace<StoreCall>;
  #gates: GateKeeper<StoreCall> | null = null;
  #alive = true;

  constructor(
    objects = new StoredObjects(),
    pace: Pace<StoreCall> = atOnce,
    faults: StoreFaults = noFaults,
  ) {
    this.objects = objects;
    this.life = objects.newLife();
    this.#pace = pace;
    this.faults = faults;
  }

  async putIfAbsent(name: string, bytes: Uint8Array): Promise<void> {
    refuseUnlessObjectName(name);
    refuseUnlessBytes(bytes);
    this.counts.puts++;
    await this.#settle(
      { kind: "store", method: "putIfAbsent", life: this.life, name, bytes },
      () => {
        this.objects.put(name, bytes);
      },
    );
  }

  async get(name: string): Promise<Uint8Array> {
    refuseUnlessObjectName(name);
    this.counts.gets++;
    return this.#settle({ kind: "store", method: "get", life: this.life, name }, () =>
      this.objects.get(name),
    );
  }

  async list(prefix: string): Promise<string[]> {
    refuseUnlessPrefix(prefix);
    this.counts.lists++;
    return this.#settle({ kind: "store", method: "list", life: this.life, prefix }, () =>
      this.objects.list(prefix),
    );
  }

  /** The same objects as another process sees them. It has no faults until you give it some. */
  another(): FlakyStore {
    return new FlakyStore(this.objects, this.#pace);
  }

  /** The process ends: calls under way have no effect, later ones neither, and none is ever answered. */
  kill(): FlakyStore {
    this.fence();
    return this.another();
  }

  /** Ends this life and begins no other. */
  fence(): void {
    this.#alive = false;
  }

  /**
   * Every store that a kill at some moment of the action may leave, in the order of the moments: calls under
   * way had their effect or not. Resolves or rejects as the action does, and life goes on.
   */
  async killsDuring(action: () => Promise<unknown>): Promise<StoreKillDuring[]> {
    const kills: StoreKillDuring[] = [];
    const gates = (this.#gates = new GateKeeper<StoreCall>());
    let answered = false;
    const program = async (): Promise<void> => {
      await action();
      answered = true;
    };
    try {
      const end = await runLife(program, {
        gates,
        scheduler: firstCome,
        atRest: async () => {
          kills.push(...killsAt(this.objects, gates.underWay(), answered));
          return true;
        },
      });
      if (end.error !== undefined) throw end.error as Error;
    } finally {
      this.#gates = null;
    }
    return kills;
  }

  #settle<Answer>(call: StoreCall, effect: () => Answer): Promise<Answer> {
    if (!this.#alive) return never;
    const fault = this.faults(call, this.counts.calls++);
    const pace = this.#gates ?? this.#pace;
    return pace.settle(call, () => {
      // Answered with a promise that never settles, the call does not either.
      if (!this.#alive) return never as unknown as Answer;
      if (fault === undefined) return effect();
      this.counts.failed++;
      if (fault === "throttled") throw new ThrottledError(`${nameOfStoreCall(call)} is throttled.`);
      if (fault === "timed out after") attempt(effect);
      throw new TimedOutError(`${nameOfStoreCall(call)} got no answer in time.`);
    });
  }
}

/** An empty store, or one that another test has filled. */
export function createFlakyStore(options: { faults?: StoreFaults } = {}): FlakyStore {
  return new FlakyStore(new StoredObjects(), atOnce, options.faults);
}

export function nameOfStoreCall(call: StoreCall): string {
  return call.method === "list" ? `list ${call.prefix}` : `${call.method} ${call.name}`;
}

/** None of the calls under way had its effect, or one of them; objects are few, so puts together differ little. */
function killsAt(
  objects: StoredObjects,
  underWay: readonly StoreCall[],
  answered: boolean,
): StoreKillDuring[] {
  const kill = (what: string, done: readonly StoreCall[]): StoreKillDuring => {
    const left = objects.copy();
    for (const call of done) {
      if (call.method === "putIfAbsent") attempt(() => left.put(call.name, call.bytes));
    }
    return { store: new FlakyStore(left), what, answered };
  };
  const puts = underWay.filter((call) => call.method === "putIfAbsent");
  const names = underWay.map(nameOfStoreCall);
  const waiting = names.length === 0 ? "nothing is under way" : `${names.join(", ")} under way`;
  return [
    kill(waiting, []),
    ...puts.map((put) => kill(`${waiting}; ${nameOfStoreCall(put)} is done`, [put])),
    ...(puts.length > 1 ? [kill(`${waiting}; all puts are done`, puts)] : []),
  ];
}

/** Its effect, if it has one; nobody is told of its failure. */
function attempt(effect: () => unknown): void {
  try {
    effect();
  } catch {
    // The name was taken: then there was no effect.
  }
}
