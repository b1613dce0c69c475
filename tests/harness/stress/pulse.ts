/**
 * What the threads of a life know of each other's progress, in shared memory. It tells a subject that hangs
 * from a machine that is slow: time counts in beats of a thread of the same process, which come late when
 * the process gets no share of the machine, and a beat that waits for the disk does not count.
 */
export class Pulse {
  readonly memory: SharedArrayBuffer;
  readonly #cells: Int32Array;

  constructor(memory = new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#cells = new Int32Array(memory);
  }

  /** The host thread serves its events. */
  hostBeat(): void {
    Atomics.add(this.#cells, HOST_BEATS, 1);
  }

  /** A call was answered, or the life has come to its next step. */
  progress(): void {
    Atomics.add(this.#cells, PROGRESS, 1);
  }

  diskCallBegins(): void {
    Atomics.add(this.#cells, DISK_CALLS_BEGUN, 1);
  }

  diskCallSettles(): void {
    Atomics.add(this.#cells, DISK_CALLS_SETTLED, 1);
  }

  /** The life has begun: from now on silence is the subject's. */
  begin(): void {
    Atomics.store(this.#cells, BEGUN, 1);
  }

  read(): PulseReading {
    const cell = (index: number): number => Atomics.load(this.#cells, index);
    return {
      begun: cell(BEGUN) === 1,
      hostBeats: cell(HOST_BEATS),
      progress: cell(PROGRESS),
      diskCallsBegun: cell(DISK_CALLS_BEGUN),
      diskCallsSettled: cell(DISK_CALLS_SETTLED),
    };
  }
}

const HOST_BEATS = 0;
const PROGRESS = 1;
const DISK_CALLS_BEGUN = 2;
const DISK_CALLS_SETTLED = 3;
const BEGUN = 4;
const CELLS = 5;

export interface PulseReading {
  begun: boolean;
  hostBeats: number;
  progress: number;
  diskCallsBegun: number;
  diskCallsSettled: number;
}

export const BEAT_MILLISECONDS = 100;

/** Three seconds on a machine that is not overloaded. */
const SILENT_BEATS_MAX = 30;

/** A store that calls the disk for ever is never idle; no opening and no compaction needs so many calls. */
const DISK_CALLS_WITHOUT_PROGRESS_MAX = 50_000;

/** Counts the beats in which the subject owed an answer and nothing else explains that none came. */
export class SilenceWatch {
  #before: PulseReading | undefined;
  #diskCallsAtProgress = 0;
  #idleBeats = 0;
  #busyBeats = 0;

  /** Called once a beat; answers why the subject counts as hung, or undefined. */
  beat(now: PulseReading): string | undefined {
    const before = this.#before;
    this.#before = now;
    if (before === undefined || !before.begun || now.progress !== before.progress) {
      this.#idleBeats = 0;
      this.#busyBeats = 0;
      this.#diskCallsAtProgress = now.diskCallsSettled;
      return undefined;
    }
    const hostIsFree = now.hostBeats !== before.hostBeats;
    const diskIsBusy =
      now.diskCallsBegun !== now.diskCallsSettled ||
      now.diskCallsSettled !== before.diskCallsSettled;
    this.#busyBeats = hostIsFree ? 0 : this.#busyBeats + 1;
    if (hostIsFree && !diskIsBusy) this.#idleBeats += 1;

    if (this.#busyBeats > SILENT_BEATS_MAX) {
      return "the store's thread was busy for three seconds without a pause";
    }
    if (this.#idleBeats > SILENT_BEATS_MAX) {
      return "nothing was answered for three seconds although no call to the disk was under way";
    }
    const diskCalls = now.diskCallsSettled - this.#diskCallsAtProgress;
    if (diskCalls <= DISK_CALLS_WITHOUT_PROGRESS_MAX) return undefined;
    return `nothing was answered during ${diskCalls} calls to the disk`;
  }
}
