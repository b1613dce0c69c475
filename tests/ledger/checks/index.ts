/** One check for each promise; complete by type. */
import type { Subject } from "#katas/ledger/contract.ts";
import type { InvariantId } from "#katas/ledger/invariants.ts";
import type { AnyExperiment } from "../../harness/experiment.ts";
import { firstPromise } from "./first-promise.ts";

export const experiments: Readonly<Record<InvariantId, AnyExperiment<Subject>>> = {
  "ledger/first-promise": firstPromise,
};
