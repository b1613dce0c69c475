/**
 * Opens a subject on the disk that a crash has left and looks at everything it shows.
 *
 * Everything settles in order and at once, so a recovery costs microseconds; the moments inside it at
 * which a further crash would find something new are kept.
 */
import {
  type DiskCall,
  changesDisk,
  DiskPort,
  type Faults,
  type Pace,
} from "#platform/testing/disk-port.ts";
import type { DiskState } from "#platform/testing/disk-state.ts";
import type { CrashPoint } from "../crash-explorer.ts";
import { describeError } from "../in-words.ts";
import { outcomeOf } from "../life.ts";

/** How a subject is opened, and what is looked at once it is open. */
export interface Observation<Seen, Exports = unknown, Store = unknown> {
  /** The function that opens it, as sentences name it. */
  readonly factory: string;

  /** Returns the subject's own promise. */
  open(exports: Exports, disk: DiskPort): Promise<Store>;

  /** Everything that the next life shows. `asks` is told of each call before it is made: "get a". */
  observe(store: Store, asks: (call: string) => void): Promise<Seen>;
}

export interface Shown<Seen> {
  kind: "shown";
  seen: Seen;
  store: unknown;
  port: DiskPort;
  pace: RecordingPace;
}

export type Recovery<Seen> =
  | Shown<Seen>
  | (Unseen & { kind: "refused"; by: "open" | "look"; error: unknown })
  | (Unseen & { kind: "hung" });

interface Unseen {
  what: string;
  /** The call that it was; null when it was the open. */
  asking: string | null;
  pace: RecordingPace;
}

/** A moment that was kept. */
export interface KeptPoint extends CrashPoint {
  /** All that a crash here could leave, a crash at the moment before could leave as well, in the midst of its call. */
  readonly isForeseen: boolean;
}

const nextMicrotask = Promise.resolve();

/** Settles calls in order, one microtask after they were made, and keeps the moments before each change. */
export class RecordingPace implements Pace {
  readonly points: KeptPoint[] = [];
  readonly #state: DiskState;
  readonly #underWay: DiskCall[] = [];
  #versionKept = -1;
  /** The change that has settled last, and the version that it has led to. */
  #changedLast: DiskCall | null = null;
  #versionChangedLast = -1;
  onSettled: ((call: DiskCall, error: unknown) => void) | null = null;
  isRecording = true;
  /** Whether a call has failed. */
  failed = false;

  constructor(state: DiskState) {
    this.#state = state;
  }

  settle<Answer>(call: DiskCall, effect: () => Answer): Promise<Answer> {
    const changes = changesDisk(call);
    if (changes) this.#underWay.push(call);
    return nextMicrotask.then(() => {
      if (changes) {
        if (this.isRecording) this.#keepPoint(call);
        this.#underWay.splice(this.#underWay.indexOf(call), 1);
      }
      try {
        const answer = effect();
        if (changes) {
          this.#changedLast = call;
          this.#versionChangedLast = this.#state.version;
        }
        this.onSettled?.(call, undefined);
        return answer;
      } catch (error) {
        this.failed = true;
        this.onSettled?.(call, error);
        throw error;
      }
    });
  }

  /** A sync on its own adds no image that was not there before it. */
  #keepPoint(call: DiskCall): void {
    if (isSync(call) && this.#versionKept === this.#state.version) return;
    this.#versionKept = this.#state.version;
    this.points.push({
      state: this.#state.copy(),
      underWay: this.#underWay.slice(),
      isForeseen: this.#isForeseen(call),
    });
  }

  /** Whether nothing has happened since the moment before but that its only call has settled. */
  #isForeseen(call: DiskCall): boolean {
    if (!isSync(call) || this.#underWay.length > 1) return false;
    const [alone, ...others] = this.points.at(-1)?.underWay ?? [];
    return (
      alone !== undefined &&
      others.length === 0 &&
      !isSync(alone) &&
      alone === this.#changedLast &&
      this.#versionChangedLast === this.#state.version
    );
  }
}

function isSync({ kind }: DiskCall): boolean {
  return kind === "sync" || kind === "syncDirectory";
}

export async function recover<Seen>(
  subject: Observation<Seen>,
  exports: unknown,
  state: DiskState,
  faults: Faults = {},
  prepare?: (port: DiskPort, pace: RecordingPace) => void,
): Promise<Recovery<Seen>> {
  const pace = new RecordingPace(state);
  const port = new DiskPort(state, pace, faults);
  prepare?.(port, pace);
  const now: Now = { by: "open", asking: null };
  const opened = await outcomeOf(openAndLook(subject, exports, port, now));
  if (opened.how === "resolved") return { kind: "shown", ...opened.value, port, pace };
  port.fence();
  const { by, asking } = now;
  if (opened.how === "hung") {
    return { kind: "hung", what: `${asking ?? subject.factory} was never answered`, asking, pace };
  }
  const { error } = opened;
  return { kind: "refused", by, what: describeError(error), error, asking, pace };
}

/** How far a recovery has come. */
interface Now {
  by: "open" | "look";
  /** The call that was made last; null while it opens. */
  asking: string | null;
}

async function openAndLook<Seen>(
  subject: Observation<Seen>,
  exports: unknown,
  port: DiskPort,
  now: Now,
): Promise<Pick<Shown<Seen>, "store" | "seen">> {
  const store = await subject.open(exports, port);
  now.by = "look";
  const seen = await subject.observe(store, (call) => {
    now.asking = call;
  });
  return { store, seen };
}
