import type { TestBody } from "../../../harness/learner-test.ts";
import { keysOfEverySize, valuesOfEverySize } from "./bytes.ts";
import { type Scenes } from "./index.ts";
import { scene } from "./simple.ts";
import { readBack } from "./workouts.ts";

const open = `openDurableKv({ disk, directory: "store", segmentBytesMax: 1024 })`;

/** Six keys in several segments, most of what they hold overwritten. */
const writeLive = `
    const names = ["k0", "k1", "k2", "k3", "k4", "k5"];
    const valueOf = (name: string) => bytes(\`\${name}: \`.padEnd(200, "x"));
    const prepared = async (disk: crashDisk.CrashDisk) => {
      const store = await ${open};
      for (let round = 0; round < 3; round++) {
        for (const name of names) await store.put(bytes(name), valueOf(round < 2 ? "old" : name));
      }
      return store;
    };
`.trim();

export const compactedReads: Scenes = {
  "a value put during a compaction is changed": scene(`
    await tryInterleavings({ runs: 100 }, async (world) => {
      const { disk } = world;
      const options = { disk, directory: "store", segmentBytesMax: 1024 };
      const store = await openDurableKv(options);
      for (let put = 0; put < 12; put++) {
        await store.put(bytes(\`k\${put % 4}\`), bytes(\`\${put}:\`.padEnd(400, "x")));
      }
      await world.together(
        () => store.compact(),
        async () => {
          const value = bytes("right");
          await store.put(bytes("k0"), value);
          value.fill(0x78); // the buffer is the caller's again
        },
      );
      expect(text(await store.get(bytes("k0")))).toBe("right");
      const reopened = await openDurableKv({ ...options, disk: disk.kill() });
      expect(text(await reopened.get(bytes("k0")))).toBe("right");
    });
  `),
  "values of every size": throughCompaction(valuesOfEverySize),
  "keys of every size": throughCompaction(keysOfEverySize),
  "segments of another size at each open": scene(`
    let disk = createCrashDisk();
    const valueOf = (index: number) => \`\${index}:\`.padEnd(300, "x");
    let written = 0;
    for (const segmentBytesMax of [16_384, 1024, 1_048_576, 2048, Number.MAX_SAFE_INTEGER, 4096]) {
      const store = await openDurableKv({ disk, directory: "store", segmentBytesMax });
      for (let index = 0; index < written; index++) {
        expect(text(await store.get(bytes(\`key-\${index}\`)))).toBe(valueOf(index));
      }
      for (const end = written + 15; written < end; written++) {
        await store.put(bytes(\`key-\${written}\`), bytes(valueOf(written)));
      }
      if (segmentBytesMax === 1_048_576) await store.compact();
      await store.close();
      disk = disk.kill();
    }
  `),
  "one more record in each life": scene(`
    let disk = createCrashDisk();
    const keyOf = (index: number) => \`\${index + 100}\`;
    for (let count = 0; count <= 64; count++) {
      const store = await openDurableKv({ disk, directory: "store", segmentBytesMax: 1024 });
      for (let index = 0; index < count; index++) {
        expect(text(await store.get(bytes(keyOf(index))))).toBe(\`the value \${keyOf(index)}\`);
      }
      await store.put(bytes(keyOf(count)), bytes(\`the value \${keyOf(count)}\`));
      await store.compact();
      disk = disk.kill();
    }
  `),
  "ten thousand keys": scene(
    `
    const disk = createCrashDisk();
    const store = await openDurableKv({ disk, directory: "store" });
    const valueOf = (index: number) => \`\${index}:\`.padEnd(500, "x");
    for (let start = 0; start < 10_000; start += 1000) {
      const indices = Array.from({ length: 1000 }, (_, index) => start + index);
      await Promise.all(indices.map((index) => store.put(bytes(\`key-\${index}\`), bytes(valueOf(index)))));
    }
    await store.compact();
    const reopened = await openDurableKv({ disk: disk.kill(), directory: "store" });
    for (let index = 0; index < 10_000; index++) {
      const kept = text(await reopened.get(bytes(\`key-\${index}\`)));
      if (kept !== valueOf(index)) expect(kept, \`key-\${index}\`).toBe(valueOf(index));
    }
  `,
    60_000,
  ),
  "more keys than two bytes count": scene(
    `
    let disk = createCrashDisk();
    const count = 65_536;
    const keyOf = (index: number) => bytes(index.toString(36));
    for (const end of [count, count + 1024]) {
      const store = await openDurableKv({ disk, directory: "store" });
      for (let start = end === count ? 0 : count; start < end; start += 1024) {
        const indices = Array.from({ length: 1024 }, (_, index) => start + index);
        await Promise.all(indices.map((index) => store.put(keyOf(index), bytes(""))));
      }
      await store.compact();
      disk = disk.kill();
      const reopened = await openDurableKv({ disk, directory: "store" });
      for (let index = 0; index < end; index += 1023) {
        expect(text(await reopened.get(keyOf(index))), \`key \${index} of \${end}\`).toBe("");
      }
      expect(await reopened.get(keyOf(end))).toBe(undefined);
      await reopened.close();
    }
  `,
    60_000,
  ),
  "more bytes than three bytes count": scene(
    `
    let disk = createCrashDisk();
    const options = { directory: "store", segmentBytesMax: 64 * 1_048_576 };
    const valueOf = (index: number) => Buffer.alloc(1_048_576, index + 1);
    const indices = Array.from({ length: 17 }, (_, index) => index);
    const store = await openDurableKv({ disk, ...options });
    await Promise.all(indices.map((index) => store.put(bytes(\`key-\${index}\`), valueOf(index))));
    await store.put(bytes("last"), bytes("1"));
    for (let life = 0; life < 2; life++) {
      disk = disk.kill();
      // Segments may be larger than the next life would make them.
      const segmentBytesMax = life === 0 ? 1_048_576 : options.segmentBytesMax;
      const reopened = await openDurableKv({ disk, ...options, segmentBytesMax });
      for (const index of indices) {
        const kept = await reopened.get(bytes(\`key-\${index}\`));
        expect(kept !== undefined && valueOf(index).equals(kept), \`key-\${index}\`).toBe(true);
      }
      expect(text(await reopened.get(bytes("last")))).toBe("1");
      await reopened.compact();
    }
  `,
    60_000,
  ),
  "more than a thousand segments": scene(`
    const disk = createCrashDisk();
    const store = await ${open};
    const keyOf = (index: number) => bytes(\`key-\${index % 500}\`);
    const valueOf = (index: number) => \`\${index}:\`.padEnd(900, "x");
    for (let index = 0; index < 1100; index++) await store.put(keyOf(index), bytes(valueOf(index)));
    const reopened = await openDurableKv({ disk: disk.kill(), directory: "store", segmentBytesMax: 1024 });
    for (let index = 600; index < 1100; index++) {
      expect(text(await reopened.get(keyOf(index)))).toBe(valueOf(index));
    }
  `),
  ...readBack,
  "gets while no sync of a compaction ends": scene(`
    ${writeLive}

    const disk = createCrashDisk();
    const store = await prepared(disk);
    const endSyncs = disk.holdSyncs();
    const compact = store.compact();
    await stillness();
    const answered = new Map<string, Uint8Array | undefined>();
    const reads = names.map(async (name) => answered.set(name, await store.get(bytes(name))));
    await stillness();
    expect([...answered.keys()].sort(), "reads answered while no sync ends").toEqual(names);
    for (const name of names) expect(answered.get(name)).toEqual(valueOf(name));

    endSyncs();
    await Promise.all([compact, ...reads]);
  `),
  "gets while a put begins a segment": scene(`
    ${writeLive}

    const disk = createCrashDisk();
    const syncDirectory = disk.syncDirectory.bind(disk);
    const store = await prepared(disk);
    const expectReads = async (held: string) => {
      await stillness();
      const answered = new Set<string>();
      const reads = names.map((name) => store.get(bytes(name)).then(() => answered.add(name)));
      await stillness();
      expect([...answered].sort(), \`reads answered while no sync of a \${held} ends\`).toEqual(names);
      await Promise.all(reads);
    };
    for (let index = 0; index < 8; index++) {
      let endDirectorySyncs = () => {};
      const isHeld = new Promise<void>((resolve) => (endDirectorySyncs = resolve));
      disk.syncDirectory = async (path) => {
        await isHeld;
        return syncDirectory(path);
      };
      const endSyncs = disk.holdSyncs();
      const put = store.put(bytes("new"), valueOf(\`new \${index}\`));
      await expectReads("file");
      endSyncs();
      await expectReads("directory");
      endDirectorySyncs();
      await put;
    }
    for (const name of names) expect(await store.get(bytes(name))).toEqual(valueOf(name));
  `),
  "close during a compaction, and the next owner": scene(
    `
    ${writeLive}

    const closedAtOnce = await prepared(createCrashDisk());
    const compacting = closedAtOnce.compact().catch(() => undefined);
    await closedAtOnce.close();
    await compacting; // called in the same tick, and settled all the same

    for (const isCompacted of [false, true]) {
      await tryInterleavings({ runs: 100 }, async (world) => {
        const { disk } = world;
        let first = await prepared(disk);
        if (isCompacted) {
          await first.compact();
          await first.close();
          first = await ${open};
        }
        await world.together(
          () => first.compact().catch(() => undefined), // finished or given up
          async () => {
            await first.close();
            const second = await ${open};
            await second.compact();
            await second.close();
          },
        );
        const last = await openDurableKv({ disk: disk.kill(), directory: "store" });
        for (const name of names) expect(await last.get(bytes(name))).toEqual(valueOf(name));
      });
    }
  `,
    60_000,
  ),
};

function throughCompaction(pairs: string): TestBody {
  return scene(`
    ${pairs.trim()}
    let disk = createCrashDisk();
    const reopen = () => openDurableKv({ disk, directory: "store", segmentBytesMax: 4096 });
    let store = await reopen();
    const expectAll = async () => {
      for (const [key, value] of pairs) {
        const answer = await store.get(key);
        const isExact = answer !== undefined && Buffer.from(answer).equals(value);
        expect(isExact, \`\${value.length} bytes under the key \${key.join(" ").slice(0, 60)}\`).toBe(true);
      }
    };

    for (const [key, value] of pairs) await store.put(key, value);
    await store.compact();
    await expectAll();
    await store.close();
    store = await reopen();
    await expectAll();
    await store.compact();
    disk = disk.kill();
    store = await reopen();
    await expectAll();
  `);
}
