import type { TestBody } from "../../../harness/learner-test.ts";
import { type Scenes } from "./index.ts";
import { simple } from "./simple.ts";

export const races: Scenes = {
  "64 puts wait for a sync": powerCutAfterPuts({ puts: 64 }),
  "256 puts wait for a sync": powerCutAfterPuts({ puts: 256 }),
  "close is called while puts wait": powerCutAfterPuts({
    puts: 40,
    closing: "\n    const closing = store.close();",
  }),
  "puts of a mebibyte each wait for a sync": powerCutAfterPuts({
    puts: 3,
    written: (index) => `\`value ${index}:\`.padEnd(1_048_576, "x")`,
  }),
  "a write that waits is called again": simple(`
    await store.put(bytes("kept"), bytes("1"));
    await store.put(bytes("gone"), bytes("1"));
    const kept = new Map<string, string | undefined>(); // what was answered
    disk.holdSyncs();
    for (let round = 0; round < 3; round++) {
      store.put(bytes("kept"), bytes("2")).then(
        () => kept.set("kept", "2"),
        () => undefined,
      );
      store.delete(bytes("gone")).then(
        () => kept.set("gone", undefined),
        () => undefined,
      );
      await stillness();
    }
    const reopened = await open(disk.powerCut());
    for (const [key, value] of kept) expect(text(await reopened.get(bytes(key))), key).toBe(value);
  `),
};

function powerCutAfterPuts({
  puts,
  closing = "",
  written = (index) => `\`value ${index}\``,
}: {
  puts: number;
  closing?: string;
  written?: (index: string) => string;
}): TestBody {
  return simple(`
    const endSyncs = disk.holdSyncs(); // the first sync is slow, so that all the others wait for it
    const first = store.put(bytes("k0"), bytes(${written("0")}));
    await stillness();
    const puts = Array.from({ length: ${puts} }, (_, index) =>
      store.put(bytes(\`k\${index + 1}\`), bytes(${written("${index + 1}")})),
    );${closing}
    await stillness();
    endSyncs();
    const outcomes = await Promise.allSettled([first, ...puts]);${closing === "" ? "" : "\n    await closing;"}

    const reopened = await open(disk.powerCut());
    for (const [index, { status }] of outcomes.entries()) {
      if (status === "rejected") continue;
      const isKept = text(await reopened.get(bytes(\`k\${index}\`))) === ${written("${index}")};
      expect(isKept, \`k\${index} is there\`).toBe(true);
    }
  `);
}
