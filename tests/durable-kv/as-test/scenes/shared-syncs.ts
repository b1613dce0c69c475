import type { TestBody } from "../../../harness/learner-test.ts";
import { type Scenes } from "./index.ts";
import { simple } from "./simple.ts";

export const sharedSyncs: Scenes = {
  "8 puts of 8 keys": putTogether(8, 8),
  "64 puts of 64 keys": putTogether(64, 64),
  "256 puts of 256 keys": putTogether(256, 256),
  "64 puts of one key": putTogether(64, 1),
};

function putTogether(puts: number, keys: number): TestBody {
  const key = keys === 1 ? `"k"` : "`k${index}`";
  return simple(`
    const before = disk.counts.syncs;
    const endSyncs = disk.holdSyncs(); // the first sync is slow, so that all the others wait for it
    const puts = Array.from({ length: ${puts} }, (_, index) =>
      store.put(bytes(${key}), bytes(\`value \${index}\`)),
    );
    await stillness();
    endSyncs();
    await Promise.all(puts);
    expect(disk.counts.syncs - before, "syncs of files").toBeLessThanOrEqual(3);
  `);
}
