/**
 * Every disk that a crash at this moment may leave, each distinct one once.
 *
 * A power cut loses what no sync covered; a kill loses nothing that settled. Calls under way are carried
 * out or not: for a power cut they join the uncovered changes, for a kill each prefix of them is tried.
 */
import {
  forEachCrashImage,
  type CrashImageOptions,
  type Loss,
} from "#platform/testing/crash-images.ts";
import { type CrashPoint, statesUnderWay } from "#platform/testing/crash-moments.ts";
import type {
  DirectoryState,
  DiskImage,
  DiskState,
  FileState,
} from "#platform/testing/disk-state.ts";

export { type CrashPoint, killStates } from "#platform/testing/crash-moments.ts";

/** Images are equal when their keys are: 64 bits over paths and bytes. */
export type ImageKey = string;

export interface PowerCutState {
  readonly key: ImageKey;
  readonly image: DiskImage;
  readonly losses: () => Loss[];
}

export function forEachPowerCut(
  point: CrashPoint,
  options: CrashImageOptions,
  see: (state: PowerCutState) => void,
): void {
  for (const state of statesUnderWay(point)) {
    forEachCrashImage(state, options, ({ image, losses }) => {
      see({ key: imageKey(image), image, losses });
    });
  }
}

/** 64 bits over the paths and bytes of all files, and the number of directories. */
export function imageKey({ directories, files }: DiskImage): ImageKey {
  const digest = new Digest();
  for (const [path, bytes] of byName(files)) {
    digest.text(path);
    digest.number(bytes.length + 0x100);
    digest.bytes(bytes);
  }
  return `${digest.sum()}.${directories.length}`;
}

/**
 * What the reads of a next life would see, and what a further power cut could still take. Says nothing
 * of how the disk came about, so that different ways to the same disk meet.
 */
export function killKey(state: DiskState): string {
  const contents = imageKey(state.asImage());
  const directories = [...state.directories.values()].filter(({ changes }) => changes.length > 0);
  const numbers = new NodeNumbers();
  const digest = new Digest();
  for (const directory of directories) digestDirectory(digest, directory, numbers);
  const files = [...state.files.values()].filter(
    (file) => file.changes.length > 0 || numbers.has(file),
  );
  for (const file of files) digestFile(digest, file, numbers);
  const isSafe = directories.length === 0 && files.length === 0;
  return isSafe ? contents : `${contents}|${digest.sum()}`;
}

function digestDirectory(digest: Digest, directory: DirectoryState, numbers: NodeNumbers): void {
  digest.number(directory.durableNames.size);
  for (const [name, node] of byName(directory.durableNames)) {
    digest.name(name);
    digest.number(numbers.of(node));
  }
  digest.number(directory.changes.length);
  for (const change of directory.changes) {
    digest.number(tags[change.kind]);
    digest.name(change.kind === "rename" ? change.from : change.name);
    if (change.kind === "rename") digest.name(change.to);
    if (change.kind !== "unlink") digest.number(numbers.of(change.node));
  }
}

function digestFile(digest: Digest, file: FileState, numbers: NodeNumbers): void {
  digest.number(numbers.of(file));
  digest.number(file.durableLength);
  digest.bytes(file.durable, file.durableLength);
  digest.number(file.changes.length);
  for (const change of file.changes) {
    digest.number(tags[change.kind]);
    digest.number(change.givenUp ? 1 : 0);
    if (change.kind === "truncate") {
      digest.number(change.length);
    } else {
      digest.number(change.offset);
      digest.number(change.bytes.length);
      digest.bytes(change.bytes);
    }
  }
}

/** The entries of a map in the order of their names. Mostly they are in it already: names have numbers. */
function byName<Value>(map: ReadonlyMap<string, Value>): Iterable<[string, Value]> {
  let last = "";
  for (const name of map.keys()) {
    if (name < last) return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
    last = name;
  }
  return map;
}

const tags = { link: 1, unlink: 2, rename: 3, write: 4, truncate: 5 };

/** Files and directories by the order in which names lead to them: ids tell of how a disk came about. */
class NodeNumbers {
  readonly #numbers = new Map<number, number>();

  has({ id }: { id: number }): boolean {
    return this.#numbers.has(id);
  }

  of({ id }: { id: number }): number {
    const number = this.#numbers.get(id) ?? this.#numbers.size;
    this.#numbers.set(id, number);
    return number;
  }
}

/** 64 bits over what it was fed, in that order. */
class Digest {
  #low = 0x811c9dc5 | 0;
  #high = 0x9747b28c | 0;

  number(value: number): void {
    this.#low = mixedLow(this.#low, value);
    this.#high = mixedHigh(this.#high, value);
  }

  text(text: string): void {
    for (let index = 0; index < text.length; index++) this.number(text.charCodeAt(index));
  }

  /** A text and its end. */
  name(name: string): void {
    this.text(name);
    this.number(0x10000);
  }

  bytes(bytes: Uint8Array, length = bytes.length): void {
    // In variables of its own: this loop sees every byte of every image.
    let low = this.#low;
    let high = this.#high;
    for (let index = 0; index < length; index++) {
      const value = bytes[index] ?? 0;
      low = mixedLow(low, value);
      high = mixedHigh(high, value);
    }
    this.#low = low;
    this.#high = high;
  }

  /** Two numbers of 32 bits. */
  sum(): string {
    return `${this.#low >>> 0}.${this.#high >>> 0}`;
  }
}

function mixedLow(low: number, value: number): number {
  return Math.imul(low ^ value, 0x01000193);
}

function mixedHigh(high: number, value: number): number {
  return Math.imul(high ^ value, 0x5bd1e995) ^ (high >>> 15);
}
