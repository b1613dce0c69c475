import { sequentialPowerCuts } from "../searches.ts";

export const opensAfterAnyCrash = sequentialPowerCuts("durable-kv/opens-after-any-crash", {
  wants: ["refused"],
  phases: ["crash", "second crash"],
});
