/** Scenes of level 5. */
import type { TestBody } from "../../../harness/learner-test.ts";
import { countingReadsOf, scene, type Scenes, simple } from "./simple.ts";

const timeoutMs = 30_000;
const strategies = ["leveled", "size-tiered"] as const;
type Strategy = (typeof strategies)[number];

const byBytes = `.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))`;

const showsKept = `
    const showsKept = async (one: Awaited<ReturnType<typeof openLsmTree>>) => {
      for (const [key, value] of kept) expect((await one.get(key)) === value, JSON.stringify(key).slice(0, 60)).toBe(true);
      const shown = await entriesOf(one.range());
      const sorted = [...kept]${byBytes};
      expect(shown.length).toBe(sorted.length);
      for (const [index, [key, value]] of sorted.entries())
        expect(shown[index]?.[0] === key && shown[index]?.[1] === value, JSON.stringify(key).slice(0, 60)).toBe(true);
    };
`.trim();

function throughMerges(compaction: Strategy, entries: string): TestBody {
  return scene(
    `
    const disk = createCrashDisk();
    const tree = await open(disk);
    const kept = new Map<string, string>(${entries});
    ${showsKept}
    for (const [key, value] of kept) await tree.put(key, value);
    await showsKept(tree);
    await tree.compact();
    await showsKept(tree);
    await tree.close();
    const second = await open(disk);
    await showsKept(second);
    await second.compact();
    await showsKept(await open(disk.kill()));
  `,
    { memtableThreshold: 3, compaction },
    timeoutMs,
  );
}

const textOf = `"a\\u00e9\\u20ac\\u{1f600}".repeat(bytes / 10) + "x".repeat(bytes % 10)`;

function thousands(compaction: Strategy): TestBody {
  return scene(
    `
    let disk = createCrashDisk();
    let tree = await open(disk);
    const random = seededRandom(1);
    const kept = new Map<string, string>();
    ${showsKept}
    for (let round = 0; round < 4; round++) {
      for (let index = 0; index < 700; index++) {
        const key = \`key \${random.below(300)}\`;
        if (random.below(3) === 0) {
          kept.delete(key);
          await tree.delete(key);
        } else {
          const value = \`v\${round}.\${index}:\`.padEnd(Math.floor(index / 50) % 2 === 0 ? 0 : 4000, "x");
          kept.set(key, value);
          await tree.put(key, value);
        }
      }
      await showsKept(tree);
      if (round === 1) await tree.compact();
      await showsKept(tree);
      disk = disk.kill();
      tree = await open(disk);
      await showsKept(tree);
    }
  `,
    { memtableThreshold: 16, compaction },
    timeoutMs,
  );
}

export const compactedReads: Scenes = {
  ...Object.fromEntries(
    strategies.flatMap((compaction) => [
      [
        `values of every size, ${compaction}`,
        throughMerges(
          compaction,
          `[0, 1, 127, 128, 255, 256, 4095, 4096, 4097, 16_384, 65_535, 65_536, 1_048_575, 1_048_576].map((bytes) => [\`size \${bytes}\`, ${textOf}])`,
        ),
      ],
      [
        `keys of every size and order, ${compaction}`,
        throughMerges(
          compaction,
          `[...[0, 1, 2, 63, 64, 127, 128, 255, 256, 511, 512, 1023, 1024].map((bytes) => ${textOf}), "\\0", "10", "9", "A", "aa", "\\u00e9", "\\ue000", "\\uffff", "\\u{10000}", "\\u{10ffff}", "__proto__", "\\ufeff", ...[0, 255, 511, 1023].map((place) => "x".repeat(place) + "y" + "x".repeat(1023 - place))].map((key) => [key, "here"])`,
        ),
      ],
      [`thousands of writes, ${compaction}`, thousands(compaction)],
    ]),
  ),
  "other options at each open": scene(
    `
    const disk = createCrashDisk();
    const random = seededRandom(1);
    const kept = new Map<string, string>();
    ${showsKept}
    for (let life = 0; life < 30; life++) {
      const memtableThreshold = [1, 50, 4, 2][life % 4] ?? 1;
      const compaction = (life >> 1) % 2 === 0 ? "leveled" : "size-tiered";
      const tree = await openLsmTree({ disk, directory: "store", memtableThreshold, compaction });
      await showsKept(tree);
      for (let index = 0; index < 25; index++) {
        const key = \`\${random.below(40)}\`;
        if (random.below(4) === 0) {
          kept.delete(key);
          await tree.delete(key);
        } else {
          kept.set(key, \`v\${life}.\${index}\`);
          await tree.put(key, \`v\${life}.\${index}\`);
        }
      }
      await showsKept(tree);
      if (life % 5 === 4) await tree.compact();
      await tree.close();
    }
  `,
    {},
    timeoutMs,
  ),
};

