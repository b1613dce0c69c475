/** One check for each promise; complete by type. */
import type { Subject } from "#katas/lsm-tree/contract.ts";
import type { InvariantId } from "#katas/lsm-tree/invariants.ts";
import type { AnyExperiment } from "../../harness/experiment.ts";
import { firstPromise } from "./first-promise.ts";

export const experiments: Readonly<Record<InvariantId, AnyExperiment<Subject>>> = {
  "lsm-tree/first-promise": firstPromise,
};
