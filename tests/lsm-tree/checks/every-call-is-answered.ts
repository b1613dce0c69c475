/**
 * Lost wake-ups show when something starves for long, so most schedules here are PCT and random; and close is called
 * while other calls are under way. Then scenes: what close waits for and what must wait for close, and reads while no
 * sync ends.
 */
import type { Entry, LsmTree } from "#katas/lsm-tree/contract.ts";
import { kata } from "#katas/lsm-tree/kata.ts";
import { errorCode } from "#platform/errors.ts";
import { together } from "../../harness/experiment.ts";
import { describeError } from "../../harness/in-words.ts";
import { crowd } from "../../harness/key-value/hunting.ts";
import { closeWaited } from "../../harness/key-value/live.ts";
import { valueText } from "../../harness/key-value/workload.ts";
import type { Answer, Choice } from "../../harness/on-disk/stage.ts";
import { entriesOf, entryOf, flushing, ranging } from "../adapter.ts";
import { hunting, Stage, staged } from "../searches.ts";
import { levelOf } from "../session.ts";

const promise = "lsm-tree/every-call-is-answered";

const anyCalls = hunting({
  promise,
  hunt: { wants: [], phases: [], names: "core", hang: "broken", live: closeWaited },
  cases: 280,
  draw: (random, index) => {
    // A range is many calls, of which close waits for those that were called before it.
    const isClosing = index % 2 === 0;
    const clients = crowd(random, index, {
      keys: ["a", "b", "c"],
      gets: 0.2,
      deletes: 0.15,
      others: [flushing(0.12), ...(isClosing ? [] : [ranging(0.1)])],
      sizes: [4, 40],
    });
    if (isClosing) clients.push([{ kind: "close" }]);
    return {
      clients,
      options: { memtableThreshold: 1 + random.below(3) },
      draw: { index, seed: random.below(1_000_000) },
      sectorBytes: 32,
    };
  },
});

export const everyCallIsAnswered = together(promise, kata.version, [
  anyCalls,
  staged(promise, {
    "close is called twice while a put waits": closeWhileAPutWaits,
    "close is called while a next is under way": closeDuringNext,
    "close is called while a get waits for the disk": (stage) =>
      closeWhileReading(stage, "get a", (tree) => tree.get("a")),
    "close is called while a next waits for the disk": (stage) =>
      closeWhileReading(stage, "next", async (tree) => {
        const next = await tree.range()[Symbol.asyncIterator]().next();
        return (next.value as Entry)[1];
      }),
    "reads while puts wait for a sync": (stage) =>
      readWhile(stage, "puts", (tree) =>
        ["a", "b", "x"].map((key) => stage.call(`put ${key}`, () => tree.put(key, "new"))),
      ),
    "reads while a delete waits for a sync": (stage) =>
      readWhile(stage, "a delete", (tree) => [stage.call("delete a", () => tree.delete("a"))]),
    "reads while a flush waits for a sync": (stage) =>
      readWhile(stage, "a flush", (tree) => [stage.call("flush", () => tree.flush())]),
    "reads while a memtable becomes a table": (stage) =>
      readWhile(stage, "puts that fill a memtable", (tree) =>
        ["w", "x", "y", "z", "a", "b"].map((key) =>
          stage.call(`put ${key}`, () => tree.put(key, "new")),
        ),
      ),
    "reads while a compaction waits for a sync": async (stage) => {
      if ((stage.exports.level ?? kata.levels.length) < levelOf.compact) return;
      await readWhile(stage, "a compaction", (tree) => [
        stage.call("compact", () => tree.compact()),
      ]);
    },
  }),
]);

const keys = ["a", "b", "c", "d", "e", "f", "g"];

/** A tree with entries in tables and in its memtable. */
async function filled(stage: Stage): Promise<LsmTree> {
  const tree = await stage.open({ memtableThreshold: 3 });
  const puts = stage.call(`puts of ${keys.length} keys`, async () => {
    for (const key of keys) await tree.put(key, "1");
  });
  await stage.settleAll();
  isAnswered(stage, puts);
  return tree;
}

// ── Reads never wait for a sync ───────────────────────────────────────────────────────────────

const heldUp: readonly (readonly [string, Choice])[] = [
  ["no sync of a file ends", Stage.neverSyncs],
  [
    "no sync of a directory ends",
    (pending) => pending.findIndex(({ call }) => call?.kind !== "syncDirectory"),
  ],
];

/** A flush or a merge syncs a table, names, a list; it must not be waited for at any of them. */
const syncsMax = 12;

/** No sync ends, of files, then of directories, then after the first one, two, …; gets and ranges are answered all the same. */
async function readWhile(
  stage: Stage,
  what: string,
  write: (tree: LsmTree) => Answer[],
): Promise<void> {
  for (const [when, choose] of heldUp)
    await readMeanwhile(stage, { what, write, when, choose, syncs: 0 });
  for (let syncs = 1; syncs <= syncsMax; syncs++) {
    const when = `${syncs} of the syncs end, and no more`;
    const choose = Stage.neverSyncsAtAll;
    if (!(await readMeanwhile(stage, { what, write, when, choose, syncs }))) return;
  }
}

