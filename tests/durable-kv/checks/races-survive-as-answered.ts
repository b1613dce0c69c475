import { concurrentPowerCuts } from "../power-cuts.ts";

export const racesSurviveAsAnswered = concurrentPowerCuts(
  "durable-kv/races-survive-as-answered",
  {
    // Reads come only when every write is answered: what they show is who has won.
    wants: ["lost", "invented", "refused", "seen", "hidden", "unsettled"],
    phases: ["crash", "second life", "kill, then power cut"],
  },
  { gets: 0, readsAtEnd: true },
);
