/** mvcc-store in memory: whole transactions against a plain `Map` and lmdb, and reads in a long chain of versions. */
import type { MvccStore, Subject, Transaction } from "../../katas/mvcc-store/contract.ts";
import { seededRandom } from "../../katas/platform/random.ts";
import type { AtEnd, BenchedSubject, KataBench } from "../lib/bench/kata-bench.ts";
import type { LoadLane } from "../lib/bench/load.ts";
import type { Course, Lane } from "../lib/bench/race.ts";
import { temporaryDirectory } from "../lib/bench/temporary-directory.ts";
import { virtualDisk } from "../lib/bench/virtual-disk.ts";

const keyCounts = [1000, 10_000, 100_000, 1_000_000];
const keysOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `account:${index}`);

/** Keys in the order in which they are asked for: drawn beforehand, so that no lane pays for it. */
function drawnFrom(keys: readonly string[]): string[] {
  const random = seededRandom(1);
  return Array.from({ length: 1 << 16 }, () => keys[random.below(keys.length)] as string);
}

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
  peers: ["lmdb", "sorted-btree"],
  keyCount: 100_000,
  notes: [
    "In memory and without sync, lmdb as well. sorted-btree copies when it is written to: a transaction reads and writes a copy, which then takes the place of the tree, and nobody's conflicts are found.",
  ],
  courses: ({ subjects, peers, keyCount, atEnd }) => {
    let made: Promise<readonly Contestant[]> | undefined;
    const lanes = (run: "readTen" | "readFourWriteTwo") => async (): Promise<Lane[]> =>
      lanesOf(await (made ??= contestantsOf(subjects, peers, keyCount, atEnd)), run);
    return [
      {
        title: `A read-only transaction of 10 gets, ${keyCount} keys`,
        goals: [
          { against: plain, atLeast: 0.25 },
          { against: "lmdb", atLeast: 3.5 },
        ],
        lanes: lanes("readTen"),
      },
      {
        title: `A transaction of 4 gets and 2 puts, ${keyCount} keys, without sync`,
        goals: [
          { against: plain, atLeast: 0.15 },
          { against: "lmdb", atLeast: 7 },
        ],
        lanes: lanes("readFourWriteTwo"),
      },
      ...subjects.map((subject) => chainCourse(subject, atEnd)),
    ];
  },
  loads: ({ subjects }) => [
    {
      title: "A transaction of one put every 2 ms, a sync takes 1 ms",
      everyMs: 2,
      calls: 900,
      meanwhile: "letting go of old versions",
      lanes: () => Promise.all(subjects.map(loadLane)),
    },
  ],
  growths: ({ subjects, peers }) => [
    {
      title: "A read-only transaction of 10 gets as keys grow",
      axis: "keys",
      sizes: keyCounts,
      lanes: async (count, atEnd) =>
        lanesOf(await contestantsOf(subjects, peers, count, atEnd), "readTen"),
    },
    {
      title: "A transaction of 4 gets and 2 puts as keys grow",
      axis: "keys",
      sizes: keyCounts,
      lanes: async (count, atEnd) =>
        lanesOf(await contestantsOf(subjects, peers, count, atEnd), "readFourWriteTwo"),
    },
    {
      title: "A get of a key as its versions grow, each with a reader",
      axis: "versions",
      sizes: [1, 10, 100, 1000, 10_000, 100_000],
      lanes: (count, atEnd) =>
        Promise.all(
          subjects.map(async ({ name, exports }): Promise<Lane> => {
            return { name, kind: "subject", run: await chain(count, exports, atEnd) };
          }),
        ),
    },
  ],
};

const plain = "a plain Map";

function lanesOf(contestants: readonly Contestant[], run: "readTen" | "readFourWriteTwo"): Lane[] {
  return contestants.map((one) => ({ name: one.name, kind: one.kind, run: one[run] }));
}

async function contestantsOf(
  subjects: readonly BenchedSubject<Subject>[],
  peers: ReadonlyMap<string, unknown>,
  keyCount: number,
  atEnd: AtEnd,
): Promise<readonly Contestant[]> {
  const keys = keysOf(keyCount);
  return Promise.all([
    plainMap(keys),
    ...subjects.map((subject) => storeOf(subject, keys, atEnd)),
    ...[...peers].flatMap(([name, exports]) => peerStores[name]?.(exports, keys, atEnd) ?? []),
  ]);
}

