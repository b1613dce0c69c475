/**
 * Bursts: clients that call within the same turn, a few microtasks apart, while the disk answers each call after a
 * few microtasks of its own. Gates order what waits for the disk; this orders what waits for nothing but itself, such
 * as a tree in memory that hands its memtable over in two steps.
 */
import type { LsmTree, Subject } from "#katas/lsm-tree/contract.ts";
import type { InvariantId } from "#katas/lsm-tree/invariants.ts";
import { kata } from "#katas/lsm-tree/kata.ts";
import { type Random, seededRandom } from "#platform/random.ts";
import { DiskPort, type Pace } from "#platform/testing/disk-port.ts";
import type { LoadedSubject } from "../harness/check.ts";
import type { Experiment, Finding, Listener } from "../harness/experiment.ts";
import { describeError } from "../harness/in-words.ts";
import { callWords, History } from "../harness/key-value/history.ts";
import type { LiveViolation } from "../harness/key-value/hunt.ts";
import type { StoreKata } from "../harness/key-value/store-kata.ts";
import { describe, type Operation } from "../harness/key-value/workload.ts";
import { outcomeOf } from "../harness/life.ts";
import { directory, emptyDisk } from "../harness/on-disk/disk-subject.ts";
import { Narrator } from "../harness/on-disk/narrator.ts";
import { lsmTree, type Options } from "./adapter.ts";

export interface BurstCase {
  clients: Operation[][];
  options: Options;
  /** Reads return fewer bytes than asked, so that one of a tree is several of the disk; the number varies which. */
  shortReads?: number;
  /** Draws the microtasks that pass before each call, and before each answer of the disk. */
  seed: number;
}

export interface BurstPlan {
  promise: InvariantId;
  cases: number;
  draw: (random: Random, index: number) => Omit<BurstCase, "seed">;
  judge: (history: History) => LiveViolation | null;
  tree?: StoreKata<Subject, LsmTree, Options>;
}

/** A check by bursts says so, for its histories to be kept as tests. */
export interface BurstExperiment extends Experiment<Subject, BurstCase> {
  readonly burst: BurstPlan;
}

export function bursts(plan: BurstPlan): BurstExperiment {
  return {
    burst: plan,
    promise: plan.promise,
    kataVersion: kata.version,
    *cases({ seed, effort }) {
      const count = Math.max(8, Math.round(plan.cases * effort));
      for (let index = 0; index < count; index++) {
        const random = seededRandom(seed * 6_700_417 + index);
        yield { ...plan.draw(random, index), seed: random.below(1_000_000) };
      }
    },
    run: (subject, testCase, listener) => runBurst(plan, subject, testCase, listener),
    *smaller(testCase) {
      const { clients } = testCase;
      for (const client of clients.keys())
        if (clients.length > 1) yield { ...testCase, clients: clients.toSpliced(client, 1) };
      for (const [client, operations] of clients.entries()) {
        for (const index of operations.keys())
          yield {
            ...testCase,
            clients: clients.with(client, operations.toSpliced(index, 1)),
          };
      }
    },
  };
}

/** Answers after a few microtasks, now and then after many: never in a fixed order. */
class Jitter implements Pace {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  async settle<Answer>(_call: unknown, effect: () => Answer): Promise<Answer> {
    await microtasks(this.#random);
    return effect();
  }
}

async function microtasks(random: Random): Promise<void> {
  const turns = random.below(4) === 0 ? random.below(40) : random.below(5);
  for (let turn = 0; turn < turns; turn++) await Promise.resolve();
}

async function runBurst(
  plan: BurstPlan,
  subject: LoadedSubject<Subject>,
  testCase: BurstCase,
  listener?: Listener,
): Promise<Finding> {
  const declared = plan.tree ?? lsmTree;
  const level = subject.exports.level ?? kata.levels.length;
  const random = seededRandom(testCase.seed);
  const exports = await subject.fresh();
  const { shortReads } = testCase;
  const faults = shortReads === undefined ? {} : { shortReads };
  const port = new DiskPort(emptyDisk(), new Jitter(random), faults);
  const history = new History(declared);
  const narrator = listener === undefined ? null : new Narrator(listener, callWords);
  narrator?.nextLife(port, history);
  const { compaction: _compaction, ...below } = testCase.options;
  const options = level >= 5 ? testCase.options : below;
  const opened = await outcomeOf(declared.open(exports, { disk: port, directory }, options));
  const broken = (signature: string, therefore: string): Finding => {
    narrator?.finish();
    return {
      kind: "broken",
      states: 1,
      signature,
      phase: "live",
      therefore,
      features: [signature, "burst"],
    };
  };
  if (opened.how === "hung")
    return { kind: "hung", what: "openLsmTree was never answered", states: 1 };
  if (opened.how === "rejected") {
    narrator?.opened(`rejected ${describeError(opened.error)}`, "expected it to open");
    return broken("open", `The tree did not open: ${describeError(opened.error)}.`);
  }
  narrator?.opened(null);
  const tree = opened.value;
  const isClaimed = (operation: Operation): boolean =>
    operation.key !== undefined || level >= (declared.own[operation.kind]?.level ?? 0);
  const clients =
    subject.exports.singleThreaded === undefined ? testCase.clients : [testCase.clients.flat()];
  const work = clients.map(async (operations, client) => {
    for (const operation of operations.filter(isClaimed)) {
      await microtasks(random);
      await history.perform(tree, client, operation);
    }
  });
  const done = await outcomeOf(Promise.all(work));
  port.fence();
  if (done.how === "hung") {
    narrator?.finish();
    const call = history.calls.find(({ outcome }) => outcome === "pending");
    const what = call === undefined ? "a call" : describe(call.operation);
    if (call !== undefined)
      narrator?.contradiction(call, "although the disk has answered everything");
    return { kind: "hung", what: `${what} was never answered`, states: 1 };
  }
  const rejected = history.calls.find(({ outcome }) => outcome === "rejected");
  if (rejected !== undefined) {
    narrator?.contradiction(rejected, "although nothing had failed");
    const what = describe(rejected.operation);
    return broken("rejected", `${what} rejected: ${describeError(rejected.error)}.`);
  }
  const wrong = plan.judge(history);
  if (wrong === null) return { kind: "held", states: 1 };
  if (wrong.offender !== undefined) narrator?.contradiction(wrong.offender, wrong.expected);
  return broken("live", wrong.therefore);
}
