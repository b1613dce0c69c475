/**
 * The searches of a kata whose subject is a store of keys and values, from what the kata declares:
 *
 *     export const { hunting, livesOf, staged } = searchesOf<Subject, Store, Options, Id>(declared);
 */
import type { Experiment } from "../experiment.ts";
import type { Claims } from "../on-disk/disk-subject.ts";
import { playing, type SceneCase } from "../on-disk/scene.ts";
import type { Case } from "./case.ts";
import type { Hunt } from "./hunt.ts";
import { hunting, type HuntingExperiment, type HuntingPlan } from "./hunting.ts";
import { livesOf, type LivesExperiment, type LivesPlan } from "./lives.ts";
import { concurrentPowerCuts, sequentialPowerCuts } from "./power-cuts.ts";
import { StoreStage } from "./stage.ts";
import type { StoreKata } from "./store-kata.ts";

type CrashHunt = Pick<Hunt, "wants" | "phases">;

export interface Searches<
  Exports extends Claims,
  Store,
  Options extends object,
  Id extends string,
> {
  /** Cases drawn from a seed, crashed at every moment. */
  readonly hunting: (plan: HuntingPlan<Options, Id>) => HuntingExperiment<Exports, Options>;

  /** Many lives in a row on one disk. */
  readonly livesOf: (plan: LivesPlan<Options, Id>) => LivesExperiment<Exports, Options>;

  /** One client, power cuts. */
  readonly sequentialPowerCuts: (
    promise: Id,
    hunt: CrashHunt,
  ) => Experiment<Exports, Case<Options>>;

  /** Clients that overlap, power cuts. */
  readonly concurrentPowerCuts: (
    promise: Id,
    hunt: CrashHunt,
    size: { cases: number; gets: number; readsAtEnd: boolean },
  ) => Experiment<Exports, Case<Options>>;

  /** Scenes in which the disk waits. */
  readonly staged: (
    promise: Id,
    scenes: Readonly<Record<string, (stage: StoreStage<Exports, Store, Options>) => Promise<void>>>,
  ) => Experiment<Exports, SceneCase>;
}

export function searchesOf<
  Exports extends Claims,
  Store,
  Options extends object,
  Id extends string,
>(declared: StoreKata<Exports, Store, Options>): Searches<Exports, Store, Options, Id> {
  return {
    hunting: (plan) => hunting(declared, plan),
    livesOf: (plan) => livesOf(declared, plan),
    sequentialPowerCuts: (promise, hunt) => sequentialPowerCuts(declared, promise, hunt),
    concurrentPowerCuts: (promise, hunt, size) =>
      concurrentPowerCuts(declared, promise, hunt, size),
    staged: (promise, scenes) => {
      const { version } = declared.kata;
      return playing<Exports>(
        promise,
        version,
        Object.keys(scenes),
        async (subject, { scene, seed }, listener) => {
          const exports = await subject.fresh();
          const stage = new StoreStage(declared, { subject, exports, scene, seed, listener });
          try {
            await scenes[scene]?.(stage);
          } finally {
            stage.port.fence();
          }
          return 1;
        },
      );
    },
  };
}
