/**
 * A moment at which a crash may come: the disk as it is, and the calls that are under way.
 *
 * A call under way is carried out or not: for a power cut it joins what no sync has covered, for a kill
 * each beginning of the list of such calls, and each one of them alone, may have had its effect.
 */
import { carryOut, changesDisk, type DiskCall } from "./disk-port.ts";
import type { DiskState } from "./disk-state.ts";

/** A moment: nobody changes its state any more. */
export interface CrashPoint {
  readonly state: DiskState;
  readonly underWay: readonly DiskCall[];
}

/**
 * The disk with the calls under way made, but nothing made durable by them: in the order in which they
 * were made, and, where several append to one file, also the other way round and each of them alone.
 */
export function statesUnderWay(point: CrashPoint): DiskState[] {
  return arrivals(changesOf(point)).map((calls) => {
    if (calls.length === 0) return point.state;
    const state = point.state.copy();
    for (const call of calls) carryOut(state, call);
    return state;
  });
}

function arrivals(changing: readonly DiskCall[]): (readonly DiskCall[])[] {
  const appends = changing.filter((call) => call.kind === "append");
  const overlapping = appends.filter((call) =>
    appends.some((other) => other !== call && other.file === call.file),
  );
  if (overlapping.length === 0) return [changing];
  const others = changing.filter((call) => !overlapping.some((one) => one === call));
  return [
    changing,
    [...others, ...overlapping.toReversed()],
    ...overlapping.slice(1).map((call) => [...others, call]),
  ];
}

export interface KillState {
  /** The disk as the next life finds it, with its uncovered changes still uncovered. */
  readonly state: DiskState;
  readonly what: string;
}

export function killStates(point: CrashPoint): KillState[] {
  const changing = changesOf(point);
  const states: KillState[] = [
    { state: point.state.afterKill(), what: "no call under way had its effect" },
  ];
  const add = (calls: readonly DiskCall[]): void => {
    const state = point.state.afterKill();
    for (const call of calls) carryOut(state, call);
    const whose = calls.length === 1 ? "its" : "their";
    states.push({ state, what: `${calls.map(nameOf).join(", ")} had ${whose} effect` });
  };
  for (let count = 1; count <= changing.length; count++) add(changing.slice(0, count));
  for (const call of changing.slice(1)) add([call]);
  return states;
}

/** The calls under way that change what reads see. */
function changesOf({ underWay }: CrashPoint): DiskCall[] {
  return underWay.filter((call) => changesDisk(call) && !isSync(call));
}

function isSync(call: DiskCall): boolean {
  return call.kind === "sync" || call.kind === "syncDirectory";
}

function nameOf(call: DiskCall): string {
  return `${call.kind} ${call.path}`;
}
