/** Scenes of levels 3 and 4. */
import type { TestBody } from "../../../harness/learner-test.ts";
import { countingReadsOf, scene, type Scenes, simple } from "./simple.ts";

const timeoutMs = 30_000;

export const ackedWrites: Scenes = {
  "hundreds of writes in one life": scene(
    `
    let disk = createCrashDisk();
    const random = seededRandom(1);
    const kept = new Map<string, string>(); // by key, what was answered
    const showsKept = async (tree: Awaited<ReturnType<typeof open>>) => {
      expect(new Map(await entriesOf(tree.range()))).toEqual(kept);
      for (let key = 0; key < 120; key++) expect(await tree.get(\`key \${key}\`)).toBe(kept.get(\`key \${key}\`));
    };
    for (let life = 0; life < 3; life++) {
      const tree = await open(disk);
      await showsKept(tree);
      for (let index = 0; index < 400; index++) {
        const key = \`key \${random.below(120)}\`;
        if (random.below(6) === 0) {
          await tree.delete(key);
          kept.delete(key);
        } else {
          await tree.put(key, \`v\${life}.\${index}\`);
          kept.set(key, \`v\${life}.\${index}\`);
        }
      }
      disk = disk.powerCut();
    }
    await showsKept(await open(disk));
  `,
    { memtableThreshold: 20 },
    timeoutMs,
  ),
};

/** Declares `held()`: a disk, and whether its calls of some kinds may end. */
const heldDisk = `
    const held = (kinds: readonly string[]) => {
      const disk = createCrashDisk();
      const waiting: (() => void)[] = [];
      let left = Number.POSITIVE_INFINITY; // so many of these calls may go on
      const allowed = async (kind: string) => {
        if (kinds.includes(kind) && left-- <= 0) await new Promise<void>((resolve) => waiting.push(resolve));
      };
      const slow = new Proxy(disk, {
        get(target, name) {
          if (name === "open") {
            return async (...given: Parameters<typeof disk.open>) => {
              await allowed("open");
              const file = await target.open(...given);
              return {
                append: async (bytes: Uint8Array) => (await allowed("append"), file.append(bytes)),
                read: async (position: number, length: number) => (await allowed("read"), file.read(position, length)),
                size: () => file.size(),
                truncate: async (length: number) => (await allowed("truncate"), file.truncate(length)),
                sync: async () => (await allowed("sync"), file.sync()),
                close: () => file.close(),
              };
            };
          }
          if (name === "syncDirectory") return async (path: string) => (await allowed(name), target.syncDirectory(path));
          if (name === "remove") return async (path: string) => (await allowed(name), target.remove(path));
          const value: unknown = Reflect.get(target, name);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
      const only = (count: number) => { left = count; };
      const endAll = () => {
        left = Number.POSITIVE_INFINITY;
        for (const end of waiting.splice(0)) end();
      };
      return { disk, slow, only, endAll };
    };
`.trim();