interface HeldUp {
  what: string;
  write: (tree: LsmTree) => Answer[];
  when: string;
  choose: Choice;
  /** So many syncs end before the reads are called. */
  syncs: number;
}

/** Whether a sync was left to wait for. */
async function readMeanwhile(
  stage: Stage,
  { what, write, when, choose, syncs }: HeldUp,
): Promise<boolean> {
  stage.nextLife(stage.port.state.afterKill());
  const tree = await filled(stage);
  const begun = tree.range()[Symbol.asyncIterator]();
  const first = stage.call("next of a range", () => begun.next());
  await stage.settleAll();
  isAnswered(stage, first);
  const writes = write(tree);
  await stage.settleAll(choose);
  for (let sync = 0; sync < syncs; sync++) {
    const next = stage.gates.pending.findIndex(({ call }) => isSync(call?.kind));
    if (next === -1) return false;
    stage.gates.open(next);
    await stage.settleAll(choose);
  }
  stage.tell(when, "");
  const reads = ["a", "c", "g", "absent"].map((key) =>
    stage.call(`get ${key}`, () => tree.get(key)),
  );
  reads.push(stage.call("range", () => entriesOf(tree.range())));
  reads.push(stage.call("next of the range that was begun", () => begun.next()));
  await stage.settleAll(choose);
  for (const { what: read, state, error } of reads) {
    if (state === "rejected") stage.broken(read, `${read} rejected: ${describeError(error)}.`);
    if (state === "pending")
      stage.broken(
        read,
        `${read} is not answered while a sync of ${what} does not end: it waits too.`,
      );
  }
  await stage.settleAll();
  for (const one of writes) isAnswered(stage, one);
  return true;
}

function isSync(kind: string | undefined): boolean {
  return kind === "sync" || kind === "syncDirectory";
}

// ── Close ─────────────────────────────────────────────────────────────────────────────────────

async function closeWhileAPutWaits(stage: Stage): Promise<void> {
  const tree = await stage.open({ memtableThreshold: 2 });
  const put = (key: string, value: number): Answer =>
    stage.call(`put ${key}=${value}`, () => tree.put(key, valueText(value, 8)));
  const accepted = put("a", 1);
  await stage.settleAll(Stage.neverSyncs);
  if (stage.pendingSyncs() === 0) stage.missed("no sync was under way while a put waited");
  stage.tell("every sync is left unanswered", "");
  const flush = stage.call("flush", () => tree.flush());
  const closes = ["close", "close again"].map((what) => stage.call(what, () => tree.close()));
  const refused = put("b", 2);
  await stage.settleAll(Stage.neverSyncs);
  for (const { what, state } of closes) {
    if (state !== "pending")
      stage.broken(what, `${what} was answered before a put that was called before it.`);
  }
  const opening = stage.opens();
  await stage.settleAll(Stage.neverSyncs);
  isRefused(stage, opening, "LOCKED");

  stage.tell("the syncs end", "");
  await stage.settleAll();
  for (const one of [accepted, flush, ...closes]) isAnswered(stage, one);
  isRefused(stage, refused, "CLOSED");
  const expected = new Map([
    ["a", valueText(1, 8)],
    ["b", undefined],
  ]);
  await stage.shows(await stage.open(), expected);
}

/** The next was called before close, so it is answered; the one after it is refused. */
async function closeDuringNext(stage: Stage): Promise<void> {
  const tree = await filled(stage);
  const iterator = tree.range()[Symbol.asyncIterator]();
  const first = stage.call("next", () => iterator.next());
  const close = stage.call("close", () => tree.close());
  await stage.settleAll();
  isAnswered(stage, first);
  isAnswered(stage, close);
  const result = first.value as IteratorResult<Entry>;
  const shown = result.done === true ? "the end" : entryOf(result.value).join("=");
  if (shown !== "a=1") stage.broken("next", `next must answer a=1, and it answered ${shown}.`);
  const second = stage.call("next after close", () => iterator.next());
  await stage.settleAll();
  isRefused(stage, second, "CLOSED");
}

/** What close must wait for waits for the disk; close is answered after it. */
async function closeWhileReading(
  stage: Stage,
  what: string,
  read: (tree: LsmTree) => Promise<unknown>,
): Promise<void> {
  const tree = await filled(stage);
  const reading = stage.call(what, () => read(tree));
  const close = stage.call("close", () => tree.close());
  await stage.settleAll((pending) => pending.findIndex(({ call }) => call?.kind !== "read"));
  if (reading.state === "pending" && close.state !== "pending")
    stage.broken("close", `close was answered before a ${what} that was called before it.`);
  await stage.settleAll();
  isAnswered(stage, reading);
  isAnswered(stage, close);
  if (reading.value !== "1") stage.broken(what, `${what} must answer with the value 1.`);
}

function isAnswered(stage: Stage, { what, state, error }: Answer): void {
  if (state === "pending") stage.hung(`${what} was never answered`);
  if (state === "rejected") stage.broken(what, `${what} rejected: ${describeError(error)}.`);
}

function isRefused(stage: Stage, { what, state, error }: Answer, code: string): void {
  if (state === "rejected" && errorCode(error) === code) return;
  const instead = { pending: "waits", resolved: "was answered", rejected: "rejected otherwise" };
  stage.broken(what, `${what} must reject with ${code}, and it ${instead[state]}.`);
}
