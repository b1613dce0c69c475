import { sequentialPowerCuts } from "../searches.ts";

export const recoveryIsFinal = sequentialPowerCuts("durable-kv/recovery-is-final", {
  wants: ["unsettled"],
  phases: ["kill, then power cut"],
});
