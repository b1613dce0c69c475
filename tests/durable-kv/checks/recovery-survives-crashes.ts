import { kata } from "#katas/durable-kv/kata.ts";
import { together } from "../../harness/experiment.ts";
import { livesOf, hunting } from "../searches.ts";
import { oneClient, sectorOf } from "../../harness/key-value/hunting.ts";

const keys = ["a", "b"];

export const recoverySurvivesCrashes = together(
  "durable-kv/recovery-survives-crashes",
  kata.version,
  [
    hunting({
      promise: "durable-kv/recovery-survives-crashes",
      hunt: {
        wants: ["lost", "invented", "refused"],
        phases: ["crash in recovery"],
        names: "core",
        errorsInRecovery: true,
      },
      cases: 14,
      draw: (random, index) => ({
        clients: oneClient(random, {
          operations: 2 + (index % 4),
          keys,
          gets: 0,
          deletes: 0.2,
          sizes: [4, 12, 40, 90],
        }),
        ...(index % 4 < 2 ? {} : { thinning: 4 }),
        closes: index % 4 === 3,
        sectorBytes: sectorOf(index),
      }),
    }),
    livesOf({
      promise: "durable-kv/recovery-survives-crashes",
      crash: "power cut",
      deletes: 0.25,
      names: "core",
      cases: 240,
    }),
  ],
);
