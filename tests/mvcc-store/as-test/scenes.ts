/** The scenes of level 5 as kept tests. */
import type { InvariantId } from "#katas/mvcc-store/invariants.ts";
import { block, linesOf } from "../../harness/source-text.ts";
import { specialKeys, valueAsCode, values } from "../values.ts";
import { text } from "./text.ts";

type Scenes = Readonly<Record<string, () => string[]>>;

const opening = [
  "const open = (disk: crashDisk.CrashDisk, options: object = {}) =>",
  '  openMvccStore({ disk, directory: "store", ...options });',
];

const committing = block(
  "const commit = async (store: Awaited<ReturnType<typeof open>>, key: string, value: unknown) => {",
  ["const writer = store.begin();", "writer.put(key, value);", "await writer.commit();"],
  "};",
);

function story(lines: string): string[] {
  return linesOf(lines);
}

const survive: Scenes = {
  "values of every kind, under every key": () => {
    const names = Object.keys(values);
    const entries = [
      ...specialKeys.map((key, index) => [key, names[index % names.length] ?? "null"] as const),
      ...names.map((name) => [`value: ${name}`, name] as const),
    ];
    return [
      ...opening,
      "const values: [key: string, make: () => unknown][] = [",
      ...entries.map(([key, name]) => `  [${text(key)}, ${valueAsCode(name)}],`),
      "];",
      "const disk = createCrashDisk();",
      "const writer = (await open(disk)).begin();",
      "for (const [key, make] of values) writer.put(key, make());",
      "await writer.commit();",
      "const reader = (await open(disk.powerCut())).begin();",
      "for (const [key, make] of values) expect(reader.get(key), key).toStrictEqual(make());",
    ];
  },
  "thousands of writes, in large transactions": () => [
    ...opening,
    ...story(`
      const disk = createCrashDisk();
      const store = await open(disk);
      const expected = new Map<string, number>();
      for (let round = 0; round < 4; round++) {
        const writer = store.begin();
        for (let index = 0; index < 1000; index++) {
          const key = \`key-\${(round * 300 + index * 7) % 2000}\`;
          if ((index + round) % 5 === 4) {
            writer.delete(key);
            expected.delete(key);
          } else {
            writer.put(key, round * 1000 + index);
            expected.set(key, round * 1000 + index);
          }
        }
        await writer.commit();
      }
      const range = (await open(disk.kill())).begin().range();
      expect(range).toEqual([...expected].sort(([one], [other]) => (one < other ? -1 : 1)));`),
  ],
  "a store that was closed": () => [
    ...opening,
    ...committing,
    ...story(`
      const disk = createCrashDisk();
      const store = await open(disk);
      await commit(store, "a", 1);
      store.begin().put("b", 2); // not committed
      await store.close();
      expect((await open(disk)).begin().range()).toEqual([["a", 1]]);`),
  ],
};

interface Race {
  second: "before" | "while it waits";
  deletes?: true;
  firstDeletes?: true;
  third?: true;
}

function race({ second, deletes, firstDeletes, third }: Race): string[] {
  return [
    ...opening,
    ...committing,
    "const disk = createCrashDisk();",
    "const store = await open(disk);",
    'await commit(store, "a", 0);',
    "const release = disk.holdSyncs();",
    "const first = store.begin();",
    ...(second === "before" ? ["const second = store.begin();"] : []),
    firstDeletes === true ? 'first.delete("a");' : 'first.put("a", 1);',
    "const winning = first.commit(); // and waits for the disk",
    "await stillness();",
    ...(second === "before" ? [] : ["const second = store.begin();"]),
    "/** Refused at the write or at the commit. */",
    ...block(
      "const loses = async (loser: typeof first, write: () => void) => {",
      [
        "const outcome = Promise.resolve()",
        "  .then(() => { write(); return loser.commit(); })",
        '  .then(() => "committed", (error: { code?: string }) => error.code);',
        "return () => outcome;",
      ],
      "};",
    ),
    `const losing = [await loses(second, () => ${deletes === true ? '{ second.delete("a"); }' : '{ second.put("a", 2); }'})];`,
    ...(third === true
      ? [
          "const third = store.begin();",
          'losing.push(await loses(third, () => { third.put("a", 3); }));',
        ]
      : []),
    "await stillness();",
    "release();",
    "await winning;",
    'for (const outcome of losing) expect(await outcome()).toBe("CONFLICT");',
    `const expected = ${firstDeletes === true ? "[]" : '[["a", 1]]'};`,
    "expect(store.begin().range()).toEqual(expected);",
    "expect((await open(disk.powerCut())).begin().range()).toEqual(expected);",
  ];
}

