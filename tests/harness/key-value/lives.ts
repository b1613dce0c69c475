/**
 * Many lives in a row on one disk: each recovers, is read, writes a little, and is cut off at a moment of
 * its own. What one recovery has shown is where the next history begins.
 *
 * This finds what only shows after several crashes: numbers used twice, generations confused, files of
 * an older life adopted again. Some values are copies of the store's own files, for stores that look
 * for records by their looks.
 */
import { type Random, seededRandom } from "#platform/random.ts";
import type { NameProfile } from "#platform/testing/crash-images.ts";
import { DiskState } from "#platform/testing/disk-state.ts";
import type { LoadedSubject } from "../check.ts";
import { type CrashPoint, forEachPowerCut, killStates } from "../crash-explorer.ts";
import type { Experiment, Finding, Listener } from "../experiment.ts";
import { outcomeOf } from "../life.ts";
import { describeError } from "../in-words.ts";
import { type Claims, directory, emptyDisk, nameOf } from "../on-disk/disk-subject.ts";
import { Narrator } from "../on-disk/narrator.ts";
import { recover, type Shown } from "../on-disk/recovery.ts";
import { callWords, History, isWrite, written } from "./history.ts";
import { reading, type Values } from "./reading.ts";
import type { StoreKata } from "./store-kata.ts";
import {
  describe,
  drawOperations,
  type Keyed,
  type Operation,
  type Share,
  shortValue,
} from "./workload.ts";

export interface LivesCase<Options extends object = object> {
  /** What is done in each life. */
  lives: Operation[][];
  /** Draws the moment and the kind of each crash. */
  seed: number;
  options: Options;
  sectorBytes: number;
}

export interface LivesPlan<Options extends object = object, Id extends string = string> {
  promise: Id;
  /**
   * How lives end. Alternating: the first, third, … by a power cut after which anything is believed, the
   * others by a kill that takes nothing, after which all that was shown and answered must be there.
   */
  crash: "kill" | "power cut" | "alternating";
  deletes: number;
  names: NameProfile;
  cases: number;
  /** The kata's own operations, each with its share. */
  others?: readonly Share[];
  /** Sizes of values are drawn from these. */
  sizes?: readonly number[];
  options?: Options;
}

const keys = ["a", "b", "c"];
const livesMax = 7;

/** A check of many lives says how they end, for its histories to be kept as tests. */
export interface LivesExperiment<Exports, Options extends object> extends Experiment<
  Exports,
  LivesCase<Options>
> {
  readonly plan: LivesPlan<Options>;
}

export function livesOf<Exports extends Claims, Store, Options extends object>(
  store: StoreKata<Exports, Store, Options>,
  plan: LivesPlan<Options>,
): LivesExperiment<Exports, Options> {
  return {
    plan,
    promise: plan.promise,
    kataVersion: store.kata.version,
    *cases({ seed, effort }) {
      const count = Math.max(4, Math.round(plan.cases * effort));
      for (let index = 0; index < count; index++) {
        const random = seededRandom(seed * 7_654_321 + index);
        yield {
          lives: Array.from({ length: livesMax }, (_, life) => drawLife(random, plan, life)),
          seed: random.below(1_000_000),
          options: plan.options ?? ({} as Options), // every option of a store may be left out
          sectorBytes: [16, 32, 64][index % 3] ?? 32,
        };
      }
    },
    run: (subject, testCase, listener) => liveAll(store, plan, subject, testCase, listener),
    *smaller(testCase) {
      const { lives } = testCase;
      for (let life = lives.length - 1; life >= 0; life--) {
        const without = lives.filter((_, index) => index !== life);
        if (lives.length > 1) yield { ...testCase, lives: without };
      }
      for (const [life, operations] of lives.entries()) {
        for (let index = 0; index < operations.length; index++) {
          const fewer = operations.filter((_, at) => at !== index);
          yield { ...testCase, lives: lives.map((own, at) => (at === life ? fewer : own)) };
        }
      }
    },
  };
}

function drawLife(random: Random, plan: LivesPlan, life: number): Operation[] {
  const operations = drawOperations(
    random,
    {
      operations: random.below(5),
      keys,
      gets: 0,
      deletes: plan.deletes,
      others: plan.others ?? [],
      sizes: plan.sizes ?? [4, 12, 40, 90],
    },
    life * 100 + 1,
  );
  if (random.below(3) === 0)
    operations.push({
      kind: "copy",
      key: keys[random.below(keys.length)] ?? "a",
      file: random.below(3),
    });
  return operations;
}

