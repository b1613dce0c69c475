/**
 * Writers that wait for a sync are counted, and one too many is refused at once. Writers that outpace what goes on in the
 * background wait for it: a disk that answers the newest call first starves it as long as they can go on.
 */
import type { LsmTree } from "#katas/lsm-tree/contract.ts";
import { kata } from "#katas/lsm-tree/kata.ts";
import { errorCode } from "#platform/errors.ts";
import { DiskPort } from "#platform/testing/disk-port.ts";
import { together } from "../../harness/experiment.ts";
import { describeError } from "../../harness/in-words.ts";
import { valueText } from "../../harness/key-value/workload.ts";
import { outcomeOf } from "../../harness/life.ts";
import { directory } from "../../harness/on-disk/disk-subject.ts";
import type { Answer, Choice } from "../../harness/on-disk/stage.ts";
import { keyOf, valueOf } from "../metered.ts";
import { Stage, staged } from "../searches.ts";

const promise = "lsm-tree/writers-are-pushed-back";

export const writersArePushedBack = together(promise, kata.version, [
  staged(promise, {
    "one writer may wait": (stage) => overload(stage, 1),
    "four writers may wait": (stage) => overload(stage, 4),
    "sixteen writers may wait": (stage) => overload(stage, 16),
    "the default limit of 1024": defaultLimit,
    "bad arguments do not wait": badArguments,
    "a hundred calls, none of them awaited": aHundredCalls,
    "60 memtables faster than flushes": (stage) => outpace(stage, Stage.newestFirst),
    "60 memtables, the first of the newest calls": (stage) => outpace(stage, firstOfTheNewest()),
  }),
]);

// ── Writers that wait ─────────────────────────────────────────────────────────────────────────

/** Memtables that are full all the time: a write that waits for one to become a table is waiting too. */
const memtableThreshold = 2;

async function overload(stage: Stage, limit: number): Promise<void> {
  const options = { writersWaitingMax: limit, memtableThreshold };
  const tree = await stage.open(options);
  const first = putOf(stage, tree, "before", 1);
  await stage.settleAll();
  expectAccepted(stage, [first]);
  for (let round = 0; round < 3; round++) {
    const accepted = Array.from({ length: limit }, (_, index) =>
      index % 3 === 2
        ? stage.call(`delete k${index}`, () => tree.delete(`k${index}`))
        : putOf(stage, tree, `k${index}`, 10 + round * 100 + index),
    );
    await stage.settleAll(Stage.neverSyncs);
    const early = accepted.find((one) => one.state === "rejected");
    if (early !== undefined)
      stage.broken(
        early.what,
        `${early.what} was refused although only ${limit} writers wait: ${describeError(early.error)}.`,
      );
    if (accepted.some((one) => one.state === "resolved"))
      stage.missed("a write was answered although no sync ends");
    const refused = [
      putOf(stage, tree, "before", 666),
      stage.call("delete before", () => tree.delete("before")),
    ];
    const read = stage.call("get before", () => tree.get("before"));
    await stage.settleAll(Stage.neverSyncs);
    expectRefused(stage, refused);
    if (read.state === "rejected")
      stage.broken(
        read.what,
        `A get is no writer, and it was refused: ${describeError(read.error)}.`,
      );
    await stage.settleAll();
    expectAccepted(stage, accepted);
    await stage.shows(tree, new Map([["before", valueText(1, 8)]]));
  }
  // What was refused is nowhere on the disk either.
  stage.nextLife(stage.port.state.afterKill());
  await stage.shows(await stage.open(options), new Map([["before", valueText(1, 8)]]));
}

async function defaultLimit(stage: Stage): Promise<void> {
  const tree = await stage.open();
  stage.quiet(true);
  const accepted = Array.from({ length: 1024 }, (_, index) =>
    putOf(stage, tree, `k${index}`, index),
  );
  await stage.settleAll(Stage.neverSyncs);
  stage.quiet(false);
  const early = accepted.find((one) => one.state === "rejected");
  if (early !== undefined)
    stage.broken(early.what, `${early.what} was refused although fewer than 1024 writers wait.`);
  const refused = putOf(stage, tree, "one-too-many", 1);
  await stage.settleAll(Stage.neverSyncs);
  expectRefused(stage, [refused]);
  stage.quiet(true);
  await stage.settleAll();
  stage.quiet(false);
  expectAccepted(stage, accepted);
}

async function badArguments(stage: Stage): Promise<void> {
  const tree = await stage.open({ writersWaitingMax: 2 });
  for (let index = 0; index < 4; index++)
    stage.call("put of half a character", () => tree.put("\ud800", "v"));
  await stage.settleAll();
  const good = [putOf(stage, tree, "a", 1), putOf(stage, tree, "b", 2)];
  await stage.settleAll();
  expectAccepted(stage, good);
}

