import { hunting } from "../searches.ts";
import { oneClient, secondLife, sectorOf } from "../../harness/key-value/hunting.ts";

const keys = ["a", "b"];

export const directoryOrderIsNotAssumed = hunting({
  promise: "durable-kv/directory-order-is-not-assumed",
  hunt: {
    wants: ["lost", "invented", "refused"],
    phases: ["crash", "second crash"],
    names: "strict",
  },
  cases: 16,
  draw: (random, index) => ({
    clients: oneClient(random, {
      operations: 2 + (index % 4),
      keys,
      gets: 0,
      deletes: 0.2,
      sizes: [4, 40],
    }),
    second: secondLife(keys),
    thinning: 3,
    closes: index % 2 === 1,
    sectorBytes: sectorOf(index),
  }),
});
