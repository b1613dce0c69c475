/** The searches of the harness, for the stores of this kata. */
import type { DurableKv, Subject } from "#katas/durable-kv/contract.ts";
import type { InvariantId } from "#katas/durable-kv/invariants.ts";
import { searchesOf } from "../harness/key-value/searches.ts";
import { StoreStage } from "../harness/key-value/stage.ts";
import { durableKv, type Options } from "./adapter.ts";

export const { hunting, livesOf, sequentialPowerCuts, concurrentPowerCuts, staged } = searchesOf<
  Subject,
  DurableKv,
  Options,
  InvariantId
>(durableKv);

export const Stage = StoreStage;
export type Stage = StoreStage<Subject, DurableKv, Options>;
