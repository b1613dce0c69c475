/** Packages with native code. Each put is answered when it is synced. */
import path from "node:path";
import { type Batch, type Put, queued } from "./puts.ts";

/** In the order in which a bench shows them. */
export const nativeStoreNames = ["classic-level", "better-sqlite3", "lmdb"];

export const withQueue = (store: string): string => `${store} with a queue`;

/** What comes while a transaction of it is under way it gathers for the next. */
export const hasOwnQueue = (store: string): boolean => store === "lmdb";

export interface NativeStore {
  readonly put: Put;
  /** With a queue in front, so that those who wait together share a sync. */
  readonly putQueued: Put;
  readonly close: () => unknown;
}

export function openNativeStore(
  name: string,
  exports: unknown,
  directory: string,
): Promise<NativeStore> {
  const open = stores[name];
  if (open === undefined) throw new RangeError(`Expected a store, got ${name}.`);
  return open(exports, directory);
}

interface ClassicLevel {
  open(): Promise<void>;
  put(key: Uint8Array, value: Uint8Array, options: object): Promise<void>;
  batch(operations: readonly object[], options: object): Promise<void>;
  close(): Promise<void>;
}

interface Lmdb {
  put(key: Uint8Array, value: Uint8Array): Promise<boolean>;
  close(): Promise<void>;
}

type OpenStore = (exports: unknown, directory: string) => Promise<NativeStore>;

const stores: Readonly<Record<string, OpenStore>> = {
  "classic-level": async (exports, directory) => {
    type Constructor = new (location: string, options: object) => ClassicLevel;
    const { ClassicLevel } = exports as { ClassicLevel: Constructor };
    const level = new ClassicLevel(directory, { keyEncoding: "view", valueEncoding: "view" });
    await level.open();
    const operation = ([key, value]: Batch[number]) => ({ type: "put", key, value });
    return {
      put: (key, value) => level.put(key, value, { sync: true }),
      putQueued: queued((batch) => level.batch(batch.map(operation), { sync: true })),
      close: () => level.close(),
    };
  },
  // Its calls block: however many wait, the next one is not heard before the last has been synced.
  "better-sqlite3": async (exports, directory) => {
    const sqlite = openSqlite(exports, directory);
    const statement = sqlite.prepare("insert or replace into records values (?, ?)");
    const writeAll = sqlite.transaction((batch: Batch) => {
      for (const [key, value] of batch) statement.run(key, value);
    });
    return {
      put: async (key, value) => statement.run(key, value),
      putQueued: queued(async (batch) => writeAll(batch)),
      close: () => sqlite.close(),
    };
  },
  lmdb: async (exports, directory) => {
    const { open } = exports as { open: (options: object) => Lmdb };
    const lmdb = open({ path: directory, keyEncoding: "binary", encoding: "binary" });
    const put: Put = (key, value) => lmdb.put(key, value);
    return { put, putQueued: put, close: () => lmdb.close() };
  },
};

export interface Sqlite {
  pragma(text: string): unknown;
  exec(text: string): unknown;
  prepare(text: string): {
    run(...values: unknown[]): unknown;
    get(...values: unknown[]): unknown;
    iterate(): Iterable<unknown>;
  };
  transaction<Argument>(work: (argument: Argument) => void): (argument: Argument) => void;
  close(): void;
}

/** With a log, and a sync for each transaction: as durable as the others. */
export function openSqlite(exports: unknown, directory: string): Sqlite {
  const Database = exports as new (file: string) => Sqlite;
  const sqlite = new Database(path.join(directory, "store.db"));
  sqlite.pragma("journal_mode = WAL");
  sqlite.pragma("synchronous = FULL");
  sqlite.exec(
    "create table if not exists records (key blob primary key, value blob) without rowid",
  );
  return sqlite;
}
