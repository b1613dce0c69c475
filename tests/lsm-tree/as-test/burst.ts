/**
 * A burst as a test: the same clients, a few microtasks apart, in many draws, for the microtasks of one run hold for
 * one code only.
 */
import { judged } from "../../harness/key-value/as-test/clients.ts";
import { openHelper } from "../../harness/key-value/as-test/text.ts";
import type { TestBody } from "../../harness/learner-test.ts";
import { block } from "../../harness/source-text.ts";
import type { BurstCase } from "../bursts.ts";
import { words } from "./words.ts";

const draws = 400;
const hunt = { wants: [], phases: [], names: "core" } as const;

export function burstAsTest({ clients, options, shortReads }: BurstCase): TestBody {
  const faults = shortReads === undefined ? "" : `{ faults: { shortReads: ${shortReads} } }`;
  return {
    lines: [
      ...openHelper(words, { options }),
      "",
      ...block(`for (let draw = 1; draw <= ${draws}; draw++) {`, [
        `const random = seededRandom(draw);`,
        `const pause = async () => {`,
        `  for (let turns = random.below(random.below(4) === 0 ? 40 : 5); turns > 0; turns--) await undefined;`,
        `};`,
        `const world = {`,
        `  disk: createCrashDisk(${faults}),`,
        `  together: (...clients: (() => Promise<void>)[]) =>`,
        `    Promise.all(clients.map((client) => pause().then(client))),`,
        `};`,
        ...judged(words, hunt, { clients, options, sectorBytes: 32 }),
      ]),
    ],
    timeoutMs: 30_000,
  };
}