export const owners: Scenes = {
  "a second open": simple(
    `
    const isLocked = () => expect(open(disk)).rejects.toMatchObject({ code: "LOCKED" });
    await tree.put("a", "1");
    await isLocked();
    await tree.put("b", "2");
    await isLocked();
    await tree.flush();
    await tree.put("c", "3");
    await isLocked();
    const after = disk.kill();
    const reopened = await open(after);
    for (const [key, value] of [["a", "1"], ["b", "2"], ["c", "3"]] as const) expect(await reopened.get(key)).toBe(value);
    await reopened.put("d", "4");
    await expect(open(after)).rejects.toMatchObject({ code: "LOCKED" });
    await reopened.close();
    expect(await (await open(after)).get("d")).toBe("4");
  `,
    { memtableThreshold: 2 },
  ),
  "a second open by another process": simple(
    `
    await tree.put("a", "1");
    await expect(openAnew(disk)).rejects.toMatchObject({ code: "LOCKED" });
    await tree.put("b", "2");
    await tree.put("c", "3");
    await tree.close();
    const next = await openAnew(disk);
    for (const [key, value] of [["a", "1"], ["b", "2"], ["c", "3"]] as const) expect(await next.get(key)).toBe(value);
  `,
    { memtableThreshold: 2 },
  ),
  "another directory is another tree": simple(
    `
    await disk.makeDirectory("other");
    const other = await openLsmTree({ disk, directory: "other", memtableThreshold: 2 });
    await tree.put("a", "1");
    await other.put("a", "2");
    await tree.flush();
    expect(await tree.get("a")).toBe("1");
    expect(await other.get("a")).toBe("2");
  `,
    { memtableThreshold: 2 },
  ),
  "what a closed tree had in the background does not disturb the next owner": scene(
    `
    ${heldDisk}
    const keys = ["a", "b", "c", "d", "e", "f", "g", "h"];
    for (let calls = 0; calls <= 40; calls++) {
      for (const flushes of [false, true]) {
        const { disk, slow, only, endAll } = held(["open", "append", "read", "sync", "syncDirectory", "remove"]);
        const tree = await open(slow);
        for (const value of ["1", "2"]) for (const key of keys) await tree.put(key, value);
        for (const key of keys.slice(0, -1)) await tree.put(key, "3");
        await stillness();
        if (!flushes) only(calls);
        let isAnswered = false;
        const last = tree.put("h", "3").then(() => { isAnswered = true; });
        await stillness();
        if (!isAnswered) endAll(); // too few for the last put
        await last;
        if (flushes) {
          await tree.flush();
          only(calls);
        }
        let isClosed = false;
        const closing = tree.close().then(() => { isClosed = true; });
        await stillness();
        if (!isClosed) endAll(); // it waits for what it has begun
        await closing;
        const next = await open(disk);
        await next.put("a", "4");
        endAll();
        await stillness();
        const expected = keys.map((key) => [key, key === "a" ? "4" : "3"]);
        expect(await entriesOf(next.range())).toEqual(expected);
        expect(await entriesOf((await open(disk.kill())).range())).toEqual(expected);
      }
    }
  `,
    { memtableThreshold: 2 },
    timeoutMs,
  ),
};

/** Life after life is cut off after some turns of what it does last. */
function orphansAfter(cutOff: "flush" | "open", crash: "kill" | "power cut"): TestBody {
  const cut =
    crash === "kill"
      ? `disk = disk.kill();`
      : `const cuts = disk.powerCuts();\n      disk = (cuts[random.below(cuts.length)] ?? { disk: disk.kill() }).disk;`;
  const flushing = `
      if (flushed) await putAll(tree, 3, 12_000);
      else await putAll(tree, 1, 3);
      flushed = false;
      void tree.flush().then(() => (flushed = true));
      await turns(random.below(60));`;
  const opening = `
      await putAll(tree, 3, 12_000);`;
  return scene(
    `
    let disk = createCrashDisk();
    const random = seededRandom(1);
    let bytes = 0;
    let puts = 0;
    const putAll = async (tree: Awaited<ReturnType<typeof open>>, keys: number, size: number) => {
      for (let key = 0; key < keys; key++) {
        puts += 1;
        bytes += \`key \${key}\`.length + Math.max(size, \`\${puts}:\`.length);
        await tree.put(\`key \${key}\`, \`\${puts}:\`.padEnd(size, "x"));
      }
    };
    const turns = async (count: number) => {
      for (let turn = 0; turn < count; turn++) await undefined; // as far as it has come by then
    };
    ${cutOff === "flush" ? `let flushed = true;` : `let opened: Awaited<ReturnType<typeof open>> | undefined;`}
    for (let life = 0; life < ${crash === "kill" ? 120 : 50}; life++) {
      ${
        cutOff === "flush"
          ? `const tree = await open(disk);${flushing}`
          : `opened = undefined;
      void open(disk).then((tree) => (opened = tree));
      await turns(life === 0 ? 1000 : random.below(40));
      const tree = opened as typeof opened;
      if (tree !== undefined) {${opening.replaceAll("\n      ", "\n        ")}
      }`
      }
      ${cut}
    }
    await open(disk);
    await stillness();
    const held = [...disk.state.sizes().values()].reduce((sum, size) => sum + size, 0);
    expect(held).toBeLessThanOrEqual(4 * (bytes + 64 * puts) + 64 * 1024);
  `,
    {},
    timeoutMs,
  );
}

export const orphans: Scenes = {
  "lives killed in their flushes": orphansAfter("flush", "kill"),
  "lives killed while they open": orphansAfter("open", "kill"),
  "lives that lost their power in their flushes": orphansAfter("flush", "power cut"),
  "lives that lost their power while they opened": orphansAfter("open", "power cut"),
};

