/** A recovery shows something; the power goes again, at once or after new commits: nothing of it is taken back. */
import { drawWork, secondLife, sectorOf } from "../durable/case.ts";
import { hunting } from "../durable/hunt.ts";

const keys = ["a", "b", "c"];

export const recoveryIsFinal = hunting({
  promise: "mvcc-store/recovery-is-final",
  hunt: {
    wants: ["unsettled", "not whole", "another winner", "stuck", "refused"],
    phases: ["kill, then power cut", "second life", "second crash"],
    names: "strict",
    hang: "tolerated",
  },
  cases: 18,
  always: [
    { clients: [[{ writes: [["a", 1]] }]], second: [...secondLife], sectorBytes: 16 },
    {
      clients: [
        [
          {
            writes: [
              ["a", 1],
              ["b", 2],
            ],
          },
          {
            writes: [
              ["b", null],
              ["c", 3],
            ],
          },
        ],
      ],
      second: [...secondLife],
      sectorBytes: 16,
    },
  ],
  draw: (random, index) => {
    const clients = [1, 2, 3][index % 3] ?? 1;
    const mix = { transactions: clients === 1 ? 3 : 1, keys, writes: 3, deletes: 2, reads: 0 };
    return {
      clients: Array.from({ length: clients }, (_, client) =>
        drawWork(random, mix, client * 100 + 1),
      ),
      second: [...secondLife],
      thinning: 6,
      draw: { index, seed: random.below(1_000_000) },
      sectorBytes: sectorOf(index),
    };
  },
});