function skew(second: Race["second"]): string[] {
  return [
    ...opening,
    ...committing,
    "const disk = createCrashDisk();",
    "const store = await open(disk);",
    'await commit(store, "a", 0);',
    'await commit(store, "b", 0);',
    "const release = disk.holdSyncs();",
    'const first = store.begin({ isolation: "serializable" });',
    ...(second === "before" ? ['const second = store.begin({ isolation: "serializable" });'] : []),
    'first.get("b");',
    'first.put("a", 1);',
    "const winning = first.commit(); // and waits for the disk",
    "await stillness();",
    ...(second === "before" ? [] : ['const second = store.begin({ isolation: "serializable" });']),
    'const missed = second.get("a");',
    "const losing = Promise.resolve()",
    '  .then(() => { second.put("b", 2); return second.commit(); })',
    '  .then(() => "committed", (error: { code?: string }) => error.code);',
    "await stillness();",
    "release();",
    "await winning;",
    "// Whoever has read what the first one wrote comes after it.",
    'if (missed === 0) expect(await losing).toBe("CONFLICT");',
  ];
}

const waiting: Scenes = {
  "both have begun before": () => race({ second: "before" }),
  "the second begins while the first waits": () => race({ second: "while it waits" }),
  "the second deletes": () => race({ second: "while it waits", deletes: true }),
  "the second reads nothing, the first deletes": () =>
    race({ second: "before", firstDeletes: true }),
  "three in a row": () => race({ second: "while it waits", third: true }),
  "each has read what the other writes": () => skew("before"),
  "the second reads while the first waits": () => skew("while it waits"),
  "each has found nothing where the other puts": () => [
    ...opening,
    ...committing,
    ...story(`
      const disk = createCrashDisk();
      const store = await open(disk);
      await commit(store, "c", 0);
      const release = disk.holdSyncs();
      const first = store.begin({ isolation: "serializable" });
      first.range("b", "c");
      first.put("a1", 1);
      const winning = first.commit(); // and waits for the disk
      await stillness();
      const second = store.begin({ isolation: "serializable" });
      const found = second.range("a", "b");
      const losing = Promise.resolve()
        .then(() => { second.put("b1", 2); return second.commit(); })
        .then(() => "committed", (error: { code?: string }) => error.code);
      await stillness();
      release();
      await winning;
      if (found.length === 0) expect(await losing).toBe("CONFLICT");`),
  ],
};

function shared(commits: number, isSecond = false): string[] {
  return [
    ...opening,
    ...(isSecond ? committing : []),
    "const disk = createCrashDisk();",
    "const store = await open(disk);",
    ...(isSecond ? ['await commit(store, "earlier", 0);'] : []),
    `const writers = Array.from({ length: ${commits} }, (_, index) => {`,
    "  const writer = store.begin();",
    "  writer.put(`k${index}`, index);",
    "  return writer;",
    "});",
    "const before = disk.counts.syncs;",
    "const release = disk.holdSyncs();",
    "const all = Promise.all(writers.map((writer) => writer.commit()));",
    "await stillness();",
    "release(); // whatever could go on without a sync has gone on",
    "await all;",
    "expect(disk.counts.syncs - before).toBeLessThanOrEqual(3);",
  ];
}

const shares: Scenes = {
  "8 commits": () => shared(8),
  "64 commits": () => shared(64),
  "256 commits": () => shared(256),
  "64 commits, some time after the first": () => shared(64, true),
};

