/**
 * Live only: thousands of cheap schedules. Two clients with two calls each are searched through, larger
 * programs are drawn.
 */
import type { Experiment } from "../../harness/experiment.ts";
import type { Subject } from "#katas/durable-kv/contract.ts";
import type { Case } from "../../harness/key-value/case.ts";
import { crowd } from "../../harness/key-value/hunting.ts";
import { hunting } from "../searches.ts";
import { liveHistory } from "../../harness/key-value/live.ts";
import type { Operation } from "../../harness/key-value/workload.ts";

const put = (value: number): Operation => ({ kind: "put", key: "a", value, size: 4 });
const get: Operation = { kind: "get", key: "a" };
const remove: Operation = { kind: "delete", key: "a" };

export const callsLookSequential: Experiment<Subject, Case> = hunting({
  promise: "durable-kv/calls-look-sequential",
  hunt: { wants: [], phases: [], names: "core", hang: "tolerated", live: liveHistory },
  cases: 4000,
  always: [
    {
      clients: [
        [put(1), get],
        [put(101), get],
      ],
      sectorBytes: 32,
    },
    {
      clients: [
        [put(1), put(2)],
        [get, get],
      ],
      sectorBytes: 32,
    },
    {
      clients: [
        [put(1), remove],
        [put(101), get],
      ],
      sectorBytes: 32,
    },
  ].flatMap((testCase) =>
    Array.from({ length: 40 }, (_, index) => ({ ...testCase, draw: { index, seed: 7 } })),
  ),
  draw: (random, index) => ({
    clients: crowd(random, index, {
      keys: ["a", "b"].slice(0, 1 + (index % 2)),
      gets: 0.4,
      deletes: 0.15,
      sizes: [4, 40],
    }),
    draw: { index, seed: random.below(1_000_000) },
    sectorBytes: 32,
  }),
});
