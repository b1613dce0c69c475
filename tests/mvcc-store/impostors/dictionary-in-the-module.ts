/**
 * Keys are long and come again and again: the log holds numbers, and a dictionary says which key each of them is.
 *
 * Wrong: the dictionary is a variable of the module. A store that is opened again by the same process reads its log;
 * the next process does not know a single key.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { lineOf, type Log, LogStore, openLogStore, type WaitingCommit } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/commits-survive-whole",
  level: 5,
  misconception: "what was learned once is known when the store opens again",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

const keys: string[] = [];
const numbers = new Map<string, number>();

function numberOf(key: string): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, keys.length);
  return keys.push(key) - 1;
}

class Store extends LogStore {
  override async writeBatch({ file }: Log, batch: readonly WaitingCommit[]): Promise<void> {
    const writes = batch.flatMap((commit) => [...commit.writes]);
    await file.append(lineOf(writes.map(([key, value]) => [String(numberOf(key)), value])));
    await file.sync();
  }

  override apply(writes: readonly [string, unknown][]): void {
    super.apply(
      writes.flatMap(([number, value]): [string, unknown][] => {
        const key = keys[Number(number)];
        return key === undefined ? [] : [[key, value]];
      }),
    );
  }
}
