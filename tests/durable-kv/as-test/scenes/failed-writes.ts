import { type Scenes } from "./index.ts";
import { scene, simple } from "./simple.ts";

export const failedWrites: Scenes = {
  "one sync after another fails": failuresInARow("{ failSync: disk.counts.syncs + later }"),
  "the disk is full again and again": failuresInARow(
    "{ fullDisk: { append: disk.counts.appends + later, appends: 1, bytesKept: 9 } }",
  ),
  "what a get reads cannot be read": simple(`
    await store.put(bytes("a"), bytes("1"));
    await store.put(bytes("b"), bytes("2"));
    for (let call = 0; call < 3; call++) {
      disk.faults = { failCall: disk.counts.calls + call };
      const read = await store.get(bytes("a")).catch(() => bytes("1")); // it may reject
      expect(text(read)).toBe("1");
      disk.faults = {};
    }

    const reopened = await open(disk.kill());
    expect(text(await reopened.get(bytes("a")))).toBe("1");
  `),
};

function failuresInARow(faults: string): Scenes[string] {
  return scene(`
    for (const later of [0, 1, 2]) {
      const disk = createCrashDisk();
      const store = await open(disk);
      const kept = new Map<string, string>(); // what was answered
      for (let index = 0; index < 12; index++) {
        if (index % 3 === 1) disk.faults = ${faults};
        await store.put(bytes(\`k\${index}\`), bytes(\`\${index}\`.padEnd(40, "x"))).then(
          () => kept.set(\`k\${index}\`, \`\${index}\`.padEnd(40, "x")),
          () => undefined,
        );
      }
      const reopened = await open(disk.powerCut());
      for (const [key, value] of kept) expect(text(await reopened.get(bytes(key))), key).toBe(value);
    }
  `);
}