function longRange(compaction: Strategy): TestBody {
  return simple(
    `
    const keys = Array.from({ length: 400 }, (_, index) => \`key \${index}\`);
    for (const key of keys) await tree.put(key, \`old \${key}\`.padEnd(300));
    const seen: (readonly [string, string])[] = [];
    for await (const entry of tree.range()) {
      seen.push(entry);
      const key = keys[(seen.length * 7) % keys.length] ?? "";
      if (seen.length % 3 === 0) await tree.delete(key);
      else await tree.put(key, "new");
      if (seen.length % 50 === 10) await tree.compact();
    }
    expect(seen).toEqual(keys.sort().map((key) => [key, \`old \${key}\`.padEnd(300)]));
  `,
    { memtableThreshold: 40, compaction },
  );
}

export const longViews: Scenes = {
  "a long range during many compactions, leveled": longRange("leveled"),
  "a long range during many compactions, size-tiered": longRange("size-tiered"),
};

// ── Space ─────────────────────────────────────────────────────────────────────────────────────

const holds = `
    const holdsAtMost = async (liveKeys: number, liveBytes: number) => {
      await stillness();
      const held = [...disk.state.sizes().values()].reduce((sum, size) => sum + size, 0);
      expect(held).toBeLessThanOrEqual(2 * (liveBytes + 64 * liveKeys) + 128 * 1024);
    };
    const putAll = async (keys: number, size: number, round: number) => {
      for (let key = 0; key < keys; key++) await tree.put(\`key \${key}\`, \`\${round}.\${key}:\`.padEnd(size, "x"));
    };
`.trim();

interface Workout {
  keys: number;
  rounds: number;
  size: number;
  gone: number;
  options: { memtableThreshold?: number; compaction?: Strategy };
}

function workout({ keys, rounds, size, gone, options }: Workout): TestBody {
  return {
    ...simple(
      `
    ${holds}
    for (let round = 0; round < ${rounds}; round++) await putAll(${keys}, ${size}, round);
    for (let key = 0; key < ${gone}; key++) await tree.delete(\`key \${key}\`);
    await tree.compact();
    let liveBytes = 0;
    for (let key = ${gone}; key < ${keys}; key++) liveBytes += \`key \${key}\`.length + ${size};
    await holdsAtMost(${keys - gone}, liveBytes);
    expect((await entriesOf(tree.range())).length).toBe(${keys - gone});
  `,
      options,
    ),
    timeoutMs,
  };
}

function afterIterations(ending: string): TestBody {
  return simple(
    `
    ${holds}
    const iterators: AsyncIterator<readonly [string, string]>[] = [];
    for (let round = 0; round < 4; round++) {
      await putAll(50, 4000, round);
      const iterator = tree.range()[Symbol.asyncIterator]();
      iterators.push(iterator);
      await iterator.next();
      await tree.compact();
    }
    for (const iterator of iterators) ${ending}
    await tree.compact();
    let liveBytes = 0;
    for (let key = 0; key < 50; key++) liveBytes += \`key \${key}\`.length + 4000;
    await holdsAtMost(50, liveBytes);
  `,
    { memtableThreshold: 10 },
  );
}

