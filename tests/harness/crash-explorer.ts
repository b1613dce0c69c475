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
import type { DiskImage, DiskState } from "#platform/testing/disk-state.ts";

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

/**
 * What the reads of a next life would see, and what a further power cut could still take. Says nothing
 * of how the disk came about, so that different ways to the same disk meet.
 */
export function killKey(state: DiskState): string {
  const contents = imageKey(state.asImage());
  const uncovered: string[] = [];
  /** Files in the order in which names lead to them. */
  const numbers = new Map<number, number>();
  const numberOf = ({ id }: { id: number }): number => {
    const number = numbers.get(id) ?? numbers.size;
    numbers.set(id, number);
    return number;
  };
  for (const directory of state.directories.values()) {
    if (directory.changes.length === 0) continue;
    const names = [...directory.durableNames].sort(([a], [b]) => (a < b ? -1 : 1));
    const durable = names.map(([name, node]) => `${name}=${numberOf(node)}`);
    const changes = directory.changes.map((change) => {
      if (change.kind === "unlink") return `-${change.name}`;
      if (change.kind === "link") return `+${change.name}=${numberOf(change.node)}`;
      return `${change.from}>${change.to}=${numberOf(change.node)}`;
    });
    uncovered.push(`[${durable.join()}|${changes.join()}]`);
  }
  for (const file of state.files.values()) {
    if (file.changes.length === 0 && !numbers.has(file.id)) continue;
    const changes = file.changes.map((change) => {
      const what =
        change.kind === "write"
          ? `${change.offset}+${hashOf(change.bytes)}`
          : `cut ${change.length}`;
      return change.givenUp ? `(${what})` : what;
    });
    uncovered.push(
      `${numberOf(file)}:${hashOf(file.durable.subarray(0, file.durableLength))}:${changes.join()}`,
    );
  }
  return uncovered.length === 0 ? contents : `${contents}|${uncovered.join("|")}`;
}

function hashOf(bytes: Uint8Array): string {
  let low = 0x811c9dc5 ^ bytes.length;
  let high = 0x9747b28c;
  for (let index = 0; index < bytes.length; index++) {
    const value = bytes[index] ?? 0;
    low = Math.imul(low ^ value, 0x01000193);
    high = Math.imul(high ^ value, 0x5bd1e995) ^ (high >>> 15);
  }
  return `${(low >>> 0).toString(36)}.${(high >>> 0).toString(36)}`;
}

/** 64 bits over the paths and bytes of all files, and the number of directories. */
export function imageKey(image: DiskImage): ImageKey {
  const paths = [...image.files.keys()].sort();
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  const mix = (value: number): void => {
    low = Math.imul(low ^ value, 0x01000193);
    high = Math.imul(high ^ value, 0x5bd1e995) ^ (high >>> 15);
  };
  for (const path of paths) {
    for (let index = 0; index < path.length; index++) mix(path.charCodeAt(index));
    const bytes = image.files.get(path);
    if (bytes === undefined) continue;
    mix(bytes.length + 0x100);
    for (let index = 0; index < bytes.length; index++) mix(bytes[index] ?? 0);
  }
  return `${(low >>> 0).toString(36)}.${(high >>> 0).toString(36)}.${image.directories.length}`;
}
