/**
 * In a stream a transaction is put at most microBatchMs after it was read, whether or not another arrives.
 *
 * Candidates arrive over time, at a store that answers at once. Whenever the time of one has come, another validator
 * reads how far the source is committed. Some sources never end, and fall silent.
 */
import { seededRandom } from "#platform/random.ts";
import { createFlakyStore } from "#platform/testing/flaky-store.ts";
import { stillness } from "#platform/testing/gates.ts";
import { ManualClock } from "#platform/testing/manual-clock.ts";
import type { Candidate } from "#katas/ledger/contract.ts";
import { errorCode } from "#platform/errors.ts";
import { rounds, talkExperiment } from "../ledger-experiment.ts";
import { sourceName } from "../process-script.ts";
import { open, shorter, shown } from "../script.ts";
import { pick, randomOf } from "../workload.ts";
import { HastyClock, ledgerPrefix } from "../world.ts";

export interface ArrivalCase {
  /** Milliseconds between one candidate and the next. */
  gaps: number[];
  microBatchMs: number | null;
}

const microBatchMsDefault = 1000;
const msMax = 60_000;

export const aStreamDoesNotWait = talkExperiment<ArrivalCase>({
  promise: "ledger/a-stream-does-not-wait",
  *cases(budget) {
    yield { gaps: [0], microBatchMs: null };
    yield { gaps: [0, 0, 0], microBatchMs: 100 };
    yield { gaps: [0, 90, 90, 90, 90], microBatchMs: 100 };
    yield { gaps: [500, 10, 2000, 0, 99, 1, 100], microBatchMs: 100 };
    yield { gaps: [0, 1, 1, 1, 1, 1], microBatchMs: 1 };
    yield { gaps: [0, 999, 2, 5000], microBatchMs: null };
    // One after the other comes before the first has waited for even half of its time.
    yield { gaps: [0, ...Array.from({ length: 14 }, () => 20)], microBatchMs: 100 };
    for (let round = 0; round < rounds(budget, 30); round++) {
      const random = randomOf(budget.seed, round);
      const microBatchMs = pick(random, [1, 20, 100, 750]);
      const gaps = Array.from(
        { length: 2 + random.below(8) },
        () => random.below(3) * random.below(2 * microBatchMs + 2),
      );
      yield { gaps, microBatchMs };
    }
  },
  async judge(talk, { gaps, microBatchMs }) {
    const clock = new ManualClock();
    const store = createFlakyStore();
    const waitMsMax = microBatchMs ?? microBatchMsDefault;
    const handedAt: number[] = [];
    const reader = {
      async *read(offset: number): AsyncGenerator<Candidate> {
        for (let at = offset; at < gaps.length; at++) {
          const gap = gaps[at] ?? 0;
          if (gap > 0) await clock.sleep(gap);
          handedAt[at] = clock.now();
          talk.tell(`at ${clock.now()} ms`, `candidate ${at} is handed over`, "note");
          yield { offset: at, transaction: open(`account-${at}`) };
        }
        await new Promise<never>(() => undefined);
      },
    };
    const make = (number: number) =>
      talk.exports.createCommitValidator({
        store: store.another(),
        prefix: ledgerPrefix,
        clock: number === 1 ? clock : new HastyClock(),
        random: seededRandom(number),
      });
    const validator = talk.call("createCommitValidator", () => make(1));
    const watcher = talk.call("createCommitValidator", () => make(2));
    const controller = new AbortController();
    let ending: unknown;
    const what = `process ${sourceName} as stream, microBatchMs ${waitMsMax}`;
    talk.tell(what, "called");
    const options = {
      mode: "stream",
      signal: controller.signal,
      ...(microBatchMs === null ? {} : { microBatchMs }),
    } as const;
    (async () => validator.process({ name: sourceName, reader }, options))().then(
      (value) => (ending = { value }),
      (error: unknown) => (ending = { error }),
    );
    await stillness();
    let done = 0;
    while (done < gaps.length && clock.now() < msMax && ending === undefined) {
      const handed = handedAt[done];
      // Until the next one is handed over, or the time of this one has come.
      await clock.advance(handed === undefined ? 1 : Math.max(0, handed + waitMsMax - clock.now()));
      if (handed === undefined) continue;
      const { sources } = await talk.answer("readMetadata", () => watcher.readMetadata());
      const nextOffset = sources.get(sourceName)?.nextOffset ?? 0;
      talk.tell(`at ${clock.now()} ms`, `committed up to ${nextOffset}`, "answer");
      if (nextOffset <= done)
        talk.broken(
          `at ${clock.now()} ms`,
          `committed up to ${shown(nextOffset)}`,
          "late",
          `Candidate ${done} was handed over at ${handed} ms, ${waitMsMax} ms ago, and it is not committed.`,
        );
      done++;
    }
    controller.abort();
    await stillness();
    if (done < gaps.length && ending === undefined)
      talk.broken(
        what,
        "",
        "not read",
        `The source has ${gaps.length} candidates that arrive within a minute, and only ${handedAt.length} of them were read.`,
      );
    const { error } = (ending ?? {}) as { error?: unknown };
    if (errorCode(error) !== "ABORTED")
      talk.broken(
        what,
        shown(ending),
        "not aborted",
        "Its signal was aborted while the source was silent, so it rejects with ABORTED at once, and it did not.",
      );
  },
  *smaller(testCase) {
    for (const gaps of shorter(testCase.gaps)) if (gaps.length > 0) yield { ...testCase, gaps };
  },
});