export const space: Scenes = {
  "few keys overwritten often": workout({
    ...{ keys: 5, rounds: 500, size: 400, gone: 0 },
    options: { memtableThreshold: 4 },
  }),
  "thousands of keys, half of them deleted": workout({
    ...{ keys: 3000, rounds: 2, size: 100, gone: 1500 },
    options: { memtableThreshold: 300, compaction: "size-tiered" },
  }),
  "everything deleted": workout({
    ...{ keys: 1000, rounds: 3, size: 300, gone: 1000 },
    options: { memtableThreshold: 100 },
  }),
  "everything deleted, size-tiered": workout({
    ...{ keys: 1000, rounds: 3, size: 300, gone: 1000 },
    options: { memtableThreshold: 100, compaction: "size-tiered" },
  }),
  "large values": workout({
    ...{ keys: 12, rounds: 8, size: 60_000, gone: 3 },
    options: { memtableThreshold: 5 },
  }),
  "a memtable that was never full": workout({
    ...{ keys: 300, rounds: 10, size: 200, gone: 150 },
    options: {},
  }),
  "one compaction after another": simple(
    `
    ${holds}
    for (let round = 0; round < 8; round++) {
      for (let time = 0; time < 5; time++) await putAll(20, 2000, round * 5 + time);
      await tree.compact();
      await holdsAtMost(20, 20 * ("key 10".length + 2000));
    }
  `,
    { memtableThreshold: 8 },
  ),
  "deletes of all keys after a compaction": simple(
    `
    ${holds}
    await putAll(60, 4000, 0);
    await tree.compact();
    for (let key = 0; key < 60; key++) await tree.delete(\`key \${key}\`);
    await tree.compact();
    await holdsAtMost(0, 0);
  `,
    { memtableThreshold: 120 },
  ),
  "deletes of long keys that were never there": simple(`
    ${holds}
    for (let key = 0; key < 300; key++) await tree.delete(\`key \${key}\`.padEnd(1000, "x"));
    await tree.compact();
    await holdsAtMost(0, 0);
  `),
  "tables of iterations that are read to the end": afterIterations(
    "while ((await iterator.next()).done !== true);",
  ),
  "tables of iterations that are left": afterIterations("await iterator.return?.();"),
  "a compaction in which a sync fails": scene(
    `
    for (let sync = 0; sync < 6; sync++) {
      const disk = createCrashDisk();
      const tree = await open(disk);
      ${holds}
      await putAll(60, 4000, 0);
      await tree.flush();
      for (let key = 0; key < 60; key++) await tree.delete(\`key \${key}\`);
      await stillness();
      disk.faults = { failSync: disk.counts.syncs + sync };
      for (let time = 0; time < 2; time++) {
        const isCompact = await tree.compact().then(() => true, () => false);
        if (isCompact) await holdsAtMost(0, 0);
      }
    }
  `,
    { memtableThreshold: 120 },
    timeoutMs,
  ),
};

// ── What the strategies cost ──────────────────────────────────────────────────────────────────

