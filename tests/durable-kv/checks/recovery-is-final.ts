import { sequentialPowerCuts } from "../power-cuts.ts";

export const recoveryIsFinal = sequentialPowerCuts("durable-kv/recovery-is-final", {
  wants: ["unsettled"],
  phases: ["kill, then power cut"],
});
