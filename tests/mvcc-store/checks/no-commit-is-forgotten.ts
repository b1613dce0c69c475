/**
 * Lost wake-ups show when something starves for long, so most schedules here are PCT and random; and close is called
 * behind other calls. Then scenes of what must not wait for a sync, and of what close waits for.
 */
import { kata } from "#katas/mvcc-store/kata.ts";
import { errorCode } from "#platform/errors.ts";
import { together } from "../../harness/experiment.ts";
import { describeError } from "../../harness/in-words.ts";
import { type Answer, Stage } from "../../harness/on-disk/stage.ts";
import { committing, holds, type MvccStage, staged } from "../durable/adapter.ts";
import { drawWork, sectorOf } from "../durable/case.ts";
import { failures, failWhileOthersWait } from "../durable/failed-batch.ts";
import { hunting } from "../durable/hunt.ts";

const promise = "mvcc-store/no-commit-is-forgotten";

const anyCommits = hunting({
  promise,
  hunt: { wants: [], phases: [], names: "core", hang: "broken" },
  cases: 400,
  draw: (random, index) => {
    const clients = index % 8 === 7 ? 8 : 2 + (index % 3);
    const mix = {
      transactions: clients === 8 ? 1 : 2,
      keys: ["a", "b"],
      writes: 2,
      deletes: 2,
      reads: 2,
    };
    return {
      clients: Array.from({ length: clients }, (_, client) =>
        drawWork(random, mix, client * 100 + 1),
      ),
      ...(index % 2 === 0 ? { closes: true as const } : {}),
      draw: { index, seed: random.below(1_000_000) },
      sectorBytes: sectorOf(index),
    };
  },
});

export const noCommitIsForgotten = together(promise, kata.version, [
  anyCommits,
  staged(promise, {
    "a commit without writes waits for no sync": withoutWrites,
    "rollback is called while commits wait": rollbackWhileCommitsWait,
    "close is called twice while commits wait": closeWhileCommitsWait,
    ...Object.fromEntries(
      failures.map((failure) => [
        `the disk fails, and commits wait: ${failure}`,
        (stage: MvccStage) => allAreAnswered(stage, failure),
      ]),
    ),
  }),
]);

async function withoutWrites(stage: MvccStage): Promise<void> {
  const store = await stage.open();
  const readers = [store.begin(), store.begin({ isolation: "serializable" })];
  for (const reader of readers) reader.get("a");
  const writer = store.begin();
  writer.put("a", 1);
  const waiting = stage.call("commit a=1", () => writer.commit());
  await stage.settleAll(Stage.neverSyncs);
  if (waiting.state !== "pending") stage.missed("a commit was answered although no sync ends");
  stage.tell("every sync is left unanswered", "");
  const later = store.begin();
  later.range();
  const refused = store.begin();
  try {
    refused.put("b", undefined);
  } catch {
    // It has written nothing: what it wanted to write is no value.
  }
  const answers = [...readers, later, refused].map((reader, index) =>
    stage.call(`commit of reader ${index + 1}`, () => reader.commit()),
  );
  await stage.settleAll(Stage.neverSyncs);
  for (const [index, { what, state, error }] of answers.entries()) {
    if (state === "pending")
      stage.broken(
        what,
        `${what}, which has written nothing, waits although it has nothing to wait for.`,
      );
    const isSerializable = index === 1;
    if (state === "rejected" && !(isSerializable && errorCode(error) === "CONFLICT"))
      stage.broken(what, `${what}, which has written nothing, rejected: ${describeError(error)}.`);
  }
  await stage.settleAll();
  isAnswered(stage, waiting);
}

/** A rollback does not stop a commit that was called, be it under way or waiting behind another one. */
async function rollbackWhileCommitsWait(stage: MvccStage): Promise<void> {
  const store = await stage.open();
  const commits: Answer[] = [];
  for (const key of ["a", "b"]) {
    const writer = store.begin();
    writer.put(key, 1);
    commits.push(stage.call(`commit ${key}=1`, () => writer.commit()));
    await stage.settleAll(Stage.neverSyncs);
    writer.rollback();
    stage.tell(`rollback of the one that commits ${key}=1`, "done");
  }
  if (commits.some(({ state }) => state === "resolved"))
    stage.missed("a commit was answered although no sync ends");
  stage.tell("the syncs end", "");
  await stage.settleAll();
  for (const { what, state, error } of commits) {
    if (state === "pending") stage.hung(`${what} was never answered`);
    if (state === "rejected") stage.broken(what, `${what} rejected: ${describeError(error)}.`);
  }
  holds(stage, store, { a: 1, b: 1 });
  await stage.powerCut();
  holds(stage, await stage.open(), { a: 1, b: 1 });
}

async function closeWhileCommitsWait(stage: MvccStage): Promise<void> {
  const store = await stage.open();
  const open = store.begin();
  open.put("b", 2);
  const first = stage.call("commit a=1", committing(store, { a: 1 }));
  await stage.settleAll(Stage.neverSyncs);
  if (first.state !== "pending" || stage.pendingSyncs() === 0)
    stage.missed("no sync was under way while a commit waited");
  // These come too late for the sync that is under way.
  const later = ["c", "d"].map((key) =>
    stage.call(`commit ${key}=3`, committing(store, { [key]: 3 })),
  );
  const accepted = [first, ...later];
  stage.tell("every sync is left unanswered", "");
  const closes = ["close", "close again"].map((what) => stage.call(what, () => store.close()));
  const refused = stage.call("commit b=2", () => open.commit());
  await stage.settleAll(Stage.neverSyncs);
  for (const { what, state } of closes)
    if (state !== "pending")
      stage.broken(what, `${what} was answered before a commit that was called before it.`);
  stage.tell("the syncs end", "");
  await stage.settleAll();
  for (const { what, state, error } of [...accepted, ...closes]) {
    if (state === "pending") stage.hung(`${what} was never answered`);
    if (state === "rejected") stage.broken(what, `${what} rejected: ${describeError(error)}.`);
  }
  isAnswered(stage, refused);
  if (errorCode(refused.error) !== "CLOSED")
    stage.broken("commit b=2", "commit b=2 was called after close and must reject with CLOSED.");
  holds(stage, await stage.open(), { a: 1, c: 3, d: 3 });
}

/** With whatever answer; and whoever waits for close waits no longer than for them. */
async function allAreAnswered(stage: MvccStage, failure: (typeof failures)[number]): Promise<void> {
  const { store, answers } = await failWhileOthersWait(stage, failure);
  const close = stage.call("close", () => store.close());
  await stage.settleAll();
  for (const { what, state } of [...answers.values(), close])
    if (state === "pending")
      stage.broken(what, `${what} was never answered, although the disk has answered everything.`);
}

function isAnswered(stage: MvccStage, { what, state }: Answer): void {
  if (state === "pending") stage.hung(`${what} was never answered`);
}
