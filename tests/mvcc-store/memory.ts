/**
 * How much a store keeps in memory after a long history: bytes of the heap and of what it holds outside of itself,
 * after a full collection, compared with the same before the store was opened.
 *
 * The history is made as it is lived, and nothing of it is kept here: values are made for each put, transactions are
 * forgotten as soon as they are over.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { MvccStore, Transaction } from "#katas/mvcc-store/contract.ts";
import { seededRandom } from "#platform/random.ts";
import { quiescence } from "#platform/testing/gates.ts";
import type { Session } from "./session.ts";

export interface MemoryCase {
  /** Large values are overwritten; or many keys are put and deleted. */
  history: "overwrites" | "deletes";
  /** Who reads meanwhile. */
  readers: "short" | "long" | "one after the other" | "abandoned";
  keys: number;
  /** How many keys are put, or deleted, by one transaction. */
  writes: number;
  seed: number;
  /** How much of the history is lived; all of it in a full grade. */
  share: number;
}

/** Less effort, less history; a quarter of it still shows what is never collected. */
export function shareOf(effort: number): number {
  return Math.max(0.25, Math.min(1, Math.round(effort * 12) / 4));
}

const valueLength = 4096;
/** At 64 MiB the brief's bound is far away. */
const overwrites = (64 * 1024 * 1024) / valueLength;
const deletedKeys = 50_000;
/** So much is put by whoever does not commit, under keys of their own; and by each who is abandoned. */
const valuesGivenUp = 60;
const valuesAbandoned = 500;
/** Abandoned all together: whoever ends one of them at a time has not ended them. */
const abandonedTogether = 20;
/** Long enough that even the names of what is gone would be seen. */
const keyLength = 300;
const turnsBeforeMeasuring = 100;
/** Memory is at rest when another collection frees no more than this. */
const restBytes = 64 * 1024;
const roundsMax = 20;
/** So little cannot decide about a bound of at least 8 MiB. */
const hiddenBytesMax = 1024 * 1024;
const attemptsMax = 3;
/** A reader of a chain ends after so many commits of others; the brief allows 100. */
const chainLength = 60;
export const ageMsMax = 1000;

export async function measureMemory(session: Session, testCase: MemoryCase): Promise<void> {
  session.isTold = false;
  let measured: Measured;
  let isSure: boolean;
  let attempts = 0;
  do {
    const before = await memoryAtRest();
    measured = await lifeOf(session, testCase, before);
    // What was there before and has gone meanwhile would hide as much of what the store holds.
    isSure = measured.used > measured.allowed || (await memoryAtRest()) > before - hiddenBytesMax;
  } while (!isSure && ++attempts < attemptsMax);
  session.isTold = true;

  const { used, allowed, bytes, keys } = measured;
  tellHistory(session, testCase);
  const what = `${keys} keys with ${inMiB(bytes)} are live`;
  const bound = `at most ${inMiB(allowed)} of memory`;
  if (used > allowed) {
    session.broken(what, "more memory is held", {
      signature: `memory: ${testCase.history}, ${testCase.readers}`,
      expected: bound,
      therefore: `3 × ${inMiB(bytes)} + ${keys} × 1 KiB + 8 MiB are ${inMiB(allowed)}, and the store still holds more than that.`,
    });
  }
  session.tell(what, bound);
}

interface Measured {
  used: number;
  allowed: number;
  /** What is live, and under how many keys. */
  bytes: number;
  keys: number;
}

/** One store from its opening to its measuring; nothing of it is kept here. */
async function lifeOf(session: Session, testCase: MemoryCase, before: number): Promise<Measured> {
  const { clock } = session;
  const isAging = testCase.readers === "abandoned";
  const store = await session.open(isAging ? { transactionAgeMsMax: ageMsMax, clock } : undefined);
  const keptOpen = await live(session, store, testCase);
  await write(session, store, new Map([["the last key", "x"]]));
  const used = (await memoryAtRest()) - before;
  const { bytes, keys } = liveData(session, store);
  keptOpen?.rollback();
  return { used, allowed: 3 * bytes + 1024 * keys + 8 * 1024 * 1024, bytes, keys };
}

