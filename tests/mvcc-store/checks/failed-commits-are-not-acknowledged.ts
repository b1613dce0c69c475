/**
 * One thing goes wrong in the first life: a sync, a directory's sync, an append that finds no room, reads that return
 * less. What was answered before and after must survive every crash, and the next life must go on. And recoveries
 * that meet a disk error lose nothing.
 */
import type { MvccStore } from "#katas/mvcc-store/contract.ts";
import { kata } from "#katas/mvcc-store/kata.ts";
import type { Faults } from "#platform/testing/disk-port.ts";
import { together } from "../../harness/experiment.ts";
import { Stage } from "../../harness/on-disk/stage.ts";
import { committing, type MvccStage, staged } from "../durable/adapter.ts";
import { drawWork, secondLife, sectorOf, textOf } from "../durable/case.ts";
import { failures as kindsOfFailure, failWhileOthersWait } from "../durable/failed-batch.ts";
import { hunting } from "../durable/hunt.ts";
import type { DurableLife, LiveViolation } from "../durable/life.ts";
import { hadNoEffect } from "../durable/history.ts";
import { keyInWords } from "../script.ts";

const promise = "mvcc-store/failed-commits-are-not-acknowledged";

const faults: readonly Faults[] = [
  ...[0, 1, 2, 3].map((failSync) => ({ failSync })),
  ...[0, 1, 2].flatMap((append) =>
    [0, 1, 9, 21, 1000].flatMap((bytesKept) => [
      { fullDisk: { append, appends: 1, bytesKept } },
      { fullDisk: { append, appends: 1000, bytesKept } },
    ]),
  ),
  { failDirectorySync: 0 },
  ...[4, 5, 6, 7, 8, 9, 10].map((failCall) => ({ failCall })),
];

const keys = ["a", "b", "c"];

const failures = hunting({
  promise,
  hunt: {
    wants: ["not whole", "seen, then gone", "another winner", "refused", "unsettled", "stuck"],
    phases: ["crash", "second life", "kill, then power cut"],
    names: "core",
    hang: "tolerated",
    live: rejectedIsUnseen,
    missing: ({ port }) => (port.faulted ? null : "the call that was to fail was never made"),
  },
  cases: Math.ceil(faults.length * 1.5),
  draw: (random, index) => {
    const isConcurrent = index >= faults.length && index % 2 === 1;
    const mix = { transactions: isConcurrent ? 2 : 4, keys, writes: 2, deletes: 2, reads: 2 };
    return {
      clients: Array.from({ length: isConcurrent ? 3 : 1 }, (_, client) =>
        drawWork(random, mix, client * 100 + 1),
      ),
      ...(isConcurrent ? { draw: { index, seed: random.below(1_000_000) } } : {}),
      second: [...secondLife],
      closes: true,
      thinning: 6,
      faults: faults[index % faults.length] ?? {},
      sectorBytes: sectorOf(index),
    };
  },
});

/** Reads return less than was asked, in the first life and in recoveries. */
const shortReads = hunting({
  promise,
  hunt: {
    wants: ["not whole", "refused", "stuck"],
    phases: ["crash"],
    names: "core",
    crashesAt: ({ history }) => history.deeds.every(({ answeredAt }) => answeredAt !== null),
  },
  cases: 8,
  draw: (random, index) => ({
    clients: [
      drawWork(
        random,
        { transactions: 4, keys: [...keys, "d", "e"], writes: 5, deletes: 2, reads: 0 },
        95,
      ),
    ],
    faults: { shortReads: index },
    recoveryFaults: { shortReads: index },
    sectorBytes: sectorOf(index),
  }),
});

/** An open that meets an error may reject, and loses nothing. */
const failedOpens = hunting({
  promise,
  hunt: {
    wants: ["not whole", "refused", "unsettled", "another winner"],
    phases: ["crash in recovery"],
    names: "core",
    errorsInRecovery: true,
    hang: "tolerated",
  },
  cases: 6,
  draw: (random, index) => ({
    clients: [drawWork(random, { transactions: 3, keys, writes: 2, deletes: 2, reads: 0 }, 1)],
    thinning: 12,
    sectorBytes: sectorOf(index),
  }),
});

