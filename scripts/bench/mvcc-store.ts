/** mvcc-store in memory: whole transactions against a plain `Map` and lmdb, and reads in a long chain of versions. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { MvccStore, Subject, Transaction } from "../../katas/mvcc-store/contract.ts";
import { seededRandom } from "../../katas/platform/random.ts";
import type { AtEnd, BenchedSubject, KataBench } from "../lib/bench/kata-bench.ts";
import type { Course, Lane } from "../lib/bench/race.ts";

const keyCount = 100_000;
const keys = Array.from({ length: keyCount }, (_, index) => `account:${index}`);
const random = seededRandom(1);
/** Keys in the order in which they are asked for: drawn beforehand, so that no lane pays for it. */
const asked = Array.from({ length: 1 << 16 }, () => keys[random.below(keyCount)] as string);

const shortChain = 600;
const longChain = 600_000;

/** What a store and its peers do, one transaction after the other. */
interface Contestant {
  readonly name: string;
  readonly kind: Lane["kind"];
  readonly readTen: Lane["run"];
  readonly readFourWriteTwo: Lane["run"];
}

export const bench: KataBench<Subject> = {
  peers: ["lmdb"],
  courses: (subjects, peers, atEnd) => {
    let made: Promise<readonly Contestant[]> | undefined;
    const contestants = (): Promise<readonly Contestant[]> =>
      (made ??= Promise.all([
        plainMap(),
        ...subjects.map((subject) => storeOf(subject, atEnd)),
        ...[...peers.values()].map((exports) => lmdb(exports as Lmdb, atEnd)),
      ]));
    const lanes = (run: "readTen" | "readFourWriteTwo") => async (): Promise<Lane[]> =>
      (await contestants()).map((one) => ({ name: one.name, kind: one.kind, run: one[run] }));
    return [
      {
        title: `A read-only transaction of 10 gets, ${keyCount} keys`,
        goals: [
          { against: "a plain Map", atLeast: 0.25 },
          { against: "lmdb", atLeast: 3.5 },
        ],
        lanes: lanes("readTen"),
      },
      {
        title: `A transaction of 4 gets and 2 puts, ${keyCount} keys, without sync`,
        goals: [
          { against: "a plain Map", atLeast: 0.15 },
          { against: "lmdb", atLeast: 7 },
        ],
        lanes: lanes("readFourWriteTwo"),
      },
      ...subjects.map((subject) => chainCourse(subject, atEnd)),
    ];
  },
};

/** An operation is a get in the middle of a chain that is needed as a whole: each version has its reader. */
function chainCourse(subject: BenchedSubject<Subject>, atEnd: AtEnd): Course {
  const { name, exports } = subject;
  return {
    title: `A get in a chain of ${longChain} versions, against one of ${shortChain}`,
    goals: [{ against: `${shortChain} versions`, atLeast: 1 / 20 }],
    lanes: async () => [
      {
        name: `${shortChain} versions`,
        kind: "limit",
        run: await chain(shortChain, exports, atEnd),
      },
      { name, kind: "subject", run: await chain(longChain, exports, atEnd) },
    ],
  };
}

async function chain(length: number, subject: Subject, atEnd: AtEnd): Promise<Lane["run"]> {
  const store = await subject.openMvccStore();
  atEnd(() => store.close());
  const readers: Transaction[] = [];
  for (let version = 0; version < length; version++) {
    await commit(store, [["key", version]]);
    readers.push(store.begin());
  }
  const middle = readers.slice(length / 2 - 50, length / 2 + 50);
  return (count) => {
    let sum = 0;
    for (let done = 0; done < count; done++) {
      sum += (middle[done % middle.length] as Transaction).get("key") as number;
    }
    return sum;
  };
}

async function commit(store: MvccStore, entries: readonly [string, unknown][]): Promise<void> {
  const transaction = store.begin();
  for (const [key, value] of entries) transaction.put(key, value);
  await transaction.commit();
}

// ── Contestants ───────────────────────────────────────────────────────────────────────────────

/** Hands out the keys of transaction after transaction. */
function askedKeys(): () => string {
  let next = 0;
  return () => asked[next++ & (asked.length - 1)] as string;
}

async function plainMap(): Promise<Contestant> {
  const map = new Map<string, number>(keys.map((key, index) => [key, index]));
  const key = askedKeys();
  const read = (gets: number): number => {
    let sum = 0;
    for (let done = 0; done < gets; done++) sum += map.get(key()) ?? 0;
    return sum;
  };
  return {
    name: "a plain Map",
    kind: "limit",
    readTen: (count) => {
      let sum = 0;
      for (let done = 0; done < count; done++) sum += read(10);
      return sum;
    },
    readFourWriteTwo: (count) => {
      let sum = 0;
      for (let done = 0; done < count; done++) {
        sum = (sum + read(4)) >>> 0;
        map.set(key(), sum);
        map.set(key(), done);
      }
      return sum;
    },
  };
}

async function storeOf(
  { name, exports }: BenchedSubject<Subject>,
  atEnd: AtEnd,
): Promise<Contestant> {
  const store = await exports.openMvccStore();
  atEnd(() => store.close());
  await commit(
    store,
    keys.map((key, index) => [key, index]),
  );
  const key = askedKeys();
  const read = (transaction: Transaction, gets: number): number => {
    let sum = 0;
    for (let done = 0; done < gets; done++) sum += transaction.get(key()) as number;
    return sum;
  };
  return {
    name,
    kind: "subject",
    readTen: async (count) => {
      let sum = 0;
      for (let done = 0; done < count; done++) {
        const transaction = store.begin();
        sum += read(transaction, 10);
        await transaction.commit();
      }
      return sum;
    },
    readFourWriteTwo: async (count) => {
      let sum = 0;
      for (let done = 0; done < count; done++) {
        const transaction = store.begin();
        sum = (sum + read(transaction, 4)) >>> 0;
        transaction.put(key(), sum);
        transaction.put(key(), done);
        await transaction.commit();
      }
      return sum;
    },
  };
}

interface Lmdb {
  open(options: object): {
    get(key: string): number | undefined;
    putSync(key: string, value: number): unknown;
    transactionSync<Result>(work: () => Result): Result;
    resetReadTxn(): void;
    close(): Promise<void>;
  };
}

/** With its synchronous transactions, the fastest for one caller, and asked never to sync. */
async function lmdb(exports: Lmdb, atEnd: AtEnd): Promise<Contestant> {
  const directory = mkdtempSync(path.join(tmpdir(), "systems-katas-bench-"));
  atEnd(() => rmSync(directory, { recursive: true, force: true }));
  const store = exports.open({ path: directory, noSync: true });
  atEnd(() => store.close());
  store.transactionSync(() => {
    for (const [index, key] of keys.entries()) store.putSync(key, index);
  });
  const key = askedKeys();
  const read = (gets: number): number => {
    let sum = 0;
    for (let done = 0; done < gets; done++) sum += store.get(key()) ?? 0;
    return sum;
  };
  return {
    name: "lmdb",
    kind: "peer",
    readTen: (count) => {
      let sum = 0;
      for (let done = 0; done < count; done++) {
        // Reads of one turn of the event loop share a snapshot; this ends it.
        store.resetReadTxn();
        sum += read(10);
      }
      return sum;
    },
    readFourWriteTwo: (count) => {
      let sum = 0;
      for (let done = 0; done < count; done++) {
        store.transactionSync(() => {
          sum = (sum + read(4)) >>> 0;
          store.putSync(key(), sum);
          store.putSync(key(), done);
        });
      }
      return sum;
    },
  };
}