const forgotten: Scenes = {
  "a commit without writes waits for no sync": () => [
    ...opening,
    ...story(`
      const disk = createCrashDisk();
      const store = await open(disk);
      const readers = [store.begin(), store.begin({ isolation: "serializable" })];
      for (const reader of readers) reader.get("a");
      const writer = store.begin();
      writer.put("a", 1);
      const release = disk.holdSyncs();
      const commit = writer.commit();
      await stillness();
      readers.push(store.begin());
      const answered: number[] = [];
      for (const [index, reader] of readers.entries())
        void reader.commit().then(
          () => answered.push(index),
          (error: { code?: string }) => {
            // Only a serializable one may be refused, and at once.
            if (index === 1 && error.code === "CONFLICT") answered.push(index);
          },
        );
      await stillness();
      expect(answered.sort()).toEqual([0, 1, 2]);
      release();
      await commit;`),
  ],
  "rollback is called while commits wait": () => [
    ...opening,
    ...story(`
      const disk = createCrashDisk();
      const store = await open(disk);
      const release = disk.holdSyncs();
      const commits = [];
      for (const key of ["a", "b"]) {
        const writer = store.begin();
        writer.put(key, 1);
        commits.push(writer.commit());
        await stillness();
        writer.rollback(); // too late, and does nothing
      }
      release();
      await Promise.all(commits);
      expect(store.begin().range()).toEqual([["a", 1], ["b", 1]]);
      expect((await open(disk.powerCut())).begin().range()).toEqual([["a", 1], ["b", 1]]);`),
  ],
  "close is called twice while commits wait": () => [
    ...opening,
    ...committing,
    ...story(`
      const disk = createCrashDisk();
      const store = await open(disk);
      const left = store.begin();
      left.put("b", 2);
      const release = disk.holdSyncs();
      const events: string[] = [];
      const commits = [commit(store, "a", 1)];
      await stillness();
      commits.push(commit(store, "c", 3), commit(store, "d", 3)); // too late for the sync under way
      for (const commit of commits) void commit.then(() => events.push("commit"));
      const closes = [store.close(), store.close()].map((close) => close.then(() => events.push("close")));
      await expect(left.commit()).rejects.toMatchObject({ code: "CLOSED" });
      await stillness();
      expect(events, "no close is answered before the commits").toEqual([]);
      release();
      await Promise.all([...commits, ...closes]);
      expect(events.slice(0, 3)).toEqual(["commit", "commit", "commit"]);
      expect((await open(disk)).begin().range()).toEqual([["a", 1], ["c", 3], ["d", 3]]);`),
  ],
};

