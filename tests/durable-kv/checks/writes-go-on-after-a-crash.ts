import { kata } from "#katas/durable-kv/kata.ts";
import { together } from "../../harness/experiment.ts";
import { livesOf, sequentialPowerCuts } from "../searches.ts";

export const writesGoOnAfterACrash = together(
  "durable-kv/writes-go-on-after-a-crash",
  kata.version,
  [
    sequentialPowerCuts("durable-kv/writes-go-on-after-a-crash", {
      wants: ["hidden"],
      phases: ["second life"],
    }),
    livesOf({
      promise: "durable-kv/writes-go-on-after-a-crash",
      crash: "alternating",
      deletes: 0.25,
      names: "core",
      cases: 160,
    }),
  ],
);
