import { sequentialPowerCuts } from "../power-cuts.ts";

export const opensAfterAnyCrash = sequentialPowerCuts("durable-kv/opens-after-any-crash", {
  wants: ["refused"],
  phases: ["crash", "second crash"],
});