/** Refused at the latest when everything but syncs has settled. */
async function aHundredCalls(stage: Stage): Promise<void> {
  const tree = await stage.open({ writersWaitingMax: 10, memtableThreshold: 4 });
  const answers = Array.from({ length: 100 }, (_, index) => putOf(stage, tree, `k${index}`, index));
  await stage.settleAll(Stage.neverSyncs);
  expectRefused(stage, answers.slice(10));
  await stage.settleAll();
  expectAccepted(stage, answers.slice(0, 10));
}

function putOf(stage: Stage, tree: LsmTree, key: string, value: number): Answer {
  return stage.call(`put ${key}=${value}`, () => tree.put(key, valueText(value, 8)));
}

function expectAccepted(stage: Stage, answers: readonly Answer[]): void {
  for (const answer of answers) {
    if (answer.state === "rejected")
      stage.broken(
        answer.what,
        `${answer.what} rejected although its turn had come: ${describeError(answer.error)}.`,
      );
    if (answer.state === "pending") stage.hung(`${answer.what} was never answered`);
  }
}

function expectRefused(stage: Stage, answers: readonly Answer[]): void {
  for (const { what, state, error } of answers) {
    if (state === "rejected" && errorCode(error) === "OVERLOADED") continue;
    const how = {
      rejected: `rejected with ${describeError(error)}`,
      pending: "left waiting",
      resolved: "accepted",
    };
    stage.broken(
      what,
      `${what} came when writersWaitingMax writers were waiting and must reject with OVERLOADED; it was ${how[state]}.`,
    );
  }
}

// ── Writes that outpace flushes ───────────────────────────────────────────────────────────────

const entriesOfMemtable = 100;
const memtables = 60;
const writers = 16;
const valueBytes = 100;
const overheadBytes = 64;
const killsMax = 24;

async function outpace(stage: Stage, choice: Choice): Promise<void> {
  const options = { memtableThreshold: entriesOfMemtable };
  const tree = await stage.open(options);
  const puts = memtables * entriesOfMemtable;
  const bytesOfPut = keyOf(0).length + valueBytes + overheadBytes;
  let called = 0;
  const write = async (): Promise<void> => {
    while (called < puts) {
      const index = called++;
      await tree.put(keyOf(index), valueOf(index, valueBytes));
    }
  };
  const working = Array.from({ length: writers }, (_, writer) =>
    stage.call(`writer ${writer + 1} of ${writers}`, write),
  );
  for (let kill = 1; kill <= killsMax; kill++) {
    await stage.settleAll(choice, () => called >= (puts * kill) / killsMax);
    const cameIn = called * bytesOfPut;
    const bound = 8 * entriesOfMemtable * bytesOfPut + cameIn / 4;
    const read = await bytesReadByOpen(stage, options);
    if (read <= bound) continue;
    stage.tell(`${called} puts`, "called, and the process is killed");
    const therefore = `After ${called} puts and a kill the open reads ${read} bytes; at most ${bound} are allowed, so answered writes have piled up without a table.`;
    stage.broken("open", therefore);
  }
  await stage.settleAll(choice);
  expectAccepted(stage, working);
}

/**
 * Of the calls that came together and last, the first. So a writer that makes room and then wakes what is to use it goes
 * on before that does.
 */
function firstOfTheNewest(): Choice {
  const turns = new WeakMap<object, number>();
  let turn = 0;
  return (pending) => {
    turn++;
    for (const gate of pending) if (!turns.has(gate)) turns.set(gate, turn);
    const newest = pending.at(-1);
    return pending.findIndex(
      (gate) => newest !== undefined && turns.get(gate) === turns.get(newest),
    );
  };
}

/** What the next open would read, until its answer, if the process were killed now; this life goes on. */
async function bytesReadByOpen(
  stage: Stage,
  options: { memtableThreshold: number },
): Promise<number> {
  const port = new DiskPort(stage.port.state.afterKill());
  // What a merge reads that begins after the answer is no part of the open.
  let bytesRead = 0;
  const opening = stage.exports.openLsmTree({ disk: port, directory, ...options }).finally(() => {
    ({ bytesRead } = port.counts);
  });
  const opened = await outcomeOf(opening);
  port.fence();
  if (opened.how === "hung") stage.hung("openLsmTree was never answered");
  if (opened.how === "rejected")
    stage.broken("open", `The tree did not open after a kill: ${describeError(opened.error)}.`);
  return bytesRead;
}