function powerCutAfterPuts(puts: number, closing = ""): TestBody {
  return simple(
    `
    const endSyncs = disk.holdSyncs(); // the first sync is slow, so that all the others wait for it
    const first = tree.put("k0", "value 0");
    await stillness();
    const puts = Array.from({ length: ${puts} }, (_, index) => tree.put(\`k\${index + 1}\`, \`value \${index + 1}\`));${closing}
    await stillness();
    endSyncs();
    const outcomes = await Promise.allSettled([first, ...puts]);${closing === "" ? "" : "\n    await closing;"}

    const reopened = await open(disk.powerCut());
    for (const [index, { status }] of outcomes.entries()) {
      if (status === "rejected") continue;
      expect(await reopened.get(\`k\${index}\`), \`k\${index}\`).toBe(\`value \${index}\`);
    }
  `,
    { memtableThreshold: 10 },
  );
}

export const races: Scenes = {
  "64 puts wait for a sync": powerCutAfterPuts(64),
  "256 puts wait for a sync": powerCutAfterPuts(256),
  "close is called while puts wait": powerCutAfterPuts(40, "\n    const closing = tree.close();"),
};

/** Reads are answered although no sync ends. */
function readsWhile(writes: string): TestBody {
  return scene(
    `
    ${heldDisk}
    for (const kinds of [["sync"], ["syncDirectory"], ["sync", "syncDirectory"]]) {
      for (let syncs = 0; syncs <= (kinds.length === 1 ? 0 : 12); syncs++) {
        const { slow, only, endAll } = held(kinds);
        const tree = await open(slow);
        for (const key of ["a", "b", "c", "d", "e", "f", "g"]) await tree.put(key, "1");
        await stillness();
        const begun = tree.range()[Symbol.asyncIterator]();
        await begun.next();
        only(syncs);
        const writes: Promise<unknown>[] = ${writes};
        await stillness();
        const unanswered = new Set<string>();
        const read = async (what: string, call: Promise<unknown>) => {
          unanswered.add(what);
          await call;
          unanswered.delete(what);
        };
        const reads = [
          ...["a", "c", "g", "absent"].map((key) => read(\`get \${key}\`, tree.get(key))),
          read("a range", entriesOf(tree.range())),
          read("next of a range that was begun", begun.next()),
        ];
        await stillness();
        expect([...unanswered], \`while \${syncs} calls of \${kinds.join(" and ")} end, and no more\`).toEqual([]);
        endAll();
        await Promise.all([...writes, ...reads]);
      }
    }
  `,
    { memtableThreshold: 3 },
    timeoutMs,
  );
}

/** Close is not answered before a read that was called before it. */
function closeWhileReading(read: string): TestBody {
  return scene(
    `
    ${heldDisk}
    const { slow, only, endAll } = held(["read"]);
    const tree = await open(slow);
    for (const key of ["a", "b", "c", "d", "e", "f", "g"]) await tree.put(key, "1");
    await stillness();
    only(0);
    const answered: string[] = [];
    const reading = (async () => {
      const value = ${read};
      answered.push("read");
      return value;
    })();
    const closing = tree.close().then(() => answered.push("close"));
    await stillness();
    if (!answered.includes("read")) expect(answered, "while the read waits for the disk").toEqual([]);
    endAll();
    expect(await reading).toBe("1");
    await closing;
  `,
    { memtableThreshold: 3 },
  );
}

