/**
 * Lost wake-ups show when something starves for long, so most schedules here are PCT and random; and
 * close is called while other calls are under way. Then a scene of what close waits for, and what must
 * wait for close.
 */
import { errorCode } from "#platform/errors.ts";
import { kata } from "#katas/durable-kv/kata.ts";
import { together } from "../../harness/experiment.ts";
import { describeError } from "../../harness/in-words.ts";
import { crowd } from "../../harness/key-value/hunting.ts";
import { hunting, staged, Stage } from "../searches.ts";
import { closeWaited } from "../../harness/key-value/live.ts";
import type { Answer } from "../../harness/on-disk/stage.ts";
import { keyBytes, valueBytes } from "../adapter.ts";
import { valueText } from "../../harness/key-value/workload.ts";

const promise = "durable-kv/every-call-is-answered";

const anyCalls = hunting({
  promise,
  hunt: { wants: [], phases: [], names: "core", hang: "broken", live: closeWaited },
  cases: 2000,
  draw: (random, index) => {
    const clients = crowd(random, index, {
      keys: ["a", "b"],
      gets: 0.25,
      deletes: 0.2,
      sizes: [4, 40],
    });
    if (index % 2 === 0) clients.push([{ kind: "close" }]);
    return { clients, draw: { index, seed: random.below(1_000_000) }, sectorBytes: 32 };
  },
});

export const everyCallIsAnswered = together(promise, kata.version, [
  anyCalls,
  staged(promise, {
    "close is called twice while a put waits": closeWhileAPutWaits,
    "close is called in the same turn as writes": closeInTheSameTurn,
  }),
]);

async function closeWhileAPutWaits(stage: Stage): Promise<void> {
  const store = await stage.open();
  const put = (key: string, value: number): Answer =>
    stage.call(`put ${key}=${value}`, () => store.put(keyBytes(key), valueBytes(value, 8)));
  const accepted = put("a", 1);
  await stage.settleAll(Stage.neverSyncs);
  if (stage.pendingSyncs() === 0) stage.missed("no sync was under way while a put waited");
  stage.tell("every sync is left unanswered", "");
  const closes = ["close", "close again"].map((what) => stage.call(what, () => store.close()));
  const refused = [
    put("b", 2),
    stage.call("delete a", () => store.delete(keyBytes("a"))),
    stage.call("get a", () => store.get(keyBytes("a"))),
  ];
  if ((stage.exports.level ?? kata.levels.length) >= 5)
    refused.push(stage.call("compact", () => store.compact()));
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
  for (const { what, state, error } of [accepted, ...closes]) {
    if (state === "pending") stage.hung(`${what} was never answered`);
    if (state === "rejected") stage.broken(what, `${what} rejected: ${describeError(error)}.`);
  }
  for (const call of refused) isRefused(stage, call, "CLOSED");
  const expected = new Map([
    ["a", valueText(1, 8)],
    ["b", undefined],
  ]);
  await stage.shows(await stage.open(), expected);
}

/** Not even what runs on without the disk has run when close is called: the writes came before it. */
async function closeInTheSameTurn(stage: Stage): Promise<void> {
  const first = await stage.open();
  const before = stage.call("put a=1", () => first.put(keyBytes("a"), valueBytes(1, 8)));
  await stage.settleAll();
  const calls = [
    before,
    stage.call("put b=2", () => first.put(keyBytes("b"), valueBytes(2, 8))),
    stage.call("delete a", () => first.delete(keyBytes("a"))),
    stage.call("close", () => first.close()),
  ];
  await stage.settleAll();
  for (const { what, state, error } of calls) {
    if (state === "pending") stage.hung(`${what} was never answered`);
    if (state === "rejected")
      stage.broken(what, `${what} must be carried out, and it rejected: ${describeError(error)}.`);
  }
  const expected = new Map([
    ["a", undefined],
    ["b", valueText(2, 8)],
  ]);
  await stage.shows(await stage.open(), expected);
}

function isRefused(stage: Stage, { what, state, error }: Answer, code: string): void {
  if (state === "rejected" && errorCode(error) === code) return;
  const instead = { pending: "waits", resolved: "was answered", rejected: "rejected otherwise" };
  stage.broken(what, `${what} must reject with ${code}, and it ${instead[state]}.`);
}
