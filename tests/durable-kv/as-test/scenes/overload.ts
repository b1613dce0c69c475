import type { TestBody } from "../../../harness/learner-test.ts";
import { type Scenes } from "./index.ts";
import { scene } from "./simple.ts";

export const overload: Scenes = {
  "one writer may wait": waiting(1),
  "four writers may wait": waiting(4),
  "sixteen writers may wait": waiting(16),
  "the default limit of 1024": scene(`
    const disk = createCrashDisk();
    const store = await openDurableKv({ disk, directory: "store" });
    const endSyncs = disk.holdSyncs();
    const puts = Array.from({ length: 1025 }, (_, index) => store.put(bytes(\`k\${index}\`), bytes("1")));
    const outcomes = Promise.allSettled(puts);
    await stillness();
    endSyncs();
    for (const [index, outcome] of (await outcomes).entries()) {
      const expected =
        index < 1024 ? { status: "fulfilled" } : { status: "rejected", reason: { code: "OVERLOADED" } };
      expect(outcome, \`put \${index}\`).toMatchObject(expected);
    }
  `),
  "bad arguments do not wait": scene(`
    const disk = createCrashDisk();
    const store = await openDurableKv({ disk, directory: "store", writersWaitingMax: 2 });
    for (let index = 0; index < 4; index++) {
      await expect(store.put(new Uint8Array(0), bytes("1"))).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
    await Promise.all([store.put(bytes("a"), bytes("1")), store.put(bytes("b"), bytes("2"))]);
    expect(await store.get(bytes("b"))).toEqual(bytes("2"));
  `),
  "a hundred calls, none of them awaited": scene(`
    const disk = createCrashDisk();
    const store = await openDurableKv({ disk, directory: "store", writersWaitingMax: 10 });
    const endSyncs = disk.holdSyncs();
    const puts = Array.from({ length: 100 }, (_, index) => store.put(bytes(\`k\${index}\`), bytes("1")));
    const outcomes = Promise.allSettled(puts);
    await stillness();
    endSyncs();
    for (const [index, outcome] of (await outcomes).entries()) {
      const expected =
        index < 10 ? { status: "fulfilled" } : { status: "rejected", reason: { code: "OVERLOADED" } };
      expect(outcome, \`put \${index}\`).toMatchObject(expected);
    }
  `),
};

function waiting(limit: number): TestBody {
  return scene(`
    const disk = createCrashDisk();
    const store = await openDurableKv({ disk, directory: "store", writersWaitingMax: ${limit} });
    await store.put(bytes("before"), bytes("1"));
    for (let round = 0; round < 3; round++) {
      const endSyncs = disk.holdSyncs();
      const accepted = Array.from({ length: ${limit} }, (_, index) => {
        const key = bytes(\`k\${index}\`);
        return index % 3 === 2 ? store.delete(key) : store.put(key, bytes(\`\${round}\`));
      });
      await stillness();

      const refused = Promise.allSettled([
        store.put(bytes("before"), bytes("refused")),
        store.delete(bytes("before")),
        store.get(bytes("before")), // a get is no writer
      ]);
      await stillness();
      endSyncs();
      const overloaded = { status: "rejected", reason: { code: "OVERLOADED" } };
      expect(await refused).toMatchObject([overloaded, overloaded, { status: "fulfilled" }]);
      await Promise.all(accepted); // none of those before it is refused
      expect(text(await store.get(bytes("before")))).toBe("1");
    }
  `);
}
