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
  "one writer calls again as soon as it is answered": scene(`
    const disk = createCrashDisk();
    const store = await openDurableKv({ disk, directory: "store", writersWaitingMax: 1 });
    for (let round = 0; round < 5; round++) {
      await store.put(bytes("a"), bytes(\`\${round}\`));
      await store.delete(bytes("b"));
    }
    expect(await store.get(bytes("a"))).toEqual(bytes("4"));
  `),
  "limits that nobody reaches": scene(`
    for (const writersWaitingMax of [2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
      const disk = createCrashDisk();
      const store = await openDurableKv({ disk, directory: "store", writersWaitingMax });
      await Promise.all(["a", "b", "c"].map((key) => store.put(bytes(key), bytes("1"))));
    }
  `),
  "one sync ends while others wait": scene(`
    const disk = createCrashDisk();
    const store = await openDurableKv({ disk, directory: "store", writersWaitingMax: 4 });
    const put = (key: string) => store.put(bytes(key), bytes("1"));
    let answered = 0;
    const counted = (key: string) => put(key).then(() => (answered += 1));
    let endSyncs = disk.holdSyncs();
    const waiting = [counted("k0")];
    await stillness();
    waiting.push(counted("k1"), counted("k2"), counted("k3"));
    await stillness();
    while (answered === 0) {
      endSyncs();
      endSyncs = disk.holdSyncs();
      await stillness();
    }
    // Whoever was answered makes room, and the others go on being counted.
    const more = Array.from({ length: answered }, (_, index) => put(\`more\${index}\`));
    await stillness();
    const refused = put("one-too-many").then(
      () => "accepted",
      (error) => error.code,
    );
    await stillness();
    endSyncs();
    expect(await refused).toBe("OVERLOADED");
    await Promise.all([...waiting, ...more]);
  `),
  "four writers wait during a compaction": scene(`
    const disk = createCrashDisk();
    const store = await openDurableKv({ disk, directory: "store", writersWaitingMax: 4, segmentBytesMax: 1024 });
    for (let index = 0; index < 12; index++) {
      await store.put(bytes(\`k\${index % 3}\`), bytes(\`\${index}:\`.padEnd(200, "x")));
    }
    const endSyncs = disk.holdSyncs();
    const compact = store.compact();
    await stillness();
    const puts = Array.from({ length: 5 }, (_, index) => store.put(bytes(\`more\${index}\`), bytes("1")));
    const outcomes = Promise.allSettled(puts);
    await stillness();
    endSyncs();
    expect((await outcomes).map(({ status }) => status)).toEqual([
      ...Array.from({ length: 4 }, () => "fulfilled"),
      "rejected",
    ]);
    await compact;
  `),
  "four writers wait while a segment begins": scene(`
    const disk = createCrashDisk();
    const syncDirectory = disk.syncDirectory.bind(disk);
    const store = await openDurableKv({ disk, directory: "store", writersWaitingMax: 4, segmentBytesMax: 1024 });
    for (let round = 0; round < 6; round++) {
      let endDirectorySyncs = () => {};
      const isHeld = new Promise<void>((resolve) => (endDirectorySyncs = resolve));
      disk.syncDirectory = async (path) => {
        await isHeld;
        return syncDirectory(path);
      };
      const endSyncs = disk.holdSyncs();
      const large = store.put(bytes("large"), bytes(\`\${round}:\`.padEnd(500, "x")));
      await stillness();
      const puts = Array.from({ length: 4 }, (_, index) => store.put(bytes(\`more\${index}\`), bytes("1")));
      const outcomes = Promise.allSettled(puts);
      await stillness();
      endDirectorySyncs();
      endSyncs();
      expect((await outcomes).map(({ status }) => status)).toEqual([
        ...Array.from({ length: 3 }, () => "fulfilled"),
        "rejected",
      ]);
      await large;
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
