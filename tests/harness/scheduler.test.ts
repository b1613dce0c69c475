import { describe, expect, it } from "vitest";
import { seededRandom } from "#platform/random.ts";
import type { Gate } from "#platform/testing/gates.ts";
import {
  AllSchedules,
  byPriority,
  firstCome,
  following,
  last,
  randomly,
  type Scheduler,
  schedulerOf,
  withDelays,
} from "./scheduler.ts";

function gate(client: number): Gate {
  return { call: null, client, open: () => undefined };
}

/** The order in which a scheduler opens gates that are all there from the start. */
function orderOf(scheduler: Scheduler, count: number): number[] {
  const pending = Array.from({ length: count }, (_, index) => gate(index));
  const order: number[] = [];
  while (pending.length > 0)
    order.push(pending.splice(scheduler.choose(pending), 1)[0]?.client ?? -1);
  return order;
}

/** How long each gate waited when a new one comes with each step. */
function waits(scheduler: Scheduler, steps: number, width: number): number[] {
  const pending = Array.from({ length: width }, () => ({ gate: gate(0), since: 0 }));
  return Array.from({ length: steps }, (_, step) => {
    const choice = scheduler.choose(pending.map((one) => one.gate));
    const [opened] = pending.splice(choice, 1);
    pending.push({ gate: gate(0), since: step });
    return step - (opened?.since ?? 0);
  });
}

describe("every schedule of a small program", () => {
  it.each([
    [1, 1],
    [2, 2],
    [3, 6],
    [4, 24],
    [5, 120],
  ])("of %i gates that overlap there are %i, each of them once", (count, expected) => {
    const all = new AllSchedules();
    const seen: string[] = [];
    do seen.push(orderOf(all.scheduler(), count).join());
    while (all.advance());
    expect(seen.length).toBe(expected);
    expect(new Set(seen).size).toBe(expected);
  });

  it("of two clients with two steps each there are 6", () => {
    const all = new AllSchedules();
    const seen = new Set<string>();
    do {
      const scheduler = all.scheduler();
      const left = new Map([
        [0, 2],
        [1, 2],
      ]);
      const order: number[] = [];
      for (let pending = [gate(0), gate(1)]; pending.length > 0;) {
        const client = pending.splice(scheduler.choose(pending), 1)[0]?.client ?? 0;
        order.push(client);
        left.set(client, (left.get(client) ?? 0) - 1);
        if ((left.get(client) ?? 0) > 0) pending = [...pending, gate(client)];
      }
      seen.add(order.join());
    } while (all.advance());
    expect(seen.size).toBe(6);
  });
});

describe("strategies", () => {
  it("first-come opens gates in the order of their arrival", () => {
    expect(orderOf(firstCome, 4)).toEqual([0, 1, 2, 3]);
  });

  it("a written schedule is followed, then first-come; too large a choice means the last gate", () => {
    expect(orderOf(following([2, 9]), 4)).toEqual([2, 3, 0, 1]);
  });

  it("a schedule that nobody can follow is not followed out of bounds", () => {
    expect(orderOf(following([-3, Number.NaN, 0.5]), 3)).toEqual([0, 1, 2]);
  });

  it("delays pass over the gates that are first in line, at their steps only", () => {
    expect(orderOf(withDelays(new Map([[1, 2]])), 4)).toEqual([0, 3, 1, 2]);
  });

  it("last lets a kind of gate wait until nothing else is left", () => {
    expect(
      orderOf(
        last(({ client }) => client === 0 || client === 2),
        4,
      ),
    ).toEqual([1, 3, 0, 2]);
  });

  it("priorities starve single gates for longer than chance does", () => {
    const longest = (scheduler: Scheduler): number => Math.max(...waits(scheduler, 200, 4));
    const starved = [1, 2, 3, 4, 5].map((seed) => longest(byPriority(seededRandom(seed), 0, 200)));
    const random = [1, 2, 3, 4, 5].map((seed) => longest(randomly(seededRandom(seed))));
    expect(Math.min(...starved)).toBeGreaterThan(Math.max(...random));
  });

  it("at a change point the favourite becomes one of the last", () => {
    const pending = [gate(0), gate(1), gate(2)];
    const scheduler = byPriority(seededRandom(5), 1, 1);
    const calm = byPriority(seededRandom(5), 0, 1);
    const demoted = scheduler.choose(pending);
    expect([0, 1, 2]).toContain(demoted);
    expect(scheduler.choose(pending)).toBe(demoted);
    expect(calm.choose(pending)).toBe(calm.choose(pending));
  });
});

describe("the schedules of one search", () => {
  it("begin with first-come", () => {
    expect(orderOf(schedulerOf(0, 9, 20), 5)).toEqual([0, 1, 2, 3, 4]);
  });

  it("are the same for the same index and seed, and others for another seed", () => {
    const orders = (seed: number): string[] =>
      Array.from({ length: 30 }, (_, index) => orderOf(schedulerOf(index, seed, 8), 8).join());
    expect(orders(1)).toEqual(orders(1));
    expect(orders(1).filter((order, index) => order === orders(2)[index]).length).toBeLessThan(10);
    expect(new Set(orders(1)).size).toBeGreaterThan(20);
  });

  it("always choose a gate that is there", () => {
    for (let index = 0; index < 200; index++) {
      expect(orderOf(schedulerOf(index, 3, 4), 6).toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
    }
  });
});
