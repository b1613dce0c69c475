import { sequentialPowerCuts } from "../power-cuts.ts";

export const noInventedValues = sequentialPowerCuts("durable-kv/no-invented-values", {
  wants: ["invented"],
  phases: ["crash"],
});