function keepsItsBounds(
  compaction: Strategy,
  bounds: { space: number; appended: number; reads: number },
): Scenes {
  return {
    "51,200 puts to 6,400 keys": scene(
      `
    const keyOf = (index: number) => \`key\${String(8 * index).padStart(13, "0")}\`;
    const valueOf = (index: number) => \`\${index}:\`.padEnd(100, "value of an entry ");
    const random = seededRandom(1);
    const disk = createCrashDisk();
    const tree = await open(disk);
    const newest = new Map<string, string>();
    for (let pause = 0; pause < 8; pause++) {
      for (let turn = 0; turn < 100; turn++) {
        await Promise.all(
          Array.from({ length: 64 }, (_, index) => {
            const [key, value] = [keyOf(random.below(6400)), valueOf(pause * 6400 + turn * 64 + index)];
            newest.set(key, value);
            return tree.put(key, value);
          }),
        );
      }
      await stillness();
      const held = [...disk.state.sizes().values()].reduce((sum, size) => sum + size, 0);
      const live = newest.size * (16 + 100 + 64);
      expect(held, \`space after \${(pause + 1) * 6400} puts\`).toBeLessThanOrEqual(${bounds.space} * live + 128 * 1024);
    }
    const cameIn = 51_200 * (16 + 100 + 64);
    expect(disk.counts.bytesAppended, "bytes appended to files").toBeLessThanOrEqual(${bounds.appended} * cameIn);
    await tree.close();

    const after = disk.kill();
    ${countingReadsOf("after")}
    const reopened = await open(counting);
    const sorted = [...newest].sort(([a], [b]) => (a < b ? -1 : 1));
    let before = 0;
    for (let range = 0; range < 250; range++) {
      if (range === 50) before = reads;
      const start = random.below(sorted.length - 10);
      const shown = await entriesOf(reopened.range(sorted[start]?.[0], sorted[start + 10]?.[0]));
      expect(shown).toEqual(sorted.slice(start, start + 10));
    }
    expect((reads - before) / 200, "reads for a range of ten entries").toBeLessThanOrEqual(${bounds.reads});
  `,
      { memtableThreshold: 100, compaction },
      timeoutMs,
    ),
  };
}

export const leveled = keepsItsBounds("leveled", { space: 1.5, appended: 20, reads: 16 });
export const sizeTiered = keepsItsBounds("size-tiered", { space: 4, appended: 4.5, reads: 36 });

// ── Writers that wait ─────────────────────────────────────────────────────────────────────────

function overload(limit: number): TestBody {
  return simple(
    `
    const refusal = { code: "OVERLOADED" };
    await tree.put("before", "1");
    for (let round = 0; round < 3; round++) {
      const endSyncs = disk.holdSyncs();
      const accepted = Array.from({ length: ${limit} }, (_, index) =>
        index % 3 === 2 ? tree.delete(\`k\${index}\`) : tree.put(\`k\${index}\`, \`\${round}\`),
      );
      await stillness();
      const refused = [tree.put("before", "666"), tree.delete("before")];
      for (const one of refused) await expect(one).rejects.toMatchObject(refusal);
      const read = tree.get("before");
      endSyncs();
      await Promise.all(accepted);
      expect(await read).toBe("1");
    }
    expect(await tree.get("before")).toBe("1");
    expect(await (await open(disk.kill())).get("before")).toBe("1");
  `,
    { writersWaitingMax: limit, memtableThreshold: 2 },
  );
}

export const waitingWriters: Scenes = {
  "one writer may wait": overload(1),
  "four writers may wait": overload(4),
  "sixteen writers may wait": overload(16),
  "the default limit of 1024": simple(`
    const endSyncs = disk.holdSyncs();
    const accepted = Array.from({ length: 1024 }, (_, index) => tree.put(\`k\${index}\`, "1"));
    await stillness();
    await expect(tree.put("one-too-many", "1")).rejects.toMatchObject({ code: "OVERLOADED" });
    endSyncs();
    await Promise.all(accepted);
  `),
  "bad arguments do not wait": simple(
    `
    for (let index = 0; index < 4; index++) {
      await expect((async () => tree.put("\\ud800", "v"))()).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
    await Promise.all([tree.put("a", "1"), tree.put("b", "2")]);
  `,
    { writersWaitingMax: 2 },
  ),
  "a hundred calls, none of them awaited": simple(
    `
    const endSyncs = disk.holdSyncs();
    const outcomes = Array.from({ length: 100 }, (_, index) => tree.put(\`k\${index}\`, "1").then(() => "ok", (error) => error.code));
    await stillness();
    endSyncs();
    expect(await Promise.all(outcomes)).toEqual(Array.from({ length: 100 }, (_, index) => (index < 10 ? "ok" : "OVERLOADED")));
  `,
    { writersWaitingMax: 10, memtableThreshold: 4 },
  ),
  "60 memtables faster than flushes": outpacing(
    "The newest call is answered first",
    "waiting.pop()?.();",
  ),
  "60 memtables, the first of the newest calls": outpacing(
    "The first of the newest calls is answered first",
    `if (waiting.length > known) first = known;
        waiting.splice(Math.min(first, waiting.length - 1), 1)[0]?.();
        known = waiting.length;`,
    `let known = 0; // so many waited already when the last call was answered
    let first = 0; // of those that came together and last
    `,
  ),
};

