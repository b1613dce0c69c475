import type { DurableKv } from "#katas/durable-kv/contract.ts";
import { errorCode } from "#platform/errors.ts";
import { describeError } from "../../harness/in-words.ts";
import { emptyDisk } from "../../harness/on-disk/disk-subject.ts";
import type { Answer, Choice } from "../../harness/on-disk/stage.ts";
import { kata } from "#katas/durable-kv/kata.ts";
import { staged, Stage } from "../searches.ts";
import { keyBytes, textOf, valueBytes } from "../adapter.ts";
import { valueText } from "../../harness/key-value/workload.ts";

export const overloadIsRefused = staged("durable-kv/overload-is-refused", {
  "one writer may wait": (stage) => overload(stage, 1),
  "four writers may wait": (stage) => overload(stage, 4),
  "sixteen writers may wait": (stage) => overload(stage, 16),
  "the default limit of 1024": async (stage) => {
    const store = await stage.open();
    stage.quiet(true);
    const accepted = Array.from({ length: 1024 }, (_, index) =>
      putOf(stage, store, `k${index}`, index),
    );
    await stage.settleAll(Stage.neverSyncs);
    stage.quiet(false);
    const early = accepted.find((one) => one.state === "rejected");
    if (early !== undefined)
      stage.broken(early.what, `${early.what} was refused although fewer than 1024 writers wait.`);
    const refused = putOf(stage, store, "one-too-many", 1);
    await stage.settleAll(Stage.neverSyncs);
    expectRefused(stage, [refused]);
    await stage.settleAll();
    expectAccepted(stage, accepted);
  },
  "bad arguments do not wait": async (stage) => {
    const store = await stage.open({ writersWaitingMax: 2 });
    for (let index = 0; index < 4; index++) {
      stage.call("put of an empty key", () => store.put(new Uint8Array(0), valueBytes(1, 8)));
    }
    await stage.settleAll();
    const good = [putOf(stage, store, "a", 1), putOf(stage, store, "b", 2)];
    await stage.settleAll();
    expectAccepted(stage, good);
  },
  "a hundred calls, none of them awaited": async (stage) => {
    // Refused at the latest when everything but syncs has settled.
    const store = await stage.open({ writersWaitingMax: 10 });
    const answers = Array.from({ length: 100 }, (_, index) =>
      putOf(stage, store, `k${index}`, index),
    );
    await stage.settleAll(Stage.neverSyncs);
    expectRefused(stage, answers.slice(10));
    await stage.settleAll();
    expectAccepted(stage, answers.slice(0, 10));
  },
  "one writer calls again as soon as it is answered": async (stage) => {
    const store = await stage.open({ writersWaitingMax: 1 });
    const what = "10 puts and deletes, each called when the one before is answered";
    const writing = stage.call(what, async () => {
      for (let round = 0; round < 5; round++) {
        await store.put(keyBytes("a"), valueBytes(round, 8));
        await store.delete(keyBytes("b"));
      }
    });
    await stage.settleAll();
    expectAccepted(stage, [writing]);
  },
  "limits that nobody reaches": async (stage) => {
    for (const writersWaitingMax of [2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
      stage.tell("options", `writersWaitingMax: ${writersWaitingMax}`);
      stage.nextLife(emptyDisk());
      const store = await stage.open({ writersWaitingMax });
      const accepted = [0, 1, 2].map((index) => putOf(stage, store, `k${index}`, index));
      await stage.settleAll();
      expectAccepted(stage, accepted);
    }
  },
  "one sync ends while others wait": oneSyncEnds,
  "four writers wait during a compaction": duringCompaction,
  "four writers wait while a segment begins": whileSegmentsBegin,
});

/** Who is answered makes room for one writer, and the others go on being counted. */
async function oneSyncEnds(stage: Stage): Promise<void> {
  const store = await stage.open({ writersWaitingMax: 4 });
  const waiting = [putOf(stage, store, "k0", 0)];
  await stage.settleAll(Stage.neverSyncs);
  for (let index = 1; index < 4; index++) waiting.push(putOf(stage, store, `k${index}`, index));
  await stage.settleAll(Stage.neverSyncs);
  const answered = (): number => waiting.filter(({ state }) => state === "resolved").length;
  while (answered() === 0 && stage.pendingSyncs() > 0) {
    stage.tell("one sync ends", "");
    await stage.endOneSync();
  }
  if (answered() === 0) stage.missed("no write was answered although syncs end");
  waiting.push(...(await limitHolds(stage, store, answered(), Stage.neverSyncs)));
  await stage.settleAll();
  expectAccepted(stage, waiting);
}

async function duringCompaction(stage: Stage): Promise<void> {
  if (levelOf(stage) < 5) return;
  const store = await stage.open({ writersWaitingMax: 4, segmentBytesMax: 1024 });
  for (let index = 0; index < 12; index++) {
    const put = stage.call(`put k${index % 3}=${index}`, () =>
      store.put(keyBytes(`k${index % 3}`), valueBytes(index, 200)),
    );
    await stage.settleAll();
    expectAccepted(stage, [put]);
  }
  stage.call("compact", () => store.compact());
  await stage.settleAll(Stage.neverSyncs);
  const accepted = await limitHolds(stage, store, 4, Stage.neverSyncs);
  await stage.settleAll();
  expectAccepted(stage, accepted);
}

/** A write that begins a segment may need the sync of a directory first: whoever comes meanwhile waits too. */
async function whileSegmentsBegin(stage: Stage): Promise<void> {
  if (levelOf(stage) < 5) return;
  const store = await stage.open({ writersWaitingMax: 4, segmentBytesMax: 1024 });
  for (let round = 0; round < 6; round++) {
    const accepted = [
      stage.call(`put large=${round}`, () => store.put(keyBytes("large"), valueBytes(round, 500))),
    ];
    await stage.settleAll(Stage.neverSyncsAtAll);
    accepted.push(...(await limitHolds(stage, store, 3, Stage.neverSyncsAtAll)));
    await stage.settleAll();
    expectAccepted(stage, accepted);
  }
}

/** So many more writers are accepted, and the next one is refused. Answers with those that wait. */
async function limitHolds(
  stage: Stage,
  store: DurableKv,
  count: number,
  choose: Choice,
): Promise<Answer[]> {
  const accepted = Array.from({ length: count }, (_, index) =>
    putOf(stage, store, `more${index}`, index),
  );
  await stage.settleAll(choose);
  const early = accepted.find(({ state }) => state === "rejected");
  if (early !== undefined)
    stage.broken(
      early.what,
      `${early.what} was refused although fewer than writersWaitingMax writers wait: ${describeError(early.error)}.`,
    );
  const refused = putOf(stage, store, "one-too-many", 1);
  await stage.settleAll(choose);
  expectRefused(stage, [refused]);
  return accepted;
}

function levelOf({ exports }: Stage): number {
  return exports.level ?? kata.levels.length;
}

async function overload(stage: Stage, limit: number): Promise<void> {
  const store = await stage.open({ writersWaitingMax: limit });
  const first = putOf(stage, store, "before", 1);
  await stage.settleAll();
  expectAccepted(stage, [first]);
  for (let round = 0; round < 3; round++) {
    const value = (index: number): number => 10 + round * 100 + index;
    const accepted = Array.from({ length: limit }, (_, index) =>
      index % 3 === 2
        ? stage.call(`delete k${index}`, () => store.delete(keyBytes(`k${index}`)))
        : putOf(stage, store, `k${index}`, value(index)),
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
      putOf(stage, store, "before", 666),
      promised(stage, "delete before", () => store.delete(keyBytes("before"))),
    ];
    const read = stage.call("get before", () => store.get(keyBytes("before")));
    await stage.settleAll(Stage.neverSyncs);
    expectRefused(stage, refused);
    if (read.state === "rejected")
      stage.broken(
        read.what,
        `A get is no writer, and it was refused: ${describeError(read.error)}.`,
      );
    await stage.settleAll();
    expectAccepted(stage, accepted);
    const after = stage.call("get before", () => store.get(keyBytes("before")));
    await stage.settleAll();
    if (after.state !== "resolved") stage.hung("get before was never answered");
    const shown = after.value instanceof Uint8Array ? textOf(after.value) : "undefined";
    if (shown !== valueText(1, 8)) {
      stage.broken(
        "get before",
        "The refused writes must have no effect, and a get shows that one had.",
      );
    }
  }
  await expectAfterReopen(stage);
}

/** What was refused is not in the log either. */
async function expectAfterReopen(stage: Stage): Promise<void> {
  stage.nextLife(stage.port.state.afterKill());
  const store = await stage.open();
  const read = stage.call("get before", () => store.get(keyBytes("before")));
  await stage.settleAll();
  const shown = read.value instanceof Uint8Array ? textOf(read.value) : "undefined";
  if (shown !== valueText(1, 8))
    stage.broken("get before", "After a reopen a write shows that was refused with OVERLOADED.");
}

function putOf(stage: Stage, store: DurableKv, key: string, value: number): Answer {
  return promised(stage, `put ${key}=${value}`, () =>
    store.put(keyBytes(key), valueBytes(value, 8)),
  );
}

/** A call that may be refused, but not by throwing. */
function promised(stage: Stage, what: string, call: () => Promise<void>): Answer {
  const made = { threw: false };
  const answer = stage.call(what, () => {
    try {
      return call();
    } catch (error) {
      made.threw = true;
      throw error;
    }
  });
  if (made.threw)
    stage.broken(what, `${what} must return a promise that rejects, and it threw instead.`);
  return answer;
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
  for (const answer of answers) {
    if (answer.state === "rejected" && errorCode(answer.error) === "OVERLOADED") continue;
    const how =
      answer.state === "rejected"
        ? `rejected with ${describeError(answer.error)}`
        : answer.state === "pending"
          ? "left waiting"
          : "accepted";
    stage.broken(
      answer.what,
      `${answer.what} came when writersWaitingMax writers were waiting and must reject with OVERLOADED; it was ${how}.`,
    );
  }
}