/** A store with so many keys, each with so many versions that only the oldest reader keeps. */
const heldKeys = 1000;
const heldVersions = 20;

async function loadLane({ name, exports }: BenchedSubject<Subject>): Promise<LoadLane> {
  const { disk, barriers } = virtualDisk("store");
  const store = await exports.openMvccStore({ disk, directory: "store" });
  const keys = keysOf(heldKeys);
  const oldest = store.begin();
  const between: Transaction[] = [];
  for (let version = 0; version < heldVersions; version++) {
    await commit(
      store,
      keys.map((key) => [key, version]),
    );
    between.push(store.begin());
  }
  return {
    name,
    kind: "subject",
    call: (index) => commit(store, [[keys[index % heldKeys] as string, index]]),
    meanwhile: async () => {
      for (const reader of [oldest, ...between]) reader.rollback();
      await commit(store, [["let go", true]]);
    },
    barriers,
  };
}

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
  const half = length >> 1;
  const middle = readers.slice(Math.max(0, half - 50), half + 50);
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
function askedKeys(keys: readonly string[]): () => string {
  const asked = drawnFrom(keys);
  let next = 0;
  return () => asked[next++ & (asked.length - 1)] as string;
}

async function plainMap(keys: readonly string[]): Promise<Contestant> {
  const map = new Map<string, number>(keys.map((key, index) => [key, index]));
  const key = askedKeys(keys);
  const read = (gets: number): number => {
    let sum = 0;
    for (let done = 0; done < gets; done++) sum += map.get(key()) ?? 0;
    return sum;
  };
  return {
    name: plain,
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
  keys: readonly string[],
  atEnd: AtEnd,
): Promise<Contestant> {
  const store = await exports.openMvccStore();
  atEnd(() => store.close());
  await commit(
    store,
    keys.map((key, index) => [key, index]),
  );
  const key = askedKeys(keys);
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
async function lmdb(exports: Lmdb, keys: readonly string[], atEnd: AtEnd): Promise<Contestant> {
  const directory = temporaryDirectory(atEnd);
  const store = exports.open({ path: directory, noSync: true });
  atEnd(() => store.close());
  store.transactionSync(() => {
    for (const [index, key] of keys.entries()) store.putSync(key, index);
  });
  const key = askedKeys(keys);
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

interface BTree {
  get(key: string): number | undefined;
  set(key: string, value: number): unknown;
  /** Shares everything until one of the two is written to. */
  clone(): BTree;
}

type BTreeConstructor = new (entries: readonly (readonly [string, number])[]) => BTree;

async function sortedBTree(BTree: BTreeConstructor, keys: readonly string[]): Promise<Contestant> {
  let tree = new BTree(keys.map((key, index) => [key, index]));
  const key = askedKeys(keys);
  const read = (from: BTree, gets: number): number => {
    let sum = 0;
    for (let done = 0; done < gets; done++) sum += from.get(key()) ?? 0;
    return sum;
  };
  return {
    name: "sorted-btree",
    kind: "peer",
    readTen: (count) => {
      let sum = 0;
      for (let done = 0; done < count; done++) sum += read(tree.clone(), 10);
      return sum;
    },
    readFourWriteTwo: (count) => {
      let sum = 0;
      for (let done = 0; done < count; done++) {
        const copy = tree.clone();
        sum = (sum + read(copy, 4)) >>> 0;
        copy.set(key(), sum);
        copy.set(key(), done);
        tree = copy;
      }
      return sum;
    },
  };
}

type MakePeer = (exports: unknown, keys: readonly string[], atEnd: AtEnd) => Promise<Contestant>;

const peerStores: Readonly<Record<string, MakePeer>> = {
  lmdb: (exports, keys, atEnd) => lmdb(exports as Lmdb, keys, atEnd),
  "sorted-btree": (exports, keys) =>
    sortedBTree((exports as { default: BTreeConstructor }).default, keys),
};
