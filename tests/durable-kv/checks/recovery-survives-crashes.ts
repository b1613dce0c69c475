import { hunting, oneClient, sectorOf } from "../hunting.ts";

const keys = ["a", "b"];

export const recoverySurvivesCrashes = hunting({
  promise: "durable-kv/recovery-survives-crashes",
  hunt: {
    wants: ["lost", "invented", "refused"],
    phases: ["crash in recovery"],
    names: "core",
    errorsInRecovery: true,
  },
  cases: 8,
  draw: (random, index) => ({
    clients: oneClient(random, { operations: 2 + (index % 4), keys, gets: 0, deletes: 0.2, sizes: [4, 12, 40, 90] }),
    ...(index % 4 < 2 ? {} : { thinning: 4 }),
    closes: index % 4 === 3,
    sectorBytes: sectorOf(index),
  }),
});