function tellHistory(session: Session, { history, readers, keys, share }: MemoryCase): void {
  session.tell(
    history === "overwrites"
      ? `${overwrites * share} puts of ${valueLength} characters to ${keys} keys`
      : `${deletedKeys * share} keys are put and deleted`,
    "in transactions of both isolations",
  );
  const meanwhile = {
    short: "transactions read and end",
    long: "some transactions read for a long time, and end",
    "one after the other": "some transaction is always open, none for long",
    abandoned: "transactions are begun and abandoned until they expire",
  };
  session.tell("meanwhile", meanwhile[readers]);
}

/** Lives the history; a transaction that is still open at its end. */
async function live(
  session: Session,
  store: MvccStore,
  { history, readers, keys, writes: perTransaction, seed, share }: MemoryCase,
): Promise<Transaction | undefined> {
  const random = seededRandom(seed);
  const crowd = new Readers(session, store, readers);
  const { level } = session;
  const ofFullGrade = (history === "overwrites" ? overwrites : 2 * deletedKeys) / perTransaction;
  const commits = ofFullGrade * share;
  const key = (index: number): string => `key-${index}`;
  await write(
    session,
    store,
    new Map(Array.from({ length: keys }, (_, index) => [key(index), valueOf(index)])),
    { level },
  );
  // Whoever keeps what was given up is to be told apart from who keeps it for the readers.
  const areApart = history === "overwrites" && (readers === "short" || readers === "long");
  for (let commit = 0; commit < commits; commit++) {
    await crowd.meanwhile(commit, commits);
    const writes = new Map<string, string | undefined>();
    if (history === "overwrites") {
      for (let put = 0; put < perTransaction; put++)
        writes.set(key(random.below(keys)), valueOf(commit + put));
    } else {
      const round = commit >> 1;
      for (let index = 0; index < perTransaction; index++) {
        const name = `${round * perTransaction + index}-`.padEnd(keyLength, "k");
        writes.set(name, commit % 2 === 0 ? "short" : undefined);
      }
    }
    await write(session, store, writes, {
      level: commit % 3 === 0 ? level : 0,
      number: commit,
      inVain: areApart ? valuesGivenUp : 0,
    });
  }
  return crowd.end();
}

interface Writing {
  level?: number;
  number?: number;
  /** How many large values those put as well who do not commit. */
  inVain?: number;
}

/**
 * One transaction with these writes; serializable from level 3 on. Some are rolled back first, and written again;
 * some have a rival who comes too late.
 */
async function write(
  session: Session,
  store: MvccStore,
  writes: ReadonlyMap<string, string | undefined>,
  { level = 0, number = 1, inVain = 0 }: Writing = {},
): Promise<void> {
  const begin = (): Transaction =>
    session.call("begin", () =>
      level >= 3 ? store.begin({ isolation: "serializable" }) : store.begin(),
    );
  const fill = (transaction: Transaction): void => {
    session.call("put", () => {
      for (const [key, value] of writes) {
        if (number % 5 === 0) transaction.get(key);
        if (value === undefined) transaction.delete(key);
        else transaction.put(key, value);
      }
    });
  };
  if (number % 7 === 0) {
    const givenUp = begin();
    fill(givenUp);
    putInVain(session, givenUp, { name: "given up", count: inVain });
    givenUp.rollback();
  }
  const loser = number % 11 === 3 && session.level >= 2 ? begin() : undefined;
  const transaction = begin();
  if (number % 50 === 0) session.call("range", () => transaction.range("key-1", "key-11"));
  fill(transaction);
  const outcome = await session.settled("commit", () => transaction.commit());
  if (outcome.how === "refused")
    session.threw(
      "commit",
      outcome.error,
      "a commit that nobody is in the way of must be answered",
    );
  if (loser === undefined) return;
  putInVain(session, loser, { name: "lost", count: inVain });
  await lose(session, loser, writes);
}

/** Large values of a transaction that will not commit. */
function putInVain(
  session: Session,
  transaction: Transaction,
  { name, count }: { name: string; count: number },
): void {
  session.call("put", () => {
    for (let index = 0; index < count; index++) transaction.put(`${name} ${index}`, valueOf(index));
  });
}

/** Writes what has been written meanwhile: refused at the write or at the commit, and over in any case. */
async function lose(
  session: Session,
  loser: Transaction,
  writes: ReadonlyMap<string, unknown>,
): Promise<void> {
  const [key = ""] = writes.keys();
  const put = session.attempt(() => {
    loser.put(key, "too late");
  });
  if (put.how === "answered") await session.settled("commit", () => loser.commit());
}

