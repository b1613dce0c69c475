import { concurrentPowerCuts } from "../power-cuts.ts";

export const racesSurviveAsAnswered = concurrentPowerCuts(
  "durable-kv/races-survive-as-answered",
  {
    wants: ["lost", "invented", "refused", "hidden", "unsettled"],
    phases: ["crash", "second life", "kill, then power cut"],
  },
  0.1,
);
