import { type Scenes } from "./index.ts";
import { scene, simple } from "./simple.ts";

export const onlyTheDisk: Scenes = {
  "a new disk after a full life": simple(`
    await store.put(bytes("a"), bytes("1"));
    await store.close();

    const next = await open(createCrashDisk()); // another disk, and an empty one
    expect(text(await next.get(bytes("a")))).toBe(undefined);
    await next.put(bytes("b"), bytes("2"));
    expect(text(await next.get(bytes("a")))).toBe(undefined);
  `),
  "a new disk after a kill": simple(`
    await store.put(bytes("a"), bytes("1"));
    disk.kill();

    const next = await open(createCrashDisk()); // another disk, and an empty one
    expect(text(await next.get(bytes("a")))).toBe(undefined);
  `),
  "an older copy of the disk": simple(`
    await store.put(bytes("a"), bytes("1"));
    const [backup] = await disk.killsDuring(async () => undefined);
    await store.put(bytes("a"), bytes("2"));
    await store.put(bytes("b"), bytes("2"));
    await store.delete(bytes("a"));
    await store.close();

    const next = await open(backup?.disk ?? disk); // a=1 was all there was
    expect(text(await next.get(bytes("a")))).toBe("1");
    expect(text(await next.get(bytes("b")))).toBe(undefined);
  `),
  "two directories": simple(`
    await store.put(bytes("a"), bytes("1"));
    await disk.makeDirectory("other");
    const other = await openDurableKv({ disk, directory: "other" });
    expect(text(await other.get(bytes("a")))).toBe(undefined);
    await other.put(bytes("b"), bytes("2"));
    expect(text(await store.get(bytes("b")))).toBe(undefined);

    const after = disk.kill();
    const reopened = await open(after);
    expect(text(await reopened.get(bytes("b")))).toBe(undefined);
    const otherAgain = await openDurableKv({ disk: after, directory: "other" });
    expect(text(await otherAgain.get(bytes("a")))).toBe(undefined);
  `),
  "another store waits for a disk that is silent": scene(`
    const disk = createCrashDisk();
    const store = await openDurableKv({ disk, directory: "store", writersWaitingMax: 2 });
    await store.put(bytes("a"), bytes("1"));
    disk.kill(); // answers nothing any more
    for (const value of ["2", "3"]) store.put(bytes("a"), bytes(value)).catch(() => undefined);
    store.compact().catch(() => undefined);

    // Another disk, and an empty one; who waits for the first one is none of its business.
    const empty = createCrashDisk();
    const other = await openDurableKv({ disk: empty, directory: "store", writersWaitingMax: 2 });
    await other.put(bytes("b"), bytes("2"));
    expect(text(await other.get(bytes("b")))).toBe("2");
    await other.delete(bytes("b"));
    expect(text(await other.get(bytes("a")))).toBe(undefined);
    await other.compact();
    await other.close();
  `),
  "the disk of another store has failed": simple(`
    disk.faults = { failSync: disk.counts.syncs };
    await store.put(bytes("a"), bytes("1")).catch(() => undefined);

    const other = await open(createCrashDisk()); // another disk, in good health
    await other.put(bytes("b"), bytes("2"));
    await other.delete(bytes("a"));
    expect(text(await other.get(bytes("b")))).toBe("2");
  `),
  "two stores write at once": scene(`
    await tryInterleavings({ runs: 40 }, async (world) => {
      const { disk } = world;
      await disk.makeDirectory("other");
      const store = await openDurableKv({ disk, directory: "store" });
      const other = await openDurableKv({ disk, directory: "other" });
      for (let round = 0; round < 4; round++) {
        await world.together(
          () => store.put(bytes(\`k\${round}\`), bytes(\`of the first \${round}\`)),
          () => other.put(bytes(\`k\${round}\`), bytes(\`of the other one \${round}\`)),
        );
      }
      const after = disk.kill();
      const stores = { "of the first": "store", "of the other one": "other" };
      for (const [whose, directory] of Object.entries(stores)) {
        const reopened = await openDurableKv({ disk: after, directory });
        for (let round = 0; round < 4; round++) {
          expect(text(await reopened.get(bytes(\`k\${round}\`)))).toBe(\`\${whose} \${round}\`);
        }
      }
    });
  `),
  "a directory whose name has numbers in it": scene(`
    let disk = createCrashDisk();
    await disk.makeDirectory("log-000007.1");
    const openThere = () => openDurableKv({ disk, directory: "log-000007.1" });
    for (const value of ["1", "2", "3"]) {
      const store = await openThere();
      await store.put(bytes("a"), bytes(value));
      await store.put(bytes(value), bytes(value));
      disk = disk.kill();
    }
    const next = await openThere();
    expect(text(await next.get(bytes("a")))).toBe("3");
    for (const key of ["1", "2", "3"]) expect(text(await next.get(bytes(key)))).toBe(key);
  `),
  "a freshly loaded module": simple(`
    await store.put(bytes("a"), bytes("1"));
    await store.put(bytes("b"), bytes("2"));
    await store.delete(bytes("b"));
    await store.close();

    const next = await openAnew(disk);
    expect(text(await next.get(bytes("a")))).toBe("1");
    expect(text(await next.get(bytes("b")))).toBe(undefined);
  `),
};