async function liveAll(
  kata: StoreKata,
  plan: LivesPlan,
  subject: LoadedSubject<Claims>,
  testCase: LivesCase,
  listener?: Listener,
): Promise<Finding> {
  const random = seededRandom(testCase.seed);
  const narrator = listener === undefined ? null : new Narrator(listener, callWords);
  let disk = emptyDisk([directory]);
  /** What the next recovery may show; null: whatever it does show is believed. */
  let allowed: Allowed | null = new Map(keys.map((key) => [key, new Set([undefined])]));
  const observed = reading(kata, keys, testCase.options);
  let states = 0;
  for (const [index, operations] of testCase.lives.entries()) {
    states++;
    const history = new History(kata);
    const exports =
      plan.crash === "kill" || index % 3 === 0 ? await subject.fresh() : subject.exports;
    const recovery = await recover(observed, exports, disk, {}, (port, pace) => {
      narrator?.nextLife(port, history);
      pace.onSettled = (call, error) => {
        narrator?.diskSettled(call, error);
      };
    });
    narrator?.recovered(recovery, allowed !== null);
    if (recovery.kind !== "shown") {
      if (allowed === null) return { kind: "missed", why: "the store did not open", states };
      return broken(
        "refused",
        `In life ${index + 1} the store does not open: ${recovery.what}.`,
        states,
      );
    }
    const wrong = keys.findIndex(
      (key, at) => allowed !== null && allowed.get(key)?.has(recovery.seen[at]) !== true,
    );
    if (wrong !== -1) {
      const key = keys[wrong] ?? "";
      const expected = [...(allowed?.get(key) ?? [])].map(shortValue).join(" or ");
      narrator?.shown(`get ${key}`, shortValue(recovery.seen[wrong]), expected);
      const shows = `In life ${index + 1} ${key} shows ${shortValue(recovery.seen[wrong])}`;
      return broken(
        "wrong value",
        `${shows}, but what was shown and answered leaves only ${expected}.`,
        states,
      );
    }
    const lived = await liveOne(recovery, history, operations);
    if (lived.failure !== null) {
      const call = history.calls.at(-1);
      if (call !== undefined) narrator?.contradiction(call, "although nothing had failed");
      return broken("rejected", lived.failure, states);
    }
    const kind =
      plan.crash === "kill" || (plan.crash === "alternating" && index % 2 === 1)
        ? "kill"
        : "power cut";
    const moments =
      plan.crash === "alternating" && kind === "kill" ? lived.moments.slice(-1) : lived.moments;
    const crash = crashOf(plan, kind, testCase, recovery, moments, random);
    narrator?.finish();
    narrator?.crash(kind === "kill" ? "kill" : "power-cut", crash.what);
    recovery.port.fence();
    disk = crash.disk;
    allowed = plan.crash === "alternating" && kind === "power cut" ? null : crash.allowed;
  }
  return { kind: "held", states };
}

/** What each key may show. */
type Allowed = Map<string, Set<string | undefined>>;

interface Moment {
  point: CrashPoint;
  allowed: Allowed;
}

/** Does the work of one life; the moments at which it may be cut off, each with what may be shown after. */
async function liveOne(
  shown: Shown<Values>,
  history: History,
  operations: readonly Operation[],
): Promise<{ moments: Moment[]; failure: string | null }> {
  const values = new Map(keys.map((key, index) => [key, shown.seen[index]]));
  const settled = (): Allowed =>
    new Map([...values].map(([key, value]) => [key, new Set([value])]));
  const moments: Moment[] = shown.pace.points
    .splice(0)
    .map((point) => ({ point, allowed: settled() }));
  for (const planned of operations) {
    const operation =
      planned.key !== undefined && planned.kind === "copy" ? copyOf(shown, planned) : planned;
    const outcome = await outcomeOf(history.perform(shown.store, 0, operation));
    const call = history.calls.at(-1);
    if (outcome.how !== "resolved" || call?.outcome !== "ok") {
      const how =
        call?.outcome === "rejected"
          ? `rejected ${describeError(call.error)}`
          : "is never answered";
      return { moments, failure: `${describe(operation)} ${how} although nothing had failed.` };
    }
    const during = settled();
    if (isWrite(operation)) during.get(operation.key)?.add(written(operation));
    for (const point of shown.pace.points.splice(0)) moments.push({ point, allowed: during });
    if (isWrite(operation)) values.set(operation.key, written(operation));
  }
  moments.push({ point: { state: shown.port.state.copy(), underWay: [] }, allowed: settled() });
  return { moments, failure: null };
}

/** A put whose value is what one of the store's files holds. */
function copyOf(shown: Shown<Values>, planned: Extract<Keyed, { kind: "copy" }>): Operation {
  const contents = [...shown.port.state.contents()];
  const [, bytes = new Uint8Array(0)] = contents[planned.file % Math.max(1, contents.length)] ?? [];
  return {
    kind: "put-text",
    key: planned.key,
    text: Buffer.from(bytes.subarray(0, 4096)).toString("latin1"),
  };
}

function crashOf(
  plan: LivesPlan,
  kind: "kill" | "power cut",
  testCase: LivesCase,
  shown: Shown<Values>,
  moments: readonly Moment[],
  random: Random,
): { disk: DiskState; what: string; allowed: Allowed } {
  // The last moment, at which everything is answered, as often as all the others.
  const moment =
    moments[random.below(2) === 0 ? moments.length - 1 : random.below(moments.length)] ??
    moments.at(-1);
  if (moment === undefined)
    return { disk: shown.port.state.afterKill(), what: "", allowed: new Map() };
  const { point, allowed } = moment;
  if (kind === "kill") {
    const states = killStates(point);
    const chosen = states[random.below(states.length)] ?? states[0];
    return { disk: (chosen?.state ?? point.state).afterKill(), what: chosen?.what ?? "", allowed };
  }
  const cuts: { disk: () => DiskState; what: () => string }[] = [];
  forEachPowerCut(
    point,
    { names: plan.names, sectorBytes: testCase.sectorBytes },
    ({ image, losses }) => {
      const what = (): string =>
        losses()
          .map((loss) => `${nameOf(loss.where)} ${loss.what}`)
          .join("; ");
      cuts.push({ disk: () => DiskState.fromImage(image), what });
    },
  );
  const chosen = cuts[random.below(cuts.length)] ?? cuts[0];
  const what = chosen?.what() ?? "";
  return {
    disk: chosen?.disk() ?? point.state.afterKill(),
    what: what === "" ? "nothing is lost" : what,
    allowed,
  };
}

function broken(signature: string, therefore: string, states: number): Finding {
  return {
    kind: "broken",
    states,
    signature,
    phase: "second crash",
    therefore,
    features: [signature, "many lives"],
  };
}
