/**
 * Lost wake-ups show when something starves for long, so most schedules here are PCT and random; and
 * close is called while other calls are under way.
 */
import { crowd, hunting } from "../hunting.ts";
import { closeWaited } from "../live.ts";

export const everyCallIsAnswered = hunting({
  promise: "durable-kv/every-call-is-answered",
  hunt: { wants: [], phases: [], names: "core", hang: "broken", live: closeWaited },
  cases: 2000,
  draw: (random, index) => {
    const clients = crowd(random, index, {
      keys: ["a", "b"],
      gets: 0.25,
      deletes: 0.2,
      sizes: [4, 40],
    });
    if (index % 2 === 0) clients.push([{ kind: "close" }]);
    return { clients, draw: { index, seed: random.below(1_000_000) }, sectorBytes: 32 };
  },
});
