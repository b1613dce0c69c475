/** The workloads of the crash checks: memtables of two to four keys, so that flushes happen all the time. */
import type { Subject } from "#katas/lsm-tree/contract.ts";
import type { InvariantId } from "#katas/lsm-tree/invariants.ts";
import type { Phase } from "../harness/check.ts";
import type { Experiment } from "../harness/experiment.ts";
import type { Case } from "../harness/key-value/case.ts";
import type { Hunt } from "../harness/key-value/hunt.ts";
import { crowd, oneClient, secondLife, sectorOf } from "../harness/key-value/hunting.ts";
import type { Operation } from "../harness/key-value/workload.ts";
import { flushing, type Options } from "./adapter.ts";
import { hunting, huntingByRange } from "./searches.ts";

const keys = ["a", "b", "key"];

const put = (key: string, value: number, size: number): Operation => ({
  kind: "put",
  key,
  value,
  size,
});
const remove = (key: string): Operation => ({ kind: "delete", key });
const flush: Operation = { kind: "flush" };

const killThinning = 2;

/** One client, power cuts, names lost in order. */
export function sequentialCrashes(
  promise: InvariantId,
  hunt: Pick<Hunt, "wants" | "phases" | "killsBeforeRecovery">,
  cases: number,
): Experiment<Subject, Case<Options>> {
  const second = [...secondLife(keys), flush];
  const phasesOf = alternating(hunt.phases);
  // There are far fewer kills than power cuts.
  const thinned = (thinning: number): number =>
    hunt.killsBeforeRecovery === true ? killThinning : thinning;
  return hunting({
    promise,
    hunt: { names: "core", ...hunt },
    cases,
    always: [
      { clients: [[put("a", 1, 20)]], second, thinning: thinned(12), sectorBytes: 16 },
      { clients: [[put("a", 1, 20), flush]], second, thinning: thinned(24), sectorBytes: 32 },
      {
        clients: [[put("a", 1, 20), put("b", 2, 40), flush, remove("a"), put("b", 3, 4), flush]],
        second,
        thinning: thinned(72),
        sectorBytes: 16,
      },
      {
        clients: [[put("a", 1, 3000), put("b", 2, 9000), remove("key"), put("a", 3, 70)]],
        options: { memtableThreshold: 2 },
        thinning: thinned(72),
        sectorBytes: 64,
      },
    ],
    draw: (random, index) => ({
      clients: oneClient(random, {
        operations: 4 + (index % 5),
        keys: keys.slice(0, 2 + (index % 2)),
        gets: 0,
        deletes: 0.25,
        others: [flushing(0.15)],
        sizes: [4, 12, 40, 90, 200],
      }),
      second,
      options: { memtableThreshold: 1 + (index % 3) },
      thinning: thinned(thinningOf(phasesOf(index))),
      phases: phasesOf(index),
      closes: index % 4 === 3,
      sectorBytes: sectorOf(index),
    }),
  });
}

/** Clients that overlap, under schedules of every kind. */
export function concurrentCrashes(
  promise: InvariantId,
  hunt: Pick<Hunt, "wants" | "phases">,
  {
    cases,
    gets,
    readsAtEnd,
    reads = "get",
  }: { cases: number; gets: number; readsAtEnd: boolean; reads?: "get" | "range" },
): Experiment<Subject, Case<Options>> {
  const phasesOf = alternating(hunt.phases);
  return (reads === "get" ? hunting : huntingByRange)({
    promise,
    hunt: { names: "core", hang: "tolerated", ...hunt },
    cases,
    draw: (random, index) => ({
      clients: crowd(random, index, {
        keys: keys.slice(0, 1 + (index % 2)),
        gets,
        deletes: 0.15,
        others: [flushing(0.12)],
        sizes: [4, 12, 40, 90],
      }),
      readsAtEnd,
      second: secondLife(keys),
      options: { memtableThreshold: 1 + (index % 3) },
      thinning: 24,
      phases: phasesOf(index >> 1),
      draw: { index, seed: random.below(1_000_000) },
      sectorBytes: sectorOf(index),
    }),
  });
}

/**
 * Second lives are crashed at every moment too, so fewer of them are lived. Where the kills are all that there is to look
 * at, more of them are: a tree of few files has few moments between an append and its sync.
 */
export function thinningOf(phases: readonly Phase[]): number {
  if (phases.every((phase) => phase === "kill, then power cut")) return 3;
  return phases.includes("second crash") ? 140 : 28;
}

/** Each case looks at crashes, and at one of the things that may come after one. */
function alternating(phases: readonly Phase[]): (index: number) => Phase[] {
  const [first, ...later] = phases;
  return (index) => [first, later[index % later.length]].filter((phase) => phase !== undefined);
}
