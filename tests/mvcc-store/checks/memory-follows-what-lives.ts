/** Long histories of large values and of many keys; then everybody is done, and memory is measured. */
import { measureMemory, type MemoryCase, shareOf } from "../memory.ts";
import { storeExperiment } from "../store-experiment.ts";

const cases: readonly Omit<MemoryCase, "seed" | "share">[] = [
  { history: "deletes", readers: "long", keys: 50, writes: 100 },
  { history: "overwrites", readers: "long", keys: 400, writes: 4 },
  // So many transactions that even what little is kept of each would be seen.
  { history: "deletes", readers: "short", keys: 50, writes: 1 },
  { history: "overwrites", readers: "short", keys: 2000, writes: 16 },
];

export const memoryFollowsWhatLives = storeExperiment<MemoryCase>({
  promise: "mvcc-store/memory-follows-what-lives",
  *cases({ seed, effort }) {
    const count = effort < 0.5 ? 2 : cases.length;
    for (const testCase of cases.slice(0, count))
      yield { ...testCase, seed, share: shareOf(effort) };
  },
  judge: measureMemory,
});
