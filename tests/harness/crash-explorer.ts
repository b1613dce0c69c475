/**
 * Every disk that a crash at this moment may leave, each distinct one once.
 *
 * A power cut loses what no sync covered; a kill loses nothing that settled. Calls under way are carried
 * out or not: for a power cut they join the uncovered changes, for a kill each prefix of them is tried.
 */
import { forEachCrashImage, type CrashImageOptions, type Loss } from "#platform/testing/crash-images.ts";
import { carryOut, changesDisk, type DiskCall } from "#platform/testing/disk-port.ts";
import type { DiskImage, DiskState } from "#platform/testing/disk-state.ts";

/** A moment: nobody changes its state any more. */
export interface CrashPoint {
  readonly state: DiskState;
  readonly underWay: readonly DiskCall[];
}

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
  forEachCrashImage(withUnderWay(point), options, ({ image, losses }) => {
    see({ key: imageKey(image), image, losses });
  });
}

/** The state with the calls under way made, but nothing made durable by them. */
function withUnderWay(point: CrashPoint): DiskState {
  const changing = point.underWay.filter((call) => changesDisk(call) && !isSync(call));
  if (changing.length === 0) return point.state;
  const state = point.state.copy();
  for (const call of changing) carryOut(state, call);
  return state;
}

export interface KillState {
  /**
   * The disk as the next life finds it, with its uncovered changes still uncovered. To be copied before it
   * is used: the one in which no call had its effect is the running life's own.
   */
  readonly state: DiskState;
  readonly what: string;
}

export function killStates(point: CrashPoint): KillState[] {
  const changing = point.underWay.filter((call) => changesDisk(call) && !isSync(call));
  const states: KillState[] = [{ state: point.state.afterKill(), what: "no call under way had its effect" }];
  const add = (calls: readonly DiskCall[]): void => {
    const state = point.state.afterKill();
    for (const call of calls) carryOut(state, call);
    states.push({ state, what: `${calls.map(nameOf).join(", ")} had ${calls.length === 1 ? "its" : "their"} effect` });
  };
  for (let count = 1; count <= changing.length; count++) add(changing.slice(0, count));
  for (const call of changing.slice(1)) add([call]);
  return states;
}

/** What the reads of a next life would see, and what a further power cut could still take. */
export function killKey(state: DiskState): string {
  const parts: string[] = [];
  for (const directory of state.directories.values()) {
    parts.push(`d${directory.id}:${directory.changes.map((change) => change.order).join(",")}`);
  }
  for (const file of state.files.values()) {
    const uncovered = file.changes.map(({ order, givenUp }) => (givenUp ? `-${order}` : `${order}`)).join(",");
    parts.push(`f${file.id}:${file.length}:${file.durableLength}:${uncovered}`);
  }
  const contents = imageKey({ directories: [], files: state.contents() });
  return `${contents}|${parts.join("|")}`;
}

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
    mix(0x100);
    const bytes = image.files.get(path);
    if (bytes === undefined) continue;
    mix(bytes.length);
    for (let index = 0; index < bytes.length; index++) {
      const value = bytes[index] ?? 0;
      low = Math.imul(low ^ value, 0x01000193);
      high = Math.imul(high ^ value, 0x5bd1e995) ^ (high >>> 15);
    }
  }
  return `${(low >>> 0).toString(36)}.${(high >>> 0).toString(36)}.${image.directories.length}`;
}

function isSync(call: DiskCall): boolean {
  return call.kind === "sync" || call.kind === "syncDirectory";
}

function nameOf(call: DiskCall): string {
  return `${call.kind} ${call.path}`;
}