/** Writers that never rest, and a disk that answers the call at this place of those that wait. */
function outpacing(order: string, pick: string, declared = ""): TestBody {
  return scene(
    `
    const keyOf = (index: number) => \`key\${String(8 * index).padStart(13, "0")}\`;
    const bytesOfPut = 16 + 100 + 64;
    const disk = createCrashDisk();
    // ${order}: what goes on in the background starves as long as writers can go on.
    const waiting: (() => void)[] = [];
    const starving = new Proxy(disk, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        if (name !== "open") return value.bind(target);
        return async (...given: Parameters<typeof disk.open>) => {
          const file = await target.open(...given);
          const held = <Answer>(call: () => Promise<Answer>): Promise<Answer> =>
            new Promise<void>((go) => waiting.push(go)).then(call);
          return {
            append: (bytes: Uint8Array) => held(() => file.append(bytes)),
            read: (position: number, length: number) => held(() => file.read(position, length)),
            size: () => held(() => file.size()),
            truncate: (length: number) => held(() => file.truncate(length)),
            sync: () => held(() => file.sync()),
            close: () => held(() => file.close()),
          };
        };
      },
    });
    let isOver = false;
    ${declared}const answering = (async () => {
      while (!isOver) {
        await stillness();
        ${pick}
      }
    })();
    const tree = await open(starving);
    let called = 0;
    const write = async () => {
      while (called < 6000) {
        const index = called++;
        await tree.put(keyOf(index), \`\${index}:\`.padEnd(100, "x"));
        if (called % 250 !== 0) continue;
        const [after] = await disk.killsDuring(async () => undefined);
        if (after === undefined) continue;
        await open(after.disk);
        expect(after.disk.counts.bytesRead, \`bytes read by an open after \${called} puts\`).toBeLessThanOrEqual(
          8 * 100 * bytesOfPut + (called * bytesOfPut) / 4,
        );
      }
    };
    try {
      await Promise.all(Array.from({ length: 16 }, write));
    } finally {
      isOver = true;
      await answering;
    }
  `,
    { memtableThreshold: 100 },
    60_000,
  );
}

const closedTree = `
    const keys = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const all = keys.map((key) => [key, \`value of \${key}\`]);
    const disk = createCrashDisk();
    const tree = await open(disk);
    for (const key of keys) await tree.put(key, \`value of \${key}\`);
    await tree.flush();
    await tree.close();
`.trim();

/** The promise is that it is answered right or rejects. */
const readsWhereACallFails = (read: string): TestBody =>
  scene(`
    ${closedTree}
    for (let call = 1; call <= 12; call++) {
      const after = disk.kill();
      const reopened = await open(after);
      after.faults = { failCall: after.counts.calls + call - 1 };
      ${read}
    }
  `);

