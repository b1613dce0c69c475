/** The same while there is no moment without an open transaction, none of which stays open for long. */
import { measureMemory, type MemoryCase } from "../memory.ts";
import { storeExperiment } from "../store-experiment.ts";

const cases: readonly Omit<MemoryCase, "seed">[] = [
  { history: "overwrites", readers: "one after the other", keys: 400 },
  { history: "deletes", readers: "one after the other", keys: 50 },
];

export const collectionNeedsNoPause = storeExperiment<MemoryCase>({
  promise: "mvcc-store/collection-needs-no-pause",
  *cases({ seed, effort }) {
    const count = effort < 0.2 ? 1 : cases.length;
    for (const testCase of cases.slice(0, count)) yield { ...testCase, seed };
  },
  judge: measureMemory,
});
