/**
 * Opens a store on the disk that a crash has left and reads every key.
 *
 * Everything settles in order and at once, so a recovery costs microseconds; the moments inside it at
 * which a further crash would find something new are kept.
 */
import type { DurableKv, DurableKvOptions, Subject } from "#katas/durable-kv/contract.ts";
import {
  type DiskCall,
  changesDisk,
  DiskPort,
  type Faults,
  type Pace,
} from "#platform/testing/disk-port.ts";
import type { DiskState } from "#platform/testing/disk-state.ts";
import type { CrashPoint } from "../harness/crash-explorer.ts";
import { outcomeOf } from "../harness/life.ts";
import { describeError } from "./history.ts";
import { keyBytes, textOf } from "./workload.ts";

export const directory = "store";

export type Options = Pick<DurableKvOptions, "segmentBytesMax" | "writersWaitingMax">;

export interface Shown {
  kind: "shown";
  /** In the order of the keys. */
  values: (string | undefined)[];
  store: DurableKv;
  port: DiskPort;
  pace: RecordingPace;
}

export type Recovery =
  | Shown
  | (Unread & { kind: "refused"; by: "open" | "get"; error: unknown })
  | (Unread & { kind: "hung" });

interface Unread {
  what: string;
  /** The key whose get it was; null when it was the open. */
  reading: string | null;
  pace: RecordingPace;
}

/** Settles calls in order, one microtask after they were made, and keeps the moments before each change. */
export class RecordingPace implements Pace {
  readonly points: CrashPoint[] = [];
  readonly #state: DiskState;
  readonly #underWay: DiskCall[] = [];
  #versionKept = -1;
  onSettled: ((call: DiskCall, error: unknown) => void) | null = null;
  isRecording = true;
  /** Whether a call has failed. */
  failed = false;

  constructor(state: DiskState) {
    this.#state = state;
  }

  async settle<Answer>(call: DiskCall, effect: () => Answer): Promise<Answer> {
    const changes = changesDisk(call);
    if (changes) this.#underWay.push(call);
    await Promise.resolve();
    if (changes) {
      if (this.isRecording) this.#keepPoint(call);
      this.#underWay.splice(this.#underWay.indexOf(call), 1);
    }
    try {
      const answer = effect();
      this.onSettled?.(call, undefined);
      return answer;
    } catch (error) {
      this.failed = true;
      this.onSettled?.(call, error);
      throw error;
    }
  }

  /** A sync on its own adds no image that was not there before it. */
  #keepPoint(call: DiskCall): void {
    const isSync = call.kind === "sync" || call.kind === "syncDirectory";
    if (isSync && this.#versionKept === this.#state.version) return;
    this.#versionKept = this.#state.version;
    this.points.push({ state: this.#state.copy(), underWay: this.#underWay.slice() });
  }
}

export async function recover(
  exports: Subject,
  state: DiskState,
  keys: readonly string[],
  options: Options = {},
  faults: Faults = {},
  prepare?: (port: DiskPort, pace: RecordingPace) => void,
): Promise<Recovery> {
  const pace = new RecordingPace(state);
  const port = new DiskPort(state, pace, faults);
  prepare?.(port, pace);
  const now: { by: "open" | "get"; reading: string | null } = { by: "open", reading: null };
  const openAndRead = async (): Promise<Pick<Shown, "store" | "values">> => {
    const store = await exports.openDurableKv({ disk: port, directory, ...options });
    now.by = "get";
    const values = await readAll(store, keys, (key) => {
      now.reading = key;
    });
    return { store, values };
  };
  const opened = await outcomeOf(openAndRead());
  if (opened.how === "resolved") return { kind: "shown", ...opened.value, port, pace };
  port.fence();
  const { by, reading } = now;
  if (opened.how === "hung") {
    const call = reading === null ? "openDurableKv" : `get ${reading}`;
    return { kind: "hung", what: `${call} was never answered`, reading, pace };
  }
  const { error } = opened;
  return { kind: "refused", by, what: describeError(error), error, reading, pace };
}

export async function readAll(
  store: DurableKv,
  keys: readonly string[],
  onRead?: (key: string) => void,
): Promise<(string | undefined)[]> {
  const values: (string | undefined)[] = [];
  for (const key of keys) {
    onRead?.(key);
    const value = await store.get(keyBytes(key));
    values.push(value === undefined ? undefined : textOf(value));
  }
  return values;
}