const owners: Scenes = {
  "a second open": () => [
    ...opening,
    ...committing,
    ...story(`
      let disk = createCrashDisk();
      const isLocked = () => expect(open(disk)).rejects.toMatchObject({ code: "LOCKED" });
      const store = await open(disk);
      await commit(store, "a", 1);
      await isLocked();
      await commit(store, "b", 2);
      await isLocked();
      expect(store.begin().range()).toEqual([["a", 1], ["b", 2]]);
      disk = disk.kill();
      const reopened = await open(disk);
      expect(reopened.begin().range()).toEqual([["a", 1], ["b", 2]]);
      await commit(reopened, "c", 3);
      await isLocked();
      await reopened.close();
      expect((await open(disk)).begin().range()).toEqual([["a", 1], ["b", 2], ["c", 3]]);`),
  ],
  "a second open by another process": () => [
    ...opening,
    ...committing,
    ...story(`
      const disk = createCrashDisk();
      const store = await open(disk);
      await commit(store, "a", 1);
      // As another process loads it: what is kept in module variables is not there.
      vi.resetModules();
      const other = await import("./mvcc-store.ts");
      await expect(other.openMvccStore({ disk, directory: "store" })).rejects.toMatchObject({ code: "LOCKED" });
      await commit(store, "b", 2);
      await store.close();
      const next = await other.openMvccStore({ disk, directory: "store" });
      expect(next.begin().range()).toEqual([["a", 1], ["b", 2]]);`),
  ],
  "an open while close waits for commits": () => [
    ...opening,
    ...committing,
    ...story(`
      const disk = createCrashDisk();
      const store = await open(disk);
      const release = disk.holdSyncs();
      const commits = [commit(store, "a", 1)];
      await stillness();
      commits.push(commit(store, "b", 2));
      const close = store.close();
      const another = open(disk).then(() => "opened", (error: { code?: string }) => error.code);
      await stillness();
      release();
      await Promise.all([...commits, close]);
      expect(await another).toBe("LOCKED");
      expect((await open(disk)).begin().range()).toEqual([["a", 1], ["b", 2]]);`),
  ],
  "an open that lags behind another": () => [
    "type Store = Awaited<ReturnType<typeof openMvccStore>>;",
    ...committing.map((line) => line.replace("Awaited<ReturnType<typeof open>>", "Store")),
    ...story(`
      /** A disk or a file whose calls wait first. */
      const waiting = <Target extends object>(target: Target, wait: () => Promise<void>): Target =>
        new Proxy(target, {
          get: (of, name) => async (...given: unknown[]) => {
            await wait();
            const method = Reflect.get(of, name) as (...given: unknown[]) => Promise<unknown>;
            const answer = await method.apply(of, given);
            return typeof answer === "object" && answer !== null && "append" in answer ? waiting(answer, wait) : answer;
          },
        });

      const before = createCrashDisk({ sectorBytes: 16 });
      const store = await openMvccStore({ disk: before, directory: "store" });
      await commit(store, "a", 1);
      before.holdSyncs();
      void commit(store, "b", 2);
      await stillness();
      const torn = () => before.powerCuts().filter((_, index) => index % 5 === 0);
      for (const index of torn().keys()) {
        for (let calls = 0; calls < 10; calls++) {
          const disk = torn()[index]?.disk ?? createCrashDisk();
          let goOn = () => undefined as void;
          const stopped = new Promise<void>((resolve) => { goOn = resolve; });
          let count = 0;
          const lagging = waiting(disk, async () => { if (++count > calls) await stopped; });
          const codeOf = (opening: Promise<Store>) => opening.then((one) => one, (error: { code?: string }) => error.code);
          const late = codeOf(openMvccStore({ disk: lagging, directory: "store" }));
          await stillness();
          const swift = await codeOf(openMvccStore({ disk, directory: "store" }));
          const isOwner = typeof swift === "object";
          if (isOwner) await commit(swift, "c", 3);
          goOn();
          if (isOwner) expect(await late).toBe("LOCKED");
          else expect(swift).toBe("LOCKED");
          const reader = (await openMvccStore({ disk: disk.powerCut(), directory: "store" })).begin();
          expect(reader.get("a")).toBe(1);
          if (isOwner) expect(reader.get("c"), \`\${calls} calls before\`).toBe(3);
        }
      }`),
  ],
  "another directory is another store": () => [
    ...opening,
    ...committing,
    ...story(`
      const disk = createCrashDisk();
      await disk.makeDirectory("other");
      const store = await open(disk);
      const other = await open(disk, { directory: "other" });
      await commit(store, "a", 1);
      await commit(other, "a", 2);
      expect(store.begin().range()).toEqual([["a", 1]]);
      expect(other.begin().range()).toEqual([["a", 2]]);`),
  ],
};

function overload(limit: number): string[] {
  return [
    ...opening,
    ...committing,
    ...story(`
      const disk = createCrashDisk();
      const store = await open(disk, { commitsWaitingMax: ${limit} });
      await commit(store, "before", 1);
      const release = disk.holdSyncs();
      const accepted = Array.from({ length: ${limit} }, (_, index) => commit(store, \`k\${index}\`, index));
      await stillness();
      const late = store.begin();
      late.put("late", 1);
      await expect(late.commit()).rejects.toMatchObject({ code: "OVERLOADED" });
      const reader = store.begin();
      reader.get("before");
      await reader.commit(); // it has written nothing
      release();
      await Promise.all(accepted);
      expect(store.begin().get("late")).toBe(undefined);
      // It is open still, and may commit now.
      expect(late.get("late")).toBe(1);
      await late.commit();
      expect(store.begin().get("late")).toBe(1);
      expect((await open(disk.kill())).begin().range()).toHaveLength(${limit} + 2);`),
  ];
}

