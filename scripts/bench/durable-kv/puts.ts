/** What is put, and by how many at a time: the same for our stores and for packages, in whatever process they run. */
export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const keyTextsOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `key-${index}`);

/** So many records are written again and again. */
const keyCount = 4096;
const keys = keyTextsOf(keyCount).map(bytesOf);
/** No part of the number of keys: whoever comes to a key again brings another value. */
const valueCount = 17;
const values = Array.from({ length: valueCount }, (_, index) =>
  bytesOf(`${index}`.padEnd(100, "·-")),
);

export const keyAt = (index: number): Uint8Array => keys[index % keyCount] as Uint8Array;
export const valueAt = (index: number): Uint8Array => values[index % valueCount] as Uint8Array;

export type Put = (key: Uint8Array, value: Uint8Array) => Promise<unknown>;
export type Batch = readonly (readonly [key: Uint8Array, value: Uint8Array])[];

/** Goes on from slice to slice: SQLite neither writes nor syncs what it has already. */
let putsInAll = 0;

/** Each writer puts its next record as soon as it is answered. */
export function among(writers: number, put: Put): (count: number) => Promise<number> {
  return async (count) => {
    let begun = 0;
    const write = async (): Promise<void> => {
      while (begun < count) {
        begun++;
        const index = putsInAll++;
        await put(keyAt(index), valueAt(index));
      }
    };
    await Promise.all(Array.from({ length: writers }, write));
    return begun;
  };
}

/** What somebody would write in front of a store: while one batch is synced the next one gathers. */
export function queued(writeAll: (batch: Batch) => Promise<unknown>): Put {
  let gathering: [key: Uint8Array, value: Uint8Array][] = [];
  let next: Promise<void> | null = null;
  let last: Promise<unknown> = Promise.resolve();
  return (key, value) => {
    gathering.push([key, value]);
    next ??= last.then(async () => {
      // Those who have just been answered come first.
      await new Promise(setImmediate);
      const batch = gathering;
      gathering = [];
      next = null;
      last = writeAll(batch);
      await last;
    });
    return next;
  };
}
