/**
 * Commits wait for the disk, and others want the same keys: the one that waits has won. Scenes say so of pairs,
 * histories of crowds; and crashes amid races show whether a loser was written down.
 */
import { kata } from "#katas/mvcc-store/kata.ts";
import type { MvccStore, Transaction } from "#katas/mvcc-store/contract.ts";
import { errorCode } from "#platform/errors.ts";
import { together } from "../../harness/experiment.ts";
import { describeError } from "../../harness/in-words.ts";
import type { Answer } from "../../harness/on-disk/stage.ts";
import { Stage } from "../../harness/on-disk/stage.ts";
import { holds, type MvccStage, staged } from "../durable/adapter.ts";
import { drawWork, sectorOf } from "../durable/case.ts";
import { crowdOnDisk, isOfConflicts } from "../durable/crowd-on-disk.ts";
import { hunting } from "../durable/hunt.ts";

const promise = "mvcc-store/conflicts-see-waiting-commits";

const scenes = staged(promise, {
  "both have begun before": (stage) => race(stage, { second: "before" }),
  "the second begins while the first waits": (stage) => race(stage, { second: "while it waits" }),
  "the second deletes": (stage) => race(stage, { second: "while it waits", deletes: true }),
  "the second reads nothing, the first deletes": (stage) =>
    race(stage, { second: "before", firstDeletes: true }),
  "three in a row": (stage) => race(stage, { second: "while it waits", third: true }),
  "each has read what the other writes": (stage) => skew(stage, "before"),
  "the second reads while the first waits": (stage) => skew(stage, "while it waits"),
  "each has found nothing where the other puts": (stage) => phantoms(stage),
});

const onDisk = (model: "snapshot-isolation" | "serializable") =>
  crowdOnDisk({ promise, model, histories: 50, wants: isOfConflicts });

const races = hunting({
  promise,
  hunt: { wants: ["another winner"], phases: ["crash"], names: "core", hang: "tolerated" },
  cases: 40,
  draw: (random, index) => {
    const keys = ["a", "b"].slice(0, 1 + (index % 2));
    const mix = { transactions: 1 + (index % 2), keys, writes: 2, deletes: 1, reads: 0 };
    return {
      clients: Array.from({ length: 2 + (index % 3) }, (_, client) =>
        drawWork(random, mix, client * 100 + 1),
      ),
      draw: { index, seed: random.below(1_000_000) },
      sectorBytes: sectorOf(index),
    };
  },
});

export const conflictsSeeWaitingCommits = together(promise, kata.version, [
  scenes,
  onDisk("snapshot-isolation"),
  onDisk("serializable"),
  races,
]);

interface Race {
  second: "before" | "while it waits";
  deletes?: true;
  firstDeletes?: true;
  third?: true;
}

async function race(
  stage: MvccStage,
  { second, deletes, firstDeletes, third }: Race,
): Promise<void> {
  const store = await stage.open();
  await committed(stage, store, "T0", (writer) => {
    writer.put("a", 0);
  });
  const first = begin(stage, store, "T1");
  let rival = second === "before" ? begin(stage, store, "T2") : undefined;
  write(stage, "T1", first, firstDeletes === true ? { delete: "a" } : { put: "a", value: 1 });
  const winner = stage.call("T1 commit", () => first.commit());
  await waits(stage, winner);
  rival ??= begin(stage, store, "T2");
  const losers = [
    commitAfter(stage, "T2", rival, deletes === true ? { delete: "a" } : { put: "a", value: 2 }),
  ];
  if (third === true)
    losers.push(commitAfter(stage, "T3", begin(stage, store, "T3"), { put: "a", value: 3 }));
  await stage.settleAll(Stage.neverSyncs);
  stage.tell("the syncs end", "");
  await stage.settleAll();
  won(stage, winner);
  for (const loser of losers)
    lost(stage, loser, "T1 waited for the disk with a write of the same key");
  const expected = firstDeletes === true ? {} : { a: 1 };
  holds(stage, store, expected);
  await stage.powerCut();
  holds(stage, await stage.open(), expected);
}