const overloaded: Scenes = {
  "one commit may wait": () => overload(1),
  "four commits may wait": () => overload(4),
  "sixteen commits may wait": () => overload(16),
  "the default limit of 1024": () =>
    overload(1024).map((line) => line.replace(", { commitsWaitingMax: 1024 }", "")),
  "losers, readers and the closed do not wait": () => [
    ...opening,
    ...committing,
    ...story(`
      const disk = createCrashDisk();
      const store = await open(disk, { commitsWaitingMax: 2 });
      for (let index = 0; index < 4; index++) {
        const loser = store.begin();
        await commit(store, "a", index);
        const lose = async () => {
          loser.put("a", -1);
          await loser.commit();
        };
        await expect(lose()).rejects.toMatchObject({ code: "CONFLICT" });
        store.begin().rollback();
      }
      await Promise.all([commit(store, "b", 1), commit(store, "c", 1)]);`),
  ],
  "a refused one keeps its snapshot, and what it has read": () => [
    ...opening,
    ...committing,
    ...story(`
      const disk = createCrashDisk();
      const store = await open(disk, { commitsWaitingMax: 1 });
      await commit(store, "a", 1);
      const reader = store.begin({ isolation: "serializable" });
      reader.get("a");
      reader.put("b", 1);
      const still = store.begin();
      still.put("c", 1);
      const release = disk.holdSyncs();
      const accepted = commit(store, "x", 1);
      await stillness();
      for (const refused of [reader, still])
        await expect(refused.commit()).rejects.toMatchObject({ code: "OVERLOADED" });
      release();
      await accepted;
      const other = store.begin({ isolation: "serializable" });
      other.get("b");
      other.put("a", 2);
      await other.commit();
      expect(still.get("a")).toBe(1);
      // The two have read what the other one writes.
      await expect(reader.commit()).rejects.toMatchObject({ code: "CONFLICT" });`),
  ],
  "a hundred commits, none of them awaited": () => [
    ...opening,
    ...committing,
    ...story(`
      const disk = createCrashDisk();
      const store = await open(disk, { commitsWaitingMax: 10 });
      const release = disk.holdSyncs();
      const outcomes = Array.from({ length: 100 }, (_, index) =>
        commit(store, \`k\${index}\`, index).then(() => "ok", (error: { code?: string }) => error.code),
      );
      await stillness();
      release();
      const expected = Array.from({ length: 100 }, (_, index) => (index < 10 ? "ok" : "OVERLOADED"));
      expect(await Promise.all(outcomes)).toEqual(expected);`),
  ],
};

const safe: Scenes = {
  "what waits hides nothing": () => [
    ...opening,
    ...committing,
    ...story(`
      const disk = createCrashDisk();
      const store = await open(disk);
      await commit(store, "a", 1);
      const release = disk.holdSyncs();
      const waits = commit(store, "a", 2);
      await stillness();
      store.begin().rollback(); // may set off a collection
      const reader = store.begin();
      expect(store.begin().get("a")).toBe(1);
      release();
      await waits;
      expect(store.begin().get("a")).toBe(2);
      expect(reader.get("a")).toBe(1);`),
  ],
};

const withTheAnswer: Scenes = {
  "a begin with the answer": () => [
    ...opening,
    ...story(`
      const store = await open(createCrashDisk());
      for (let value = 1; value <= 3; value++) {
        const writer = store.begin();
        writer.put("a", value);
        await writer.commit();
        const reader = store.begin();
        expect(reader.get("a")).toBe(value);
        reader.rollback();
      }`),
  ],
};

const scenesOf: Partial<Readonly<Record<InvariantId, Scenes>>> = {
  "mvcc-store/crowds-see-snapshots": withTheAnswer,
  "mvcc-store/commits-survive-whole": survive,
  "mvcc-store/seen-is-safe": safe,
  "mvcc-store/conflicts-see-waiting-commits": waiting,
  "mvcc-store/commits-share-a-sync": shares,
  "mvcc-store/no-commit-is-forgotten": forgotten,
  "mvcc-store/one-owner-at-a-time": owners,
  "mvcc-store/overload-is-refused": overloaded,
};

export function sceneAsTest(id: InvariantId, scene: string): string[] {
  const write = scenesOf[id]?.[scene];
  if (write === undefined) throw new RangeError(`There is no scene called "${scene}" of ${id}.`);
  return write();
}
