import { sequentialPowerCuts } from "../searches.ts";

export const noInventedValues = sequentialPowerCuts("durable-kv/no-invented-values", {
  wants: ["invented"],
  phases: ["crash"],
});
