/**
 * Gates: everything that code under test may wait for, held back until a scheduler lets it go.
 *
 * JavaScript runs one piece of code at a time, so all that can differ between two runs of the same
 * program is the order in which the calls to the world settle. Each such call is a gate; a run is the
 * list of choices which of the pending gates opened next, 0 being the one that has waited longest.
 */
import type { DiskCall, Pace } from "./disk-port.ts";

/** `Call` is what the world is asked for: calls to the disk, unless somebody says otherwise. */
export interface Gate<Call = DiskCall> {
  /** The call to the world that this gate holds back; null when a client waits to begin its next call. */
  readonly call: Call | null;
  /** The client that waits to begin, or null. */
  readonly client: number | null;
  readonly open: () => void;
}

export class GateKeeper<Call = DiskCall> implements Pace<Call> {
  /** In order of arrival. */
  readonly pending: Gate<Call>[] = [];
  /** Called when a gate of the world has opened, with the error if its call failed. */
  onSettled: ((call: Call, error: unknown) => void) | null = null;

  settle<Answer>(call: Call, effect: () => Answer): Promise<Answer> {
    return new Promise<Answer>((resolve, reject: (error: Error) => void) => {
      const open = (): void => {
        let answer: Answer;
        try {
          answer = effect();
        } catch (error) {
          this.onSettled?.(call, error);
          reject(error as Error);
          return;
        }
        this.onSettled?.(call, undefined);
        resolve(answer);
      };
      this.pending.push({ call, client: null, open });
    });
  }

  /** A client waits here before its next call, so that it may come at any moment. */
  begin(client: number): Promise<void> {
    return new Promise((resolve) => {
      this.pending.push({ call: null, client, open: resolve });
    });
  }

  /** Opens a pending gate and takes it off the list. */
  open(index: number): void {
    const [gate] = this.pending.splice(index, 1);
    gate?.open();
  }

  /** Drops calls that are under way, all or those of one life that has ended: they never settle. */
  forgetCalls(isOver: (call: Call) => boolean = () => true): void {
    const others = this.pending.filter((gate) => gate.call === null || !isOver(gate.call));
    this.pending.splice(0, this.pending.length, ...others);
  }

  /** The calls to the world that are under way. */
  underWay(): Call[] {
    const calls: Call[] = [];
    for (const gate of this.pending) if (gate.call !== null) calls.push(gate.call);
    return calls;
  }
}

// Kept from before any code under test could replace them.
const setImmediateOfNode = setImmediate;
const nextTickOfNode = process.nextTick.bind(process);
const activeResources = process.getActiveResourcesInfo.bind(process);

/** How many are waiting for quiescence: their turns are none of the code under test. */
let waitingForQuiescence = 0;

/** Resolves when every microtask has run: the code under test now waits for gates and nothing else. */
export function quiescence(): Promise<void> {
  waitingForQuiescence++;
  return new Promise((resolve) => {
    setImmediateOfNode(() => {
      waitingForQuiescence--;
      resolve();
    });
  });
}

/**
 * Resolves when every microtask has run, but without a turn of the event loop, which costs a system call.
 * Code under test that waits for `nextTick` or `setImmediate` may have more to do.
 */
export function microtasksDone(): Promise<void> {
  return new Promise((resolve) => {
    nextTickOfNode(resolve);
  });
}

/** Turns of the event loop for which something that has not happened yet is waited for in any case. */
export const patienceTurns = 64;

/** Turns after which code that yields with `setImmediate` again and again is taken for an endless loop. */
const yieldsMax = 10_000;

/**
 * Whether to wait another turn: code may yield with `setImmediate` as often as it likes, and as long as
 * such a turn is outstanding it has something to do.
 */
export function isWorthWaiting(turn: number): boolean {
  return turn < patienceTurns || (turn < yieldsMax && isYielding());
}

/** Resolves when nothing runs and nothing is about to: neither microtasks nor `setImmediate`. */
export async function stillness(): Promise<void> {
  await quiescence();
  for (let turn = 0; turn < yieldsMax && isYielding(); turn++) await quiescence();
}

function isYielding(): boolean {
  const immediates = activeResources().filter((resource) => resource === "Immediate").length;
  return immediates > waitingForQuiescence;
}
