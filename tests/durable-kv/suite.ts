/** What the grader runs against a subject of this kata. */
import type { Subject } from "#katas/durable-kv/contract.ts";
import { type InvariantId, invariants } from "#katas/durable-kv/invariants.ts";
import { kata } from "#katas/durable-kv/kata.ts";
import { spokenThrough } from "../harness/spoken-subject.ts";
import { suiteOf } from "../harness/suite-of.ts";
import { asTest } from "./as-test.ts";
import { experiments } from "./checks/index.ts";
import { countOperations } from "./operation-counts.ts";

export const suite = suiteOf<Subject, InvariantId>({
  kata,
  invariants,
  factories: ["openDurableKv"],
  experiments,
  asTest,
  operations: countOperations,
  runCheck: spokenThrough<Subject>({
    factory: "openDurableKv",
    methods: ["get", "put", "delete", "compact", "close"],
  }),
});
