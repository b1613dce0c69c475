/** What the grader runs against a subject of this kata. */
import type { Subject } from "#katas/lsm-tree/contract.ts";
import { type InvariantId, invariants } from "#katas/lsm-tree/invariants.ts";
import { kata } from "#katas/lsm-tree/kata.ts";
import { spokenThrough } from "../harness/spoken-subject.ts";
import { suiteOf } from "../harness/suite-of.ts";
import { asTest } from "./as-test.ts";
import { experiments } from "./checks/index.ts";
import { countOperations } from "./operation-counts.ts";

export const suite = suiteOf<Subject, InvariantId>({
  kata,
  invariants,
  factories: ["openLsmTree"],
  experiments,
  asTest,
  operations: countOperations,
  runCheck: spokenThrough<Subject>({
    factory: "openLsmTree",
    methods: ["get", "put", "delete", "range", "flush", "compact", "close"],
  }),
});