export const failingCalls: Scenes = {
  "a call fails in a get": readsWhereACallFails(
    `
      for (const key of keys) {
        const value = await reopened.get(key).catch(() => "rejected");
        expect(["rejected", \`value of \${key}\`]).toContain(value);
      }
  `.trim(),
  ),
  "a call fails in a range": readsWhereACallFails(
    `
      const entries: unknown[] = [];
      const reading = (async () => {
        for await (const entry of reopened.range()) entries.push(entry);
      })();
      const isRead = await reading.then(() => true, () => false);
      if (isRead) expect(entries).toEqual(all);
  `.trim(),
  ),
  "a call fails in an open": scene(`
    ${closedTree}
    for (let call = 1; call <= 12; call++) {
      const after = disk.kill();
      after.faults = { failCall: after.counts.calls + call - 1 };
      await open(after).then((opened) => opened.close()).catch(() => undefined);
      const reopened = await open(after.kill());
      const entries: unknown[] = [];
      for await (const entry of reopened.range()) entries.push(entry);
      expect(entries).toEqual(all);
    }
  `),
  "a call fails in a close": scene(`
    ${closedTree}
    for (let call = 1; call <= 12; call++) {
      const after = disk.kill();
      const closing = await open(after);
      await closing.put("i", "value of i");
      after.faults = { failCall: after.counts.calls + call - 1 };
      await closing.close().catch(() => undefined);
      after.faults = {};
      const reopened = await open(after);
      expect(await entriesOf(reopened.range())).toEqual([...all, ["i", "value of i"]]);
    }
  `),
  "a sync fails, and reads go on until the power is cut": scene(
    `
    for (let sync = 0; sync < 14; sync++) {
      const disk = createCrashDisk();
      const tree = await open(disk);
      disk.faults = { failSync: disk.counts.syncs + sync };
      const shown = new Map<string, string | undefined>();
      for (let write = 0; write < 8; write++) {
        const key = ["a", "b"][(write >> 1) % 2] ?? "";
        await (write % 4 === 3 ? tree.delete(key) : tree.put(key, \`\${write}\`)).catch(() => undefined);
        await stillness();
        shown.delete(key);
        for (const one of ["a", "b"]) {
          const byRange = async () => (await entriesOf(tree.range(one, \`\${one}\\0\`)))[0]?.[1];
          await (write % 2 === 0 ? tree.get(one) : byRange()).then((value) => shown.set(one, value), () => undefined);
        }
      }
      const reopened = await open(disk.powerCut());
      for (const [key, value] of shown) expect(await reopened.get(key), \`\${key}, sync \${sync + 1} failed\`).toBe(value);
    }
  `,
    { memtableThreshold: 2 },
  ),
};

export const overlappingMerges: Scenes = {
  "compact is called while another compact runs": simple(
    `
    ${holds}
    for (const round of [0, 1]) {
      await putAll(120, 4000, round);
      await tree.flush();
    }
    const first = tree.compact();
    await Promise.all(Array.from({ length: 120 }, (_, key) => tree.delete(\`key \${key}\`)));
    await Promise.all([first, tree.compact()]);
    await holdsAtMost(0, 0);
    expect(await entriesOf(tree.range())).toEqual([]);
  `,
    { memtableThreshold: 200 },
  ),
  "gets all the while that compact runs": scene(
    `
    const disk = createCrashDisk({ faults: { shortReads: 1 } });
    const tree = await open(disk);
    const keys = Array.from({ length: 100 }, (_, index) => \`key \${index}\`);
    const valueOf = (key: string) => \`\${key}: \`.padEnd(500, key);
    for (let round = 0; round < 2; round++) for (const key of keys) await tree.put(key, valueOf(key));
    await tree.flush();
    for (let time = 0; time < 3; time++) {
      for (const key of keys.slice(0, 10)) await tree.put(key, valueOf(key));
      let isRunning = true;
      const compacted = tree.compact().finally(() => (isRunning = false));
      for (let round = 1; isRunning; round++) {
        const asked = keys.filter((_, index) => index % 10 === round % 10);
        expect(await Promise.all(asked.map((key) => tree.get(key)))).toEqual(asked.map(valueOf));
        if (round % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await compacted;
    }
  `,
    { memtableThreshold: 40 },
    timeoutMs,
  ),
};
