/** One check for each promise; complete by type. */
import type { Subject } from "#katas/mvcc-store/contract.ts";
import type { InvariantId } from "#katas/mvcc-store/invariants.ts";
import type { AnyExperiment } from "../../harness/experiment.ts";
import { firstPromise } from "./first-promise.ts";

export const experiments: Readonly<Record<InvariantId, AnyExperiment<Subject>>> = {
  "mvcc-store/first-promise": firstPromise,
};
