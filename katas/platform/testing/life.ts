/**
 * One life of a program: from its start until it has finished, hangs, or is cut off.
 *
 *     everything waits ──► atRest ──► the scheduler opens one gate ──► everything waits …
 */
import type { DiskCall } from "./disk-port.ts";
import { type GateKeeper, isWorthWaiting, quiescence } from "./gates.ts";
import type { Scheduler } from "./schedules.ts";

export interface LifeOptions<Call = DiskCall> {
  gates: GateKeeper<Call>;
  scheduler: Scheduler<NoInfer<Call>>;
  /**
   * Called whenever everything waits: before each gate opens, and once more when the program has come to
   * its end and nothing of it is under way. False ends the life here.
   */
  atRest?: (step: number) => Promise<boolean>;
  /** Called when nothing is left to open and the program has not finished; true if somebody can go on now. */
  wake?: () => boolean;
  /** A program that is not done after so many steps is taken for one that hangs. */
  stepsMax?: number;
}

export interface LifeEnd {
  how: "finished" | "hung" | "cut off";
  /** The choices that were made. */
  schedule: number[];
  /** The error the program ended with. */
  error: unknown;
}

/** The lives that go on, the innermost last: what happens inside one is for the outer ones worth waiting for. */
const goingOn: object[] = [];

export async function runLife<Call = DiskCall>(
  program: () => Promise<void>,
  options: LifeOptions<Call>,
): Promise<LifeEnd> {
  const life = {};
  goingOn.push(life);
  try {
    return await live(program, options, () => goingOn.at(-1) !== life);
  } finally {
    goingOn.splice(goingOn.indexOf(life), 1);
  }
}

async function live<Call>(
  program: () => Promise<void>,
  options: LifeOptions<Call>,
  hasLifeInside: () => boolean,
): Promise<LifeEnd> {
  const { gates, scheduler, stepsMax = 20_000 } = options;
  const schedule: number[] = [];
  const end: LifeEnd = { how: "hung", schedule, error: undefined };
  let done = false;
  const finish = (error: unknown): void => {
    done = true;
    end.how = "finished";
    end.error = error;
  };
  program().then(() => {
    finish(undefined);
  }, finish);

  for (let step = 0; step < stepsMax; step++) {
    await quiescence();
    for (
      let turn = 0;
      gates.pending.length === 0 && !isTrue(done) && isWorthWaiting(turn);
      turn = hasLifeInside() ? 0 : turn + 1
    ) {
      await quiescence();
    }
    if (options.atRest !== undefined && !(await options.atRest(step))) {
      end.how = "cut off";
      return end;
    }
    // What the program has left behind, such as the tidying after an answer, is lived to its end.
    if (isTrue(done) && gates.pending.length === 0) return end;
    if (gates.pending.length === 0) {
      if (options.wake?.() !== true) return end;
      continue;
    }
    const choice = scheduler.choose(gates.pending);
    schedule.push(choice);
    gates.open(choice);
  }
  return end;
}

/** Reads a flag that callbacks set, which the compiler believes constant. */
function isTrue(flag: boolean): boolean {
  return flag;
}
