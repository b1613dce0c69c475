/** Long histories of large values and of many keys; then everybody is done, and memory is measured. */
import { measureMemory, type MemoryCase } from "../memory.ts";
import { storeExperiment } from "../store-experiment.ts";

const cases: readonly Omit<MemoryCase, "seed">[] = [
  { history: "overwrites", readers: "long", keys: 400 },
  { history: "deletes", readers: "long", keys: 50 },
  { history: "overwrites", readers: "short", keys: 2000 },
];

export const memoryFollowsWhatLives = storeExperiment<MemoryCase>({
  promise: "mvcc-store/memory-follows-what-lives",
  *cases({ seed, effort }) {
    const count = effort < 0.2 ? 2 : cases.length;
    for (const testCase of cases.slice(0, count)) yield { ...testCase, seed };
  },
  judge: measureMemory,
});
