/** What the grader runs against a subject of this kata. */
import type { Subject } from "#katas/ledger/contract.ts";
import { type InvariantId, invariants } from "#katas/ledger/invariants.ts";
import { kata } from "#katas/ledger/kata.ts";
import { suiteOf } from "../harness/suite-of.ts";
import { asTest } from "./as-test.ts";
import { experiments } from "./checks/index.ts";
import { countOperations } from "./operation-counts.ts";

export const suite = suiteOf<Subject, InvariantId>({
  kata,
  invariants,
  factories: ["createLedger"],
  experiments,
  asTest,
  operations: countOperations,
});
