/** The searches of the harness, for the trees of this kata. */
import type { LsmTree, Subject } from "#katas/lsm-tree/contract.ts";
import type { InvariantId } from "#katas/lsm-tree/invariants.ts";
import { searchesOf } from "../harness/key-value/searches.ts";
import { StoreStage } from "../harness/key-value/stage.ts";
import { lsmTree, type Options, readByRange } from "./adapter.ts";

export const { hunting, livesOf, staged } = searchesOf<Subject, LsmTree, Options, InvariantId>(
  lsmTree,
);

/** Hunts whose gets are ranges of one key. */
export const { hunting: huntingByRange } = searchesOf<Subject, LsmTree, Options, InvariantId>(
  readByRange,
);

export const Stage = StoreStage;
export type Stage = StoreStage<Subject, LsmTree, Options>;