export const answers: Scenes = {
  "close is called twice while a put waits": simple(
    `
    const outcomes = new Map<string, string>();
    const watch = async (what: string, call: Promise<unknown>) => {
      outcomes.set(what, await call.then(() => "ok", (error) => error.code));
    };
    const endSyncs = disk.holdSyncs();
    const put = watch("put a", tree.put("a", "1"));
    await stillness();
    const flush = watch("flush", tree.flush());
    const closes = [watch("close", tree.close()), watch("close again", tree.close())];
    const refused = watch("put b", tree.put("b", "2"));
    await stillness();
    const opening = watch("open", open(disk));
    await stillness();
    expect(outcomes.get("close"), "close, while a put called before it waits").toBe(undefined);
    expect(outcomes.get("close again"), "another close").toBe(undefined);
    expect(outcomes.get("open"), "an open before close is answered").toBe("LOCKED");

    endSyncs();
    await Promise.all([put, flush, ...closes, refused, opening]);
    expect(outcomes.get("put a")).toBe("ok");
    expect(outcomes.get("flush")).toBe("ok");
    expect(outcomes.get("close")).toBe("ok");
    expect(outcomes.get("close again")).toBe("ok");
    expect(outcomes.get("put b"), "a put after close").toBe("CLOSED");
    const reopened = await open(disk);
    expect(await reopened.get("a")).toBe("1");
    expect(await reopened.get("b")).toBe(undefined);
  `,
    { memtableThreshold: 2 },
  ),
  "close is called while a next is under way": simple(
    `
    for (const key of ["a", "b", "c", "d", "e", "f", "g"]) await tree.put(key, "1");
    const iterator = tree.range()[Symbol.asyncIterator]();
    const first = iterator.next();
    const closing = tree.close();
    expect(await first).toMatchObject({ done: false, value: ["a", "1"] });
    await closing;
    await expect(iterator.next()).rejects.toMatchObject({ code: "CLOSED" });
  `,
    { memtableThreshold: 3 },
  ),
  "reads while puts wait for a sync": readsWhile(
    `["a", "b", "x"].map((key) => tree.put(key, "new"))`,
  ),
  "reads while a delete waits for a sync": readsWhile(`[tree.delete("a")]`),
  "reads while a flush waits for a sync": readsWhile(`[tree.flush()]`),
  "reads while a memtable becomes a table": readsWhile(
    `["w", "x", "y", "z", "a", "b"].map((key) => tree.put(key, "new"))`,
  ),
  "close is called while a get waits for the disk": closeWhileReading(`await tree.get("a")`),
  "close is called while a next waits for the disk": closeWhileReading(
    `((await tree.range()[Symbol.asyncIterator]().next()).value as [string, string])[1]`,
  ),
  "reads while a compaction waits for a sync": readsWhile(`[tree.compact()]`),
};

// ── Reads that are counted ────────────────────────────────────────────────────────────────────

const entriesToRead = `
    const keyOf = (index: number) => \`key\${String(8 * index).padStart(13, "0")}\`;
    const absentKeyOf = (index: number, nth = 1) => \`key\${String(8 * index + nth).padStart(13, "0")}\`;
    const valueOf = (index: number) => \`\${index}:\`.padEnd(200, "value of an entry ");
    const random = seededRandom(1);
`.trim();

/** Written, flushed, closed, opened again on a disk that counts, and warmed up. */
function counted(
  { entries, ascending }: { entries: number; ascending: boolean },
  story: string,
): TestBody {
  return scene(
    `
    ${entriesToRead}
    const order = Array.from({ length: ${entries} }, (_, index) => index);
    ${ascending ? "" : `for (const index of order.keys()) {\n      const other = random.below(index + 1);\n      [order[index], order[other]] = [order[other] ?? 0, order[index] ?? 0];\n    }`}
    const disk = createCrashDisk();
    const first = await open(disk);
    for (const index of order) await first.put(keyOf(index), valueOf(index));
    await first.flush();
    await stillness();
    await first.close();

    const after = disk.kill();
    // Each call to read counts, and the bytes that it has returned.
    ${countingReadsOf("after")}
    const bytesRead = () => after.counts.bytesRead;
    const tree = await open(counting);
    for (let get = 0; get < 100; get++) {
      const index = Math.floor((get * ${entries}) / 100);
      expect(await tree.get(keyOf(index))).toBe(valueOf(index));
      expect(await tree.get(absentKeyOf(index))).toBe(undefined);
    }
    ${story.trim()}
  `,
    { memtableThreshold: entries === 20_000 ? 2500 : 20_000 },
    timeoutMs,
  );
}

const twentyThousand = { entries: 20_000, ascending: false };
const restAndCount = `
    await stillness();
    const [readsBefore, bytesBefore] = [reads, bytesRead()];
`.trim();

export const openingReads: Scenes = {
  "an open and 200 gets": counted(
    twentyThousand,
    `
    expect(bytesRead()).toBeLessThanOrEqual((20_000 * (16 + 200)) / 2);
    expect(reads).toBeGreaterThan(0);
  `,
  ),
};

export const getReads: Scenes = {
  "gets of keys by chance": counted(
    twentyThousand,
    `
    ${restAndCount}
    for (let get = 0; get < 2000; get++) {
      const index = random.below(20_000);
      expect(await tree.get(keyOf(index))).toBe(valueOf(index));
    }
    expect((reads - readsBefore) / 2000, "reads for a get").toBeLessThanOrEqual(3);
    expect((bytesRead() - bytesBefore) / 2000, "bytes read for a get").toBeLessThanOrEqual(16 * 1024);
  `,
  ),
};

