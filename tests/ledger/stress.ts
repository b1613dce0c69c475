import type { Stress } from "../harness/check.ts";

/** Scaffold: the code under real threads, and real kills where it is durable. Safety only: nothing depends on order or speed. */
export const stress: Stress = async () => ({
  status: "skipped",
  reason: "tests/ledger/stress.ts is not written yet",
  broken: [],
  threads: 0,
  seconds: 0,
  operations: 0,
  kills: 0,
});
