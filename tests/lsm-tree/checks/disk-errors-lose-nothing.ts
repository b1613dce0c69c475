/**
 * One thing goes wrong in the first life: a sync, a directory's sync, any one call, an append that finds no room. What
 * was answered before and after must survive every crash, and the next life must go on. Then the same in recoveries.
 */
import type { Entry, LsmTree } from "#katas/lsm-tree/contract.ts";
import { kata } from "#katas/lsm-tree/kata.ts";
import type { Faults } from "#platform/testing/disk-port.ts";
import type { DiskState } from "#platform/testing/disk-state.ts";
import { together } from "../../harness/experiment.ts";
import { outcomeOf } from "../../harness/life.ts";
import { manyClients, oneClient, secondLife, sectorOf } from "../../harness/key-value/hunting.ts";
import { entriesOf, flushing, compacting } from "../adapter.ts";
import { liveWithRanges } from "../range-judgement.ts";
import {
  answerInWords,
  entriesInWords,
  entryInWords,
  firstDifference,
  type Script,
  scripted,
} from "../script.ts";
import { Model } from "../model.ts";
import { hunting } from "../searches.ts";

const promise = "lsm-tree/disk-errors-lose-nothing";

const faults: readonly Faults[] = [
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((failSync) => ({ failSync })),
  ...[0, 1, 2, 3].map((failDirectorySync) => ({ failDirectorySync })),
  ...[1, 2, 3, 4, 5, 6].flatMap((append) => [
    { fullDisk: { append, appends: 1, bytesKept: (append * 7) % 30 } },
    { fullDisk: { append, appends: 1000, bytesKept: (append * 11) % 50 } },
  ]),
  ...Array.from({ length: 16 }, (_, index) => ({ failCall: 6 + index * 2 })),
];

const keys = ["a", "b"];

const failingCallsMax = 12;

export const diskErrorsLoseNothing = together(promise, kata.version, [
  hunting({
    promise,
    hunt: {
      wants: ["lost", "invented", "refused", "seen", "hidden", "unsettled"],
      phases: ["crash", "second life", "kill, then power cut"],
      names: "core",
      live: liveWithRanges,
      missing: ({ port }) => (port.faulted ? null : "the call that was to fail was never made"),
    },
    cases: Math.round(faults.length * 1.2),
    draw: (random, index) => {
      const mix = {
        operations: 7 + (index % 3),
        keys,
        gets: 0.2,
        deletes: 0.15,
        others: [flushing(0.1), compacting(0.1)],
        sizes: [4, 12, 40, 90],
      };
      const isConcurrent = index >= faults.length && index % 2 === 1;
      return {
        clients: isConcurrent
          ? manyClients(random, 3, { ...mix, operations: 3 })
          : oneClient(random, mix),
        ...(isConcurrent ? { draw: { index, seed: random.below(1_000_000) } } : {}),
        options: {
          memtableThreshold: 1 + (index % 3),
          // A lone client is never one too many, unless failed writes go on being counted.
          ...(isConcurrent ? {} : { writersWaitingMax: 2 }),
        },
        second: secondLife(keys),
        closes: true,
        thinning: 18,
        phases: ["crash", index % 2 === 0 ? "second life" : "kill, then power cut"],
        faults: faults[index % faults.length] ?? {},
        sectorBytes: sectorOf(index),
      };
    },
  }),
  // A name that no sync has covered may be missing, while a later removal of what it replaces is there.
  hunting({
    promise,
    hunt: {
      wants: ["lost", "invented", "refused"],
      phases: ["crash"],
      names: "strict",
      missing: ({ port }) => (port.faulted ? null : "the call that was to fail was never made"),
    },
    cases: 16,
    draw: (random, index) => ({
      clients: oneClient(random, {
        operations: 8,
        keys,
        gets: 0,
        deletes: 0.15,
        others: [flushing(0.1), compacting(0.1)],
        sizes: [4, 40],
      }),
      options: { memtableThreshold: 1 + (index % 2) },
      thinning: 18,
      faults: { failDirectorySync: 1 + (index % 8) },
      sectorBytes: sectorOf(index),
    }),
  }),
  hunting({
    promise,
    hunt: {
      wants: ["lost", "invented", "refused"],
      phases: ["crash in recovery"],
      names: "core",
      errorsInRecovery: true,
      crashesAt: ({ step }) => step % 3 === 0,
    },
    cases: 4,
    draw: (random, index) => ({
      clients: oneClient(random, {
        operations: 5,
        keys,
        gets: 0,
        deletes: 0.2,
        others: [flushing(0.2), compacting(0.1)],
        sizes: [4, 40],
      }),
      options: { memtableThreshold: 1 + (index % 2) },
      thinning: 32,
      sectorBytes: sectorOf(index),
    }),
  }),
  scripted(promise, {
    "a call fails in a get": (script) =>
      whereACallFails(script, async (tree, model) => {
        for (const [key, value] of model.range()) {
          const got = await outcomeOf(tree.get(key));
          if (got.how === "hung") return script.hung(`get ${key} was never answered`);
          // Later ones may be refused as well.
          if (got.how === "rejected") return;
          if (got.value === value) continue;
          const what = `get ${key}`;
          const answer = answerInWords(got.value);
          const therefore = `A call to the disk failed, and ${what} answers ${answer} where only its value or an error is right.`;
          script.broken(what, `answered ${answer}`, therefore);
        }
      }),
    "a call fails in a range": (script) =>
      whereACallFails(script, async (tree, model) => {
        const got = await outcomeOf(entriesOf(tree.range()));
        if (got.how === "hung") script.hung("a range was never answered");
        if (got.how === "resolved") isAll(script, got.value, model);
      }),
    "a call fails in an open": opensWhereACallFails,
    "a call fails in a close": closesWhereACallFails,
    "a sync fails, and reads go on until the power is cut": readsAfterAFailedSync,
  }),
]);