export const absentReads: Scenes = {
  "absent keys among 10,000": counted(
    { entries: 10_000, ascending: false },
    `
    await stillness();
    let reading = 0;
    for (let get = 0; get < 50_000; get++) {
      const before = reads;
      const value = await tree.get(absentKeyOf(get % 9999, 1 + (Math.floor(get / 10_000) % 7)));
      if (value !== undefined) expect(value).toBe(undefined);
      if (reads > before) reading++;
    }
    expect(reading / 50_000, "the share of gets that read").toBeLessThanOrEqual(0.02);
    const before = reads;
    const outside = ["", "\\0", "a", "kex", "key", "key!", "key00000", "key1", "kf", "z", "\\u{1f600}"];
    for (let number = 0; number < 500; number++) outside.push(\`a\${number}\`, \`z\${number}\`);
    for (const key of outside) {
      expect(await tree.get(key)).toBe(undefined);
    }
    expect(reads, "reads below the smallest and above the largest key").toBe(before);
    expect(bytesRead()).toBeGreaterThan(0);
  `,
  ),
  "absent keys in the life that has flushed": scene(
    `
    ${entriesToRead}
    const order = Array.from({ length: 10_000 }, (_, index) => (index * 7919) % 10_000);
    const disk = createCrashDisk();
    ${countingReadsOf("disk")}
    const tree = await open(counting);
    for (const index of order) await tree.put(keyOf(index), valueOf(index));
    await tree.flush();
    await stillness();
    const before = reads;
    for (let get = 0; get < 10_000; get++) expect(await tree.get(absentKeyOf(get % 9999, 1))).toBe(undefined);
    expect((reads - before) / 10_000, "the share of gets that read").toBeLessThanOrEqual(0.02);
  `,
    { memtableThreshold: 20_000 },
    timeoutMs,
  ),
};

export const rangeReads: Scenes = {
  "ranges of ten entries by chance": counted(
    { entries: 20_000, ascending: true },
    `
    ${restAndCount}
    for (let range = 0; range < 300; range++) {
      const start = random.below(19_990);
      const ten = Array.from({ length: 10 }, (_, index) => [keyOf(start + index), valueOf(start + index)]);
      expect(await entriesOf(tree.range(keyOf(start), keyOf(start + 10)))).toEqual(ten);
    }
    expect((reads - readsBefore) / 300, "reads for a range").toBeLessThanOrEqual(4);
    expect((bytesRead() - bytesBefore) / 300, "bytes read for a range").toBeLessThanOrEqual(64 * 1024);
  `,
  ),
};

export const shortReads: Scenes = {
  "hundreds of entries": scene(
    `
    ${entriesToRead}
    let disk = createCrashDisk({ faults: { shortReads: 1 } });
    const tree = await open(disk);
    for (let index = 0; index < 600; index++) await tree.put(keyOf((index * 7) % 600), valueOf((index * 7) % 600));
    for (let index = 0; index < 600; index++) await tree.put(keyOf(index), valueOf(index));
    await tree.flush();
    for (let life = 0; life < 3; life++) {
      disk = disk.kill();
      disk.faults = { shortReads: life };
      const next = await open(disk);
      for (let index = 0; index < 600; index += 7) {
        expect(await next.get(keyOf(index))).toBe(valueOf(index));
        expect(await next.get(absentKeyOf(index))).toBe(undefined);
      }
      const all = Array.from({ length: 600 }, (_, index) => [keyOf(index), valueOf(index)]);
      expect(await entriesOf(next.range())).toEqual(all);
    }
  `,
    { memtableThreshold: 150 },
    timeoutMs,
  ),
};

/** What a read has shown while a write waits is there after the power was cut. */
function readThenCut(write: string): TestBody {
  return scene(
    `
    for (const isFlushed of [false, true]) {
      const disk = createCrashDisk();
      const tree = await open(disk);
      await tree.put("a", "1");
      if (isFlushed) await tree.flush();
      await stillness();
      disk.holdSyncs();
      void ${write};
      await stillness();
      const shown = [await tree.get("a"), await tree.get("b"), await entriesOf(tree.range())];
      const reopened = await open(disk.powerCut());
      expect([await reopened.get("a"), await reopened.get("b"), await entriesOf(reopened.range())]).toEqual(shown);
    }
  `,
  );
}

export const shownReads: Scenes = {
  "reads while a put of a new key waits": readThenCut(`tree.put("b", "2")`),
  "reads while a put of another value waits": readThenCut(`tree.put("a", "2")`),
  "reads while a delete waits": readThenCut(`tree.delete("a")`),
};
