import type { TestBody } from "../../../harness/learner-test.ts";
import { type Scenes } from "./index.ts";
import { scene } from "./simple.ts";

export const compaction: Scenes = {
  "a put of a new key": writeDuringCompaction(`put(bytes("new"), bytes("during compact"))`),
  "a put of a key that is being compacted": writeDuringCompaction(
    `put(bytes("k200"), bytes("during compact"))`,
  ),
  "a delete": writeDuringCompaction(`delete(bytes("k200"))`),
  "two puts, one after the other, that do not fit one segment": writeDuringCompaction(
    `put(bytes("new"), bytes("1".repeat(4000)));
        await store.put(bytes("k200"), bytes("2".repeat(4000)))`,
  ),
  "a put during the second compaction of a life": writeDuringCompaction(
    `put(bytes("new"), bytes("during compact"))`,
    `
        if (round === 5) await store.compact();`,
  ),
};

export const compactionCrashes: Scenes = {
  "one busy life after another": scene(
    `
    const newestFirst = 1000;
    for (let seed = 0; seed < 10; seed++) {
      const random = seededRandom(seed);
      const schedule = Array.from({ length: 20_000 }, () =>
        random.next() < 0.75 ? newestFirst : random.below(4),
      );
      await tryInterleavings({ schedule }, async ({ disk }) => {
        const options = { directory: "store", segmentBytesMax: 1024 };
        const kept = new Map<string, string>(); // what was answered
        const write = async (store: Awaited<ReturnType<typeof openDurableKv>>, puts: number) => {
          for (let put = 0; put < puts; put++) {
            const value = \`\${kept.size}, \${put} of \${puts}:\`.padEnd(400, "x");
            await store.put(bytes(\`k\${put % 6}\`), bytes(value));
            kept.set(\`k\${put % 6}\`, value);
            if (put === seed) store.compact().catch(() => undefined);
          }
        };
        const store = await openDurableKv({ disk, ...options });
        await write(store, 10 + 2 * seed);
        await store.close();
        const next = await openDurableKv({ disk, ...options }); // what the first left undone must not disturb it
        await write(next, 3);
        const last = await openDurableKv({ disk: disk.kill(), ...options });
        for (const [key, value] of kept) expect(text(await last.get(bytes(key))), key).toBe(value);
      });
    }
  `,
    60_000,
  ),
  "one call fails, and then the power": scene(`
    const faults = ["failCall", "failSync", "failDirectorySync"] as const;
    for (const fault of faults) {
      for (let at = 0; at < 60; at++) {
        const disk = createCrashDisk();
        disk.faults = { [fault]: at };
        const options = { directory: "store", segmentBytesMax: 1024 };
        const store = await openDurableKv({ disk, ...options }).catch(() => undefined);
        if (store === undefined) continue;
        const kept = new Map<string, string>(); // what was answered
        for (let index = 0; index < 8; index++) {
          if (index === 5) await store.compact().catch(() => undefined);
          const value = \`\${index}:\`.padEnd(500, "x");
          await store.put(bytes(\`k\${index}\`), bytes(value)).then(
            () => kept.set(\`k\${index}\`, value),
            () => undefined,
          );
        }
        const reopened = await openDurableKv({ disk: disk.powerCut(), ...options });
        for (const [key, value] of kept) {
          expect(text(await reopened.get(bytes(key))), \`\${fault} \${at}: \${key}\`).toBe(value);
        }
      }
    }
  `),
};

function writeDuringCompaction(call: string, halfWay = ""): TestBody {
  return scene(
    `
    /** Several segments in which 400 records live and most are dead. */
    const prepared = async (disk: crashDisk.CrashDisk) => {
      const store = await openDurableKv({ disk, directory: "store", segmentBytesMax: 4096 });
      for (let round = 0; round < 10; round++) {
        const names = Array.from({ length: 400 }, (_, at) => at).filter((at) => at % 10 >= round);
        const value = bytes(\`\${round}:\`.padEnd(60, "x"));
        await Promise.all(names.map((name) => store.put(bytes(\`k\${name}\`), value)));${halfWay}
      }
      return store;
    };

    const alone = createCrashDisk();
    const compacting = await prepared(alone);
    const bytesBefore = alone.counts.bytesAppended;
    await compacting.compact();
    const bytesOfCompaction = alone.counts.bytesAppended - bytesBefore;

    // In some order of the disk's answers that favours the write, it does not wait for the compaction.
    let isEarly = false;
    for (let order = 0; order < 12 && !isEarly; order++) {
      const random = seededRandom(order);
      const newestFirst = 1000;
      const schedule = Array.from({ length: 20_000 }, () =>
        order === 0 || random.next() < 0.7 ? newestFirst : random.below(4),
      );
      await tryInterleavings({ schedule }, async ({ disk }) => {
        const store = await prepared(disk);
        const { calls, bytesAppended } = disk.counts;
        let isCompacted = false;
        const compact = store.compact().then(() => (isCompacted = true));
        for (let turn = 0; turn < 50 && disk.counts.calls === calls; turn++) await undefined;
        await store.${call};
        const share = (disk.counts.bytesAppended - bytesAppended) / bytesOfCompaction;
        isEarly = !isCompacted && (share <= 0.5 || bytesOfCompaction === 0);
        await compact;
      });
    }
    expect(isEarly, "the write is answered before half of the compaction is written").toBe(true);
  `,
    60_000,
  );
}
