/** Clients read while others commit; whatever one of them has read, no crash may take back. */
import { drawWork, sectorOf } from "../durable/case.ts";
import { hunting } from "../durable/hunt.ts";

export const seenIsSafe = hunting({
  promise: "mvcc-store/seen-is-safe",
  hunt: { wants: ["seen, then gone"], phases: ["crash"], names: "strict", hang: "tolerated" },
  cases: 70,
  draw: (random, index) => {
    const keys = ["a", "b", "c"].slice(0, 1 + (index % 3));
    const mix = { transactions: 2, keys, writes: 2, deletes: 1, reads: 5 };
    return {
      clients: Array.from({ length: 2 + (index % 3) }, (_, client) =>
        drawWork(random, mix, client * 100 + 1),
      ),
      draw: { index, seed: random.below(1_000_000) },
      sectorBytes: sectorOf(index),
    };
  },
});
