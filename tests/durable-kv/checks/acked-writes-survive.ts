import { sequentialPowerCuts } from "../power-cuts.ts";

export const ackedWritesSurvive = sequentialPowerCuts("durable-kv/acked-writes-survive", {
  wants: ["lost"],
  phases: ["crash", "second crash"],
});
