/**
 * Which gate opens next: the strategies that learners have too, and two that only checks need.
 */
import type { Gate } from "#platform/testing/gates.ts";
import type { Scheduler } from "#platform/testing/schedules.ts";

export {
  byPriority,
  firstCome,
  following,
  randomly,
  type Scheduler,
  schedulerOf,
  withDelays,
} from "#platform/testing/schedules.ts";

/** Prefers gates for which `isLast` is false: "syncs settle last". */
export function last(isLast: (gate: Gate) => boolean): Scheduler {
  return {
    choose(pending) {
      const first = pending.findIndex((gate) => !isLast(gate));
      return first === -1 ? 0 : first;
    },
  };
}

/**
 * Every schedule of a small program, depth first. Run `scheduler()`, then call `advance()`, which is
 * false once all have been run.
 */
export class AllSchedules {
  #choices: number[] = [];
  #widths: number[] = [];

  scheduler(): Scheduler {
    const prefix = this.#choices;
    this.#choices = [];
    this.#widths = [];
    return {
      choose: (pending) => {
        const choice = prefix[this.#choices.length] ?? 0;
        this.#choices.push(choice);
        this.#widths.push(pending.length);
        return choice;
      },
    };
  }

  advance(): boolean {
    for (let step = this.#choices.length - 1; step >= 0; step--) {
      const choice = this.#choices[step] ?? 0;
      if (choice + 1 < (this.#widths[step] ?? 0)) {
        this.#choices = [...this.#choices.slice(0, step), choice + 1];
        return true;
      }
    }
    return false;
  }
}