export const failedCommitsAreNotAcknowledged = together(promise, kata.version, [
  failures,
  shortReads,
  failedOpens,
  staged(promise, {
    "the first open meets a failing sync of its directory": namesAreNotSafe,
    "a recovery meets a failing sync": bytesAreNotSafe,
  }),
  staged(
    promise,
    Object.fromEntries(
      kindsOfFailure.map((failure) => [
        `others wait behind it: ${failure}`,
        (stage: MvccStage) => answeredIsSafe(stage, failure),
      ]),
    ),
  ),
]);

/** The open may reject, or the store find a way to make its names safe before it answers a commit. */
async function namesAreNotSafe(stage: MvccStage): Promise<void> {
  stage.port.faults = { failDirectorySync: 0 };
  stage.tell("the next sync of a directory will fail", "");
  const opening = stage.opens();
  await stage.settleAll();
  if (opening.state !== "resolved") return;
  const store = opening.value as MvccStore;
  const commit = stage.call("commit a=1", committing(store, { a: 1 }));
  await stage.settleAll();
  if (!stage.port.faulted) stage.missed("no sync of a directory was called");
  if (commit.state !== "resolved") return;
  await stage.powerCut();
  const reader = (await stage.open()).begin();
  if (reader.get("a") !== 1)
    stage.broken("get a", "The commit of a=1 was answered, and after the power cut it is gone.");
}

/** A commit was killed before its sync: the next open may reject, or show only what no power cut takes back. */
async function bytesAreNotSafe(stage: MvccStage): Promise<void> {
  const store = await stage.open();
  stage.call("commit a=1", committing(store, { a: 1 }));
  await stage.settleAll();
  stage.call("commit b=1", committing(store, { b: 1 }));
  await stage.settleAll(Stage.neverSyncs);
  await stage.kill();
  stage.port.faults = { failSync: 0 };
  stage.tell("the next sync of a file will fail", "");
  const opening = stage.opens();
  await stage.settleAll();
  if (opening.state !== "resolved") return;
  const shown = keysOf(opening.value as MvccStore);
  stage.tell("range", shown);
  await stage.powerCut();
  const found = keysOf(await stage.open());
  if (found !== shown)
    stage.broken(
      "range",
      `A recovery had shown ${shown}, and after the power cut the store holds ${found || "nothing"}.`,
    );
}

function keysOf(store: MvccStore): string {
  const reader = store.begin();
  const keys = reader.range().map(([key]) => key);
  reader.rollback();
  return keys.join(" ");
}

/** Those who waited may be answered or not, as long as the next life agrees. */
async function answeredIsSafe(
  stage: MvccStage,
  failure: (typeof kindsOfFailure)[number],
): Promise<void> {
  if (stage.exports.singleThreaded !== undefined) return;
  const { answers } = await failWhileOthersWait(stage, failure);
  await stage.powerCut();
  const reader = (await stage.open()).begin();
  for (const [key, { what, state }] of answers)
    if (state === "resolved" && reader.get(key) !== 1)
      stage.broken(`get ${key}`, `${what} was answered, and after the power cut it is gone.`);
  reader.rollback();
}

/** In the life that saw a commit rejected, no transaction sees it. */
function rejectedIsUnseen({ history: { deeds } }: DurableLife): LiveViolation | null {
  for (const rejected of deeds) {
    if (rejected.outcome !== "rejected" || hadNoEffect(rejected)) continue;
    for (const reader of deeds) {
      for (const [key, value] of reader.seen) {
        const isOfRejected = rejected.work.writes.some(
          ([written, number]) => written === key && number !== null && textOf(number) === value,
        );
        if (!isOfRejected) continue;
        return {
          signature: "a rejected commit is seen",
          name: reader.name,
          expected: `not to have read ${keyInWords(key)} as ${rejected.name} wrote it`,
          therefore: `The commit of ${rejected.name} was rejected, and ${reader.name} reads what it wrote under ${keyInWords(key)}.`,
        };
      }
    }
  }
  return null;
}
