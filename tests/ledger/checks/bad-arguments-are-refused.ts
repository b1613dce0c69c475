/**
 * A batch, option or format outside the contract is refused with INVALID_ARGUMENT and has no effect.
 *
 * Each bad call is made on a ledger with one entry. Factories must throw, all other calls reject; afterwards the
 * ledger is as it was, and the next commit is its second entry.
 */
import { errorCode } from "#platform/errors.ts";
import { seededRandom } from "#platform/random.ts";
import { createFlakyStore } from "#platform/testing/flaky-store.ts";
import { createFlakyWorkers } from "#platform/testing/flaky-workers.ts";
import type { Subject, TaskPool } from "#katas/ledger/contract.ts";
import { outcomeOf } from "../../harness/life.ts";
import { describeError } from "../../harness/in-words.ts";
import { badCalls, type BadCallWorld } from "../bad-calls.ts";
import { levelOf, talkExperiment, type Talk } from "../ledger-experiment.ts";
import { open, shown } from "../script.ts";
import { HastyClock, ledgerPrefix } from "../world.ts";

export interface BadCallCase {
  call: string;
}

export const badArgumentsAreRefused = talkExperiment<BadCallCase>({
  promise: "ledger/bad-arguments-are-refused",
  *cases() {
    for (const call of badCalls.keys()) yield { call };
  },
  async judge(talk, { call: name }) {
    const bad = badCalls.get(name);
    if (bad === undefined || bad.level > levelOf(talk.exports)) return;
    const { exports } = talk;
    const options = {
      store: createFlakyStore(),
      prefix: ledgerPrefix,
      clock: new HastyClock(),
      random: seededRandom(7),
    };
    const validator = talk.call("createCommitValidator", () =>
      exports.createCommitValidator(options),
    );
    await talk.answer("commit [o-ann: open ann]", () =>
      validator.commit({ transactions: [open("ann")] }),
    );
    const base = await talk.answer("readMetadata", () => validator.readMetadata());
    const world: BadCallWorld = {
      subject: exports,
      options: { ...options, workers: createFlakyWorkers({ handlers: {} }) },
      validator: validator as unknown as BadCallWorld["validator"],
      pool: name.startsWith("submit")
        ? talk.call("createTaskPool", () => poolOf(exports) as unknown as BadCallWorld["pool"])
        : undefined,
      base,
      reader: { read: async function* () {} },
    };
    if (bad.throws) mustThrow(talk, name, () => bad.call(world));
    else await mustReject(talk, name, () => bad.call(world));
    const next = await talk.answer("commit [o-bob: open bob]", () =>
      validator.commit({ transactions: [open("bob")] }),
    );
    if (next.version !== 2)
      talk.broken(
        "commit [o-bob: open bob]",
        `version ${shown(next.version)}`,
        "effect",
        `The refused call has had an effect: the second batch that was committed has version ${shown(next.version)}.`,
      );
    talk.tell("commit [o-bob: open bob]", "version 2", "answer");
  },
});

function poolOf({ createTaskPool }: Subject): TaskPool {
  return createTaskPool({
    inFlightMax: 1,
    queueLengthMax: 1,
    handlers: { double: (input) => Number(input) * 2 },
  });
}

function mustThrow(talk: Talk, what: string, call: () => unknown): void {
  talk.answers++;
  let answer: unknown;
  try {
    answer = call();
  } catch (error) {
    judgeError(talk, what, "throws", error);
    return;
  }
  notRefused(talk, what, answer);
}

async function mustReject(talk: Talk, what: string, call: () => unknown): Promise<void> {
  talk.answers++;
  let promise: unknown;
  try {
    promise = call();
  } catch (error) {
    talk.broken(
      what,
      `threw ${describeError(error)}`,
      "threw",
      `${what} rejects with INVALID_ARGUMENT, and it threw instead of rejecting.`,
    );
  }
  const outcome = await outcomeOf(Promise.resolve(promise));
  if (outcome.how === "hung") talk.hung(what);
  if (outcome.how === "resolved") notRefused(talk, what, outcome.value);
  else judgeError(talk, what, "rejects", outcome.error);
}

function judgeError(talk: Talk, what: string, verb: string, error: unknown): void {
  if (errorCode(error) === "INVALID_ARGUMENT") {
    talk.tell(what, "INVALID_ARGUMENT", "answer");
    return;
  }
  const thrown = describeError(error);
  talk.broken(
    what,
    thrown,
    "other error",
    `${what} is refused with INVALID_ARGUMENT, and it ${verb} with ${thrown}.`,
  );
}

function notRefused(talk: Talk, what: string, answer: unknown): never {
  talk.broken(
    what,
    shown(answer),
    "not refused",
    `${what} is refused with INVALID_ARGUMENT, and it was answered.`,
  );
}
