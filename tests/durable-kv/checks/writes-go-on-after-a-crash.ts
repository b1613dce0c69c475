import { sequentialPowerCuts } from "../power-cuts.ts";

export const writesGoOnAfterACrash = sequentialPowerCuts("durable-kv/writes-go-on-after-a-crash", {
  wants: ["hidden"],
  phases: ["second life"],
});
