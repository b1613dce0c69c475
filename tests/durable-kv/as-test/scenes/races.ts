import type { TestBody } from "../../../harness/learner-test.ts";
import { type Scenes } from "./index.ts";
import { simple } from "./simple.ts";

export const races: Scenes = {
  "64 puts wait for a sync": powerCutAfterPuts(64),
  "256 puts wait for a sync": powerCutAfterPuts(256),
  "close is called while puts wait": powerCutAfterPuts(40, "\n    const closing = store.close();"),
};

function powerCutAfterPuts(puts: number, closing = ""): TestBody {
  return simple(`
    const endSyncs = disk.holdSyncs(); // the first sync is slow, so that all the others wait for it
    const first = store.put(bytes("k0"), bytes("value 0"));
    await stillness();
    const puts = Array.from({ length: ${puts} }, (_, index) =>
      store.put(bytes(\`k\${index + 1}\`), bytes(\`value \${index + 1}\`)),
    );${closing}
    await stillness();
    endSyncs();
    const outcomes = await Promise.allSettled([first, ...puts]);${closing === "" ? "" : "\n    await closing;"}

    const reopened = await open(disk.powerCut());
    for (const [index, { status }] of outcomes.entries()) {
      if (status === "rejected") continue;
      expect(text(await reopened.get(bytes(\`k\${index}\`))), \`k\${index}\`).toBe(\`value \${index}\`);
    }
  `);
}