/** A closed tree of eight keys in one table. */
async function closedTree(script: Script): Promise<{ model: Model; state: DiskState }> {
  const model = new Model();
  const tree = await script.open();
  for (const key of ["a", "b", "c", "d", "e", "f", "g", "h"]) {
    model.set(key, `value of ${key}`);
    await script.quietly("a put", () => tree.put(key, `value of ${key}`));
  }
  await script.does("flush of 8 keys", () => tree.flush());
  await script.does("close", () => tree.close());
  return { model, state: script.port.state };
}

/** Opens the tree again and again; each time another one of the calls that the read makes fails. */
async function whereACallFails(
  script: Script,
  read: (tree: LsmTree, model: Model) => Promise<void>,
): Promise<void> {
  const { model, state } = await closedTree(script);
  for (let later = 0; later < failingCallsMax; later++) {
    script.nextDisk(state.afterKill());
    const tree = await script.open();
    script.port.faults = { failCall: script.port.counts.calls + later };
    script.tell(`call ${later + 1} to the disk`, "will fail");
    await read(tree, model);
    if (!script.port.faulted) return;
  }
}

/** An open that meets an error may reject. It loses nothing: the next one finds all. */
async function opensWhereACallFails(script: Script): Promise<void> {
  const { model, state } = await closedTree(script);
  for (let failCall = 0; failCall < failingCallsMax; failCall++) {
    script.nextDisk(state.afterKill(), { failCall });
    const opened = await outcomeOf(script.opens());
    if (opened.how === "hung") script.hung("openLsmTree was never answered");
    script.tell("open", `${opened.how}; its call ${failCall + 1} to the disk has failed`);
    const isRejected = opened.how === "rejected";
    if (!isRejected) await outcomeOf(opened.value.close());
    const faulted = script.port.faulted;
    await script.kill();
    const tree = await script.open();
    isAll(script, await script.quietly("a range", () => entriesOf(tree.range())), model);
    if (!faulted) return;
  }
}

/** A close that meets an error may reject; the directory is free nevertheless. */
async function closesWhereACallFails(script: Script): Promise<void> {
  const { model, state } = await closedTree(script);
  model.set("i", "value of i");
  for (let later = 0; later < failingCallsMax; later++) {
    script.nextDisk(state.afterKill());
    const tree = await script.open();
    await script.quietly("a put", () => tree.put("i", "value of i"));
    script.port.faults = { failCall: script.port.counts.calls + later };
    const closed = await outcomeOf(tree.close());
    if (closed.how === "hung") script.hung("close was never answered");
    script.tell("close", `${closed.how}; its call ${later + 1} to the disk was to fail`);
    const { faulted } = script.port;
    script.port.faults = {};
    const reopened = await script.open();
    isAll(script, await script.quietly("a range", () => entriesOf(reopened.range())), model);
    if (!faulted) return;
  }
}

const failingSyncsMax = 14;

/** A write that was rejected may show later, or never; what a read has shown stays. */
async function readsAfterAFailedSync(script: Script): Promise<void> {
  const { state } = script.port;
  for (let later = 0; later < failingSyncsMax; later++) {
    script.nextDisk(state.copy());
    const tree = await script.open({ memtableThreshold: 2 });
    script.port.faults = { failSync: script.port.counts.syncs + later };
    script.tell(`sync ${later + 1} from here`, "will fail");
    const shown = new Map<string, string | undefined>();
    for (let write = 0; write < 8; write++) {
      const key = keys[(write >> 1) % keys.length] ?? "";
      const isDelete = write % 4 === 3;
      const what = isDelete ? `delete ${key}` : `put ${key}=${write}`;
      const call = isDelete ? tree.delete(key) : tree.put(key, String(write));
      const { how } = await outcomeOf<unknown>(call);
      if (how === "hung") script.hung(`${what} was never answered`);
      script.tell(what, how);
      // Nothing is known any more of what was shown before this write.
      shown.delete(key);
      for (const one of keys) {
        const got = await outcomeOf(write % 2 === 0 ? tree.get(one) : byRange(tree, one));
        if (got.how === "resolved") shown.set(one, got.value);
      }
    }
    const { faulted } = script.port;
    await script.powerCut();
    const reopened = await script.open({ memtableThreshold: 2 });
    for (const [key, value] of shown) {
      const now = await script.quietly(`get ${key}`, () => reopened.get(key));
      if (now === value) continue;
      const therefore = `A read showed ${answerInWords(value)} under ${key}, and the power cut took it back: now it shows ${answerInWords(now)}.`;
      script.broken(`get ${key}`, `answered ${answerInWords(now)}`, therefore);
    }
    if (!faulted) return;
  }
}

async function byRange(tree: LsmTree, key: string): Promise<string | undefined> {
  return (await entriesOf(tree.range(key, `${key}\0`)))[0]?.[1];
}

function isAll(script: Script, entries: readonly Entry[], model: Model): void {
  const expected = model.range();
  const place = firstDifference(entries, expected);
  if (place === -1) return;
  const [wanted, got] = [entryInWords(expected[place]), entryInWords(entries[place])];
  script.broken(
    "range",
    `answered ${entriesInWords(entries)}`,
    `A call to the disk failed, and a range answers ${got} as entry ${place + 1} where only ${wanted} or an error is right.`,
  );
}
