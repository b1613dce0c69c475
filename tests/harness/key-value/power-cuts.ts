/**
 * The crash checks: which violations each looks for, and the workloads that make them show.
 */
import type { Phase } from "../check.ts";
import type { Experiment } from "../experiment.ts";
import type { Claims } from "../on-disk/disk-subject.ts";
import type { Case } from "./case.ts";
import type { Hunt } from "./hunt.ts";
import { crowd, hunting, oneClient, secondLife, sectorOf } from "./hunting.ts";
import type { StoreKata } from "./store-kata.ts";

const keys = ["a", "b", "key"];

/** Level 2: one client, power cuts, names lost in order. */
export function sequentialPowerCuts<Exports extends Claims, Store, Options extends object>(
  store: StoreKata<Exports, Store, Options>,
  promise: string,
  hunt: Pick<Hunt, "wants" | "phases">,
): Experiment<Exports, Case<Options>> {
  const second = secondLife(keys);
  return hunting(store, {
    promise,
    hunt: { names: "core", ...hunt },
    cases: 24,
    always: [
      { clients: [[{ kind: "put", key: "a", value: 1, size: 20 }]], second, sectorBytes: 16 },
      {
        clients: [
          [
            { kind: "put", key: "a", value: 1, size: 20_000 },
            { kind: "put", key: "b", value: 2, size: 100_000 },
            { kind: "delete", key: "key" },
          ],
        ],
        thinning: 8,
        sectorBytes: 64,
      },
      {
        clients: [
          [
            { kind: "put", key: "a", value: 1, size: 40 },
            { kind: "delete", key: "a" },
            { kind: "put", key: "b", value: 2, size: 100 },
          ],
        ],
        second,
        sectorBytes: 32,
      },
    ],
    draw: (random, index) => ({
      clients: oneClient(random, {
        operations: 3 + (index % 5),
        keys: keys.slice(0, 2 + (index % 2)),
        gets: 0,
        deletes: 0.2,
        sizes: [4, 12, 40, 90, 200],
      }),
      second,
      ...(index % 5 < 1 ? {} : { thinning: 4 }),
      closes: index % 4 === 3,
      sectorBytes: sectorOf(index),
    }),
  });
}

/** Level 3: clients that overlap, under schedules of every kind. */
export function concurrentPowerCuts<Exports extends Claims, Store, Options extends object>(
  store: StoreKata<Exports, Store, Options>,
  promise: string,
  hunt: Pick<Hunt, "wants" | "phases">,
  { cases, gets, readsAtEnd }: { cases: number; gets: number; readsAtEnd: boolean },
): Experiment<Exports, Case<Options>> {
  // Each case looks at crashes, and at one of the things that may come after one.
  const [first, ...later] = hunt.phases;
  const phasesOf = (index: number): Phase[] =>
    [first, later[(index >> 1) % later.length]].filter((phase) => phase !== undefined);
  return hunting(store, {
    promise,
    hunt: { names: "core", hang: "tolerated", ...hunt },
    cases,
    draw: (random, index) => ({
      clients: crowd(random, index, {
        keys: keys.slice(0, 1 + (index % 2)),
        gets,
        deletes: 0.15,
        sizes: [4, 12, 40, 90],
      }),
      readsAtEnd,
      second: secondLife(keys),
      thinning: 8,
      phases: phasesOf(index),
      draw: { index, seed: random.below(1_000_000) },
      sectorBytes: sectorOf(index),
    }),
  });
}