/** Serializable transactions; the second one must not commit behind the first one's back. */
async function skew(stage: MvccStage, second: Race["second"]): Promise<void> {
  const store = await stage.open();
  await committed(stage, store, "T0", (writer) => {
    writer.put("a", 0);
    writer.put("b", 0);
  });
  const first = begin(stage, store, "T1", true);
  let other = second === "before" ? begin(stage, store, "T2", true) : undefined;
  read(stage, "T1", first, "b");
  write(stage, "T1", first, { put: "a", value: 1 });
  const winner = stage.call("T1 commit", () => first.commit());
  await waits(stage, winner);
  other ??= begin(stage, store, "T2", true);
  const missed = read(stage, "T2", other, "a");
  const loser = commitAfter(stage, "T2", other, { put: "b", value: 2 });
  await stage.settleAll(Stage.neverSyncs);
  stage.tell("the syncs end", "");
  await stage.settleAll();
  won(stage, winner);
  // Whoever has read what the first one wrote comes after it.
  if (missed === 0)
    lost(stage, loser, "it has read a key that T1 wrote, and writes one that T1 has read");
}

/** Neither has found anything among the keys of which the other one puts the first. */
async function phantoms(stage: MvccStage): Promise<void> {
  const store = await stage.open();
  await committed(stage, store, "T0", (writer) => {
    writer.put("c", 0);
  });
  const first = begin(stage, store, "T1", true);
  readRange(stage, "T1", first, ["b", "c"]);
  write(stage, "T1", first, { put: "a1", value: 1 });
  const winner = stage.call("T1 commit", () => first.commit());
  await waits(stage, winner);
  const second = begin(stage, store, "T2", true);
  const found = readRange(stage, "T2", second, ["a", "b"]);
  const loser = commitAfter(stage, "T2", second, { put: "b1", value: 2 });
  await stage.settleAll(Stage.neverSyncs);
  stage.tell("the syncs end", "");
  await stage.settleAll();
  won(stage, winner);
  if (found === 0)
    lost(stage, loser, "each has found nothing in a range into which the other one puts");
}

// ── Calls ─────────────────────────────────────────────────────────────────────────────────────

type Write = { put: string; value: number } | { delete: string };

async function committed(
  stage: MvccStage,
  store: MvccStore,
  name: string,
  writes: (writer: Transaction) => void,
): Promise<void> {
  const commit = stage.call(`${name} commit`, async () => {
    const writer = store.begin();
    writes(writer);
    await writer.commit();
  });
  await stage.settleAll();
  won(stage, commit);
}

function begin(
  stage: MvccStage,
  store: MvccStore,
  name: string,
  isSerializable = false,
): Transaction {
  const transaction = isSerializable ? store.begin({ isolation: "serializable" }) : store.begin();
  stage.tell(`${name} begin`, isSerializable ? "serializable" : "");
  return transaction;
}

function read(stage: MvccStage, name: string, transaction: Transaction, key: string): unknown {
  const value = transaction.get(key);
  stage.tell(`${name} get ${key}`, String(value));
  return value;
}

/** How many entries there are. */
function readRange(
  stage: MvccStage,
  name: string,
  transaction: Transaction,
  [start, end]: [string, string],
): number {
  const entries = transaction.range(start, end);
  stage.tell(`${name} range from ${start} up to ${end}`, `${entries.length} entries`);
  return entries.length;
}

function write(stage: MvccStage, name: string, transaction: Transaction, change: Write): void {
  if ("put" in change) transaction.put(change.put, change.value);
  else transaction.delete(change.delete);
  stage.tell(
    `${name} ${"put" in change ? `put ${change.put}=${change.value}` : `delete ${change.delete}`}`,
    "done",
  );
}

/** A write may be refused as well as the commit after it. */
function commitAfter(
  stage: MvccStage,
  name: string,
  transaction: Transaction,
  change: Write,
): Answer {
  return stage.call(`${name} commit`, async () => {
    write(stage, name, transaction, change);
    await transaction.commit();
  });
}

async function waits(stage: MvccStage, answer: Answer): Promise<void> {
  await stage.settleAll(Stage.neverSyncs);
  if (answer.state === "rejected") won(stage, answer);
  if (answer.state === "resolved" || stage.pendingSyncs() === 0)
    stage.missed("a commit was answered although no sync ends");
  stage.tell("every sync is left unanswered", "");
}

function won(stage: MvccStage, { what, state, error }: Answer): void {
  if (state === "pending") stage.hung(`${what} was never answered`);
  if (state === "rejected")
    stage.broken(what, `${what} was called first and must succeed: ${describeError(error)}.`);
}

function lost(stage: MvccStage, { what, state, error }: Answer, why: string): void {
  if (state === "pending") stage.hung(`${what} was never answered`);
  if (state === "resolved")
    stage.broken(what, `${what} must be refused with CONFLICT, for ${why}; it was answered ok.`);
  if (errorCode(error) !== "CONFLICT")
    stage.broken(
      what,
      `${what} must be refused with CONFLICT, and it was ${describeError(error)}.`,
    );
}