class Readers {
  readonly #session: Session;
  readonly #store: MvccStore;
  readonly #kind: MemoryCase["readers"];
  #open: Transaction[] = [];
  #ended = 0;

  constructor(session: Session, store: MvccStore, kind: MemoryCase["readers"]) {
    this.#session = session;
    this.#store = store;
    this.#kind = kind;
  }

  async meanwhile(commit: number, commits: number): Promise<void> {
    if (commit % 100 === 50) await quiescence();
    switch (this.#kind) {
      case "short":
        if (commit % 10 === 0) await this.#end(this.#begin(commit));
        return;
      case "long":
        // From an eighth of the history to three quarters of it.
        if (commit === commits >> 3 || commit === commits >> 2)
          this.#open.push(this.#begin(commit));
        if (commit === (commits >> 2) * 3) await this.#endAll();
        return;
      case "one after the other":
        // The next one begins before the last one ends.
        if (commit % chainLength !== 0) return;
        this.#open.push(this.#begin(commit));
        if (this.#open.length > 1) await this.#end(this.#open.shift());
        return;
      case "abandoned":
        // One by one during an eighth of the history, having written; then many, who become too old when it is over.
        if (commit === commits >> 3)
          for (let index = 0; index < abandonedTogether; index++) this.#begin(index);
        if (commit >= commits >> 3 || commit % (commits >> 6) !== 1) return;
        putInVain(this.#session, this.#begin(commit), {
          name: "abandoned",
          count: valuesAbandoned,
        });
        await this.#session.clock.advance(ageMsMax + 1);
    }
  }

  async end(): Promise<Transaction | undefined> {
    if (this.#kind === "one after the other") return this.#open.pop();
    if (this.#kind === "abandoned") await this.#session.clock.advance(ageMsMax + 1);
    await this.#endAll();
    return undefined;
  }

  #begin(number: number): Transaction {
    const transaction = this.#session.call("begin", () =>
      this.#session.level >= 3 && number % 2 === 0
        ? this.#store.begin({ isolation: "serializable" })
        : this.#store.begin(),
    );
    this.#session.call("get", () => transaction.get("key-1"));
    return transaction;
  }

  /** By commit or rollback. A serializable reader may be refused, and is over all the same. */
  async #end(transaction: Transaction | undefined): Promise<void> {
    if (transaction === undefined) return;
    this.#session.call("get", () => transaction.get("key-2"));
    if (this.#ended++ % 2 === 0) {
      await this.#session.settled("commit", () => transaction.commit());
      return;
    }
    this.#session.call("rollback", () => {
      transaction.rollback();
    });
  }

  async #endAll(): Promise<void> {
    for (const transaction of this.#open) await this.#end(transaction);
    this.#open = [];
  }
}

/** A value of its own for each number: flat, and of one byte a character. */
function valueOf(number: number): string {
  const bytes = Buffer.alloc(valueLength, 97 + (number % 26));
  bytes.write(String(number));
  return bytes.toString("latin1");
}

/** What a full read returns. */
function liveData(session: Session, store: MvccStore): { bytes: number; keys: number } {
  const reader = session.call("begin", () => store.begin());
  const entries = session.call("range", () => reader.range());
  reader.rollback();
  const bytes = entries.reduce(
    (sum, [key, value]) => sum + key.length + (typeof value === "string" ? value.length : 0),
    0,
  );
  return { bytes, keys: entries.length };
}

setFlagsFromString("--expose-gc");
const collectAll = runInNewContext("gc") as () => void;

/**
 * Memory in use when nothing more of it goes. What was there before, such as a store that was measured a moment ago,
 * may need more than one collection: its finalizers run, its buffers are freed beside the program, and only then
 * may the rest go. Counted in `before` and gone afterwards, it would hide as much of what is measured.
 */
async function memoryAtRest(): Promise<number> {
  for (let turn = 0; turn < turnsBeforeMeasuring; turn++) await quiescence();
  let least = memoryInUse();
  for (let round = 0; round < roundsMax; round++) {
    for (let turn = 0; turn < turnsBeforeMeasuring / 10; turn++) await quiescence();
    const now = memoryInUse();
    if (now > least - restBytes) return Math.min(now, least);
    least = now;
  }
  return least;
}

function memoryInUse(): number {
  collectAll();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function inMiB(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
