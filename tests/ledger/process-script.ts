/**
 * What a check does with `process`, as plain data, and how it is played and judged.
 *
 * A source is processed by one validator or by two at once, in any order of their calls to the store, with faults,
 * cut off at any moment and begun again. Afterwards accounts, quarantine and offset must be those of one
 * undisturbed run.
 */
import { isDeepStrictEqual } from "node:util";
import { errorCode } from "#platform/errors.ts";
import { seededRandom } from "#platform/random.ts";
import { FlakyStore, type StoreFault } from "#platform/testing/flaky-store.ts";
import { microtasksDone } from "#platform/testing/gates.ts";
import type {
  Candidate,
  CommitValidator,
  Metadata,
  ProcessOptions,
  TransactionReader,
} from "#katas/ledger/contract.ts";
import type { InvariantId } from "#katas/ledger/invariants.ts";
import type { Subject } from "#katas/ledger/contract.ts";
import type { Budget, LoadedSubject } from "../harness/check.ts";
import { describeError } from "../harness/in-words.ts";
import { runLife } from "../harness/life.ts";
import { following, schedulerOf } from "../harness/scheduler.ts";
import { accountsProblem } from "./judge.ts";
import { levelOf, talkExperiment, type Talk } from "./ledger-experiment.ts";
import { commitBatch, Model, processAll, type RuleSet } from "./model.ts";
import type { Item, PlannedFault, ScriptOptions } from "./script.ts";
import { batchInWords, open, shorter, shown, valueOf } from "./script.ts";
import { seenIn, SessionEnd } from "./session.ts";
import { HastyClock, ledgerPrefix, type Life, nameOfCall, World, type WorldCall } from "./world.ts";

export interface ProcessScript {
  known?: string;
  options?: ScriptOptions;
  /** The name of the source, if it is not the usual one. */
  name?: string;
  candidates: Item[];
  /** Another source, which somebody has processed before. */
  before?: { name: string; candidates: Item[] };
  /** Milliseconds before each candidate; none without it. */
  gaps?: number[];
  /** Whether a candidate may be handed over at any moment of the rest. */
  isPaced?: true;
  /** How the source behaves behind the last candidate, the first time; then it ends. */
  ends?: "never" | { throwsAt: number };
  /** Those who process it at the same time. */
  processors: Processor[];
  order: number[] | { drawn: number };
  /** The end of the first processor. */
  crash?: { step: number; isDone: boolean };
  /** How often it is aborted at that step of the world, and begun again. */
  abortAt?: number;
  /** Before so many puts of the first processor others commit to the same ledger; they open accounts. */
  rivals?: number;
  /** When everything is processed others commit so many batches, before anybody looks. */
  later?: number;
  /** Each validator reads the ledger before it processes, and what it has read must stay as it was. */
  keepsMetadata?: true;
  /** At most so many versions. */
  versionsMax?: number;
}

export interface Processor {
  mode: "batch" | "stream";
  microBatchMs?: number;
  /** Milliseconds before each candidate as this one reads the source, instead of the script's. */
  gaps?: number[];
  faults?: PlannedFault[];
  /** The first put is throttled, and each that follows one which was not. */
  throttlesPuts?: true;
}

export type ProcessKind = "result" | "twice" | "poison" | "versions" | "moved";

/** The level from which there are sources. */
const sourcesLevel = 6;

export const sourceName = "payments";

export interface ProcessCheck {
  promise: InvariantId;
  breaks: readonly ProcessKind[];
  cases(budget: Budget): Iterable<ProcessScript>;
}

export function processExperiment(check: ProcessCheck) {
  const { promise, breaks } = check;
  return talkExperiment<ProcessScript>({
    promise,
    cases: (budget) => check.cases(budget),
    judge: async (talk, script, subject) => {
      if (levelOf(talk.exports) >= sourcesLevel)
        await new ProcessPlay(talk, script, breaks).play(subject);
    },
    *smaller(script) {
      for (const [at] of script.processors.entries())
        if (script.processors.length > 1)
          yield { ...script, processors: script.processors.toSpliced(at, 1) };
      for (const candidates of shorter(script.candidates)) yield { ...script, candidates };
      for (const [at, processor] of script.processors.entries())
        for (const faults of shorter(processor.faults ?? []))
          yield { ...script, processors: script.processors.with(at, { ...processor, faults }) };
      if (Array.isArray(script.order) && script.order.some((choice) => choice !== 0))
        yield { ...script, order: [] };
    },
    withSchedule: (script, order) => ({ ...script, order }),
  });
}

class ProcessPlay {
  readonly #talk: Talk;
  readonly #script: ProcessScript;
  readonly #breaks: readonly ProcessKind[];
  readonly #world = new World();
  #copies: Subject[] = [];
  /** What others have committed meanwhile. */
  readonly #rivalBatches: Item[][] = [];
  /** Metadata that was read, and what it said of its sources then. */
  readonly #kept: { live: Metadata; said: Metadata["sources"] }[] = [];
  /** What the source does in the end is done once. */
  #hasEnded = false;
  #underWay = "process";

  constructor(talk: Talk, script: ProcessScript, breaks: readonly ProcessKind[]) {
    this.#talk = talk;
    this.#script = script;
    this.#breaks = breaks;
  }

  async play(subject: LoadedSubject<Subject>): Promise<void> {
    const { known, candidates, processors, order, crash, abortAt, rivals } = this.#script;
    while (this.#copies.length < processors.length + 6) this.#copies.push(await subject.fresh());
    if (known !== undefined) this.#talk.tell(known, "", "note");
    this.#talk.tell("the source", batchInWords(candidates.map(valueOf)), "note");
    this.#world.onSettled = (life, { call, answer, fault }) => {
      this.#talk.tell(
        `${this.#nameOf(life)}${nameOfCall(call)}`,
        fault === "timed out after" ? `${answer}, and had its effect` : (answer ?? ""),
        fault === undefined ? "disk" : "fault",
      );
    };
    await this.#processBefore();
    const lives = processors.map((processor) => this.#newLife(processor));
    if (rivals !== undefined) this.#letRivalsCommit(lives[0] as Life, rivals);
    const controller = new AbortController();
    let isCut = false;
    const scheduler = Array.isArray(order)
      ? following(order)
      : schedulerOf(order.drawn % 1009, order.drawn, 40);
    const end = await runLife<WorldCall>(
      async () => {
        await Promise.all(
          processors.map(async (processor, index) => {
            const life = lives[index] as Life;
            const how = await this.#process(
              life,
              processor,
              index === 0 ? controller.signal : undefined,
            );
            if (how === "done") return;
            // Whoever was cut off or called off is followed by a new validator, and the source is a good one.
            await this.#process(
              this.#newLife({ mode: processor.mode }),
              { mode: processor.mode },
              undefined,
            );
          }),
        );
        this.#world.isOver = true;
      },
      {
        gates: this.#world.gates,
        scheduler,
        atRest: async (step) => {
          if (crash !== undefined && !isCut && step >= crash.step) {
            isCut = true;
            this.#talk.tell(
              `⚡ the validator comes to its end`,
              crash.isDone
                ? "what was under way had its effect"
                : "what was under way had no effect",
              "kill",
            );
            (lives[0] as Life).kill(crash.isDone);
            await microtasksDone();
          }
          if (abortAt !== undefined && !isCut && step >= abortAt) {
            isCut = true;
            this.#talk.tell("its signal is aborted", "", "fault");
            controller.abort();
            await microtasksDone();
          }
          this.#world.offerTime();
          return true;
        },
        wake: () => this.#world.wake() || this.#abortWhoeverIsLeft(controller),
        stepsMax: 4000,
      },
    );
    this.#talk.schedule = end.schedule;
    if (end.error !== undefined) throw end.error as Error;
    if (end.how === "hung") this.#talk.hung(this.#underWay);
    await this.#letOthersCommitLater();
    await this.#judge();
  }

  /** A source that never ends is left only by an abort. */
  #abortWhoeverIsLeft(controller: AbortController): boolean {
    if (this.#script.ends !== "never" || controller.signal.aborted) return false;
    this.#talk.tell("the source is silent, and the signal is aborted", "", "fault");
    controller.abort();
    return true;
  }

  /** A validator for which nothing takes time. */
  #validatorAtOnce(seed: number): CommitValidator {
    const copy = this.#copies.shift() ?? this.#talk.exports;
    return copy.createCommitValidator({
      store: new FlakyStore(this.#world.objects),
      prefix: ledgerPrefix,
      clock: new HastyClock(),
      random: seededRandom(seed),
    });
  }

  async #processBefore(): Promise<void> {
    const { before } = this.#script;
    if (before === undefined) return;
    const { name, candidates } = before;
    this.#talk.tell(`a source ${shown(name)}`, batchInWords(candidates.map(valueOf)), "note");
    const reader: TransactionReader = {
      async *read(offset) {
        for (let at = offset; at < candidates.length; at++)
          yield { offset: at, transaction: valueOf(candidates[at]) };
      },
    };
    await this.#talk.answer(`process ${shown(name)} as batch`, () =>
      this.#validatorAtOnce(65_537).process({ name, reader }, { mode: "batch" }),
    );
  }

  #letRivalsCommit(life: Life, count: number): void {
    const rival = this.#validatorAtOnce(104_729);
    life.beforePut = () => {
      const number = this.#rivalBatches.length + 1;
      if (number > count) return undefined;
      const transactions = [open(`rival-${number}`)];
      this.#rivalBatches.push(transactions);
      this.#talk.tell(`a rival: commit ${batchInWords(transactions)}`, "", "fault");
      return rival.commit({ transactions }).then(() => undefined);
    };
  }

  get #name(): string {
    return this.#script.name ?? sourceName;
  }

  async #letOthersCommitLater(): Promise<void> {
    const { later = 0 } = this.#script;
    if (later === 0) return;
    const validator = this.#validatorAtOnce(15_485_863);
    this.#talk.tell("others commit", `${later} entries`, "note");
    for (let number = 1; number <= later; number++) {
      const transactions = [open(`later-${number}`)];
      this.#rivalBatches.push(transactions);
      await this.#talk.answer("a commit of others", () => validator.commit({ transactions }));
    }
  }

  #nameOf(life: Life): string {
    return this.#script.processors.length > 1 || this.#world.lives.length > 1
      ? `validator ${life.number}: `
      : "";
  }

  #newLife({ faults = [], throttlesPuts }: Processor): Life {
    const copy = this.#copies.shift() ?? this.#talk.exports;
    const life = this.#world.newLife(copy, this.#script.options);
    life.faultOf = (call): StoreFault | undefined => {
      const lastPut = life.calls.findLast((made) => made.call.method === "putIfAbsent");
      const isDue = throttlesPuts === true && call.method === "putIfAbsent";
      const planned =
        isDue && lastPut?.fault !== "throttled"
          ? "throttled"
          : faults.find((fault) => fault.call === life.calls.length)?.fault;
      if (planned !== undefined) this.#talk.features.add(planned);
      return planned;
    };
    return life;
  }

  /** "done" when everything is committed, "cut" when somebody has to go on. */
  async #process(
    life: Life,
    { mode, microBatchMs, gaps = this.#script.gaps ?? [] }: Processor,
    signal: AbortSignal | undefined,
  ): Promise<"done" | "cut"> {
    const { candidates, ends } = this.#script;
    const what = `${this.#nameOf(life)}process ${shown(this.#name)} as ${mode}`;
    this.#underWay = what;
    this.#talk.tell(what, "called");
    this.#talk.answers++;
    const options: ProcessOptions = {
      mode,
      ...(microBatchMs === undefined ? {} : { microBatchMs }),
      ...(signal === undefined ? {} : { signal }),
    };
    try {
      if (this.#script.keepsMetadata === true) {
        const live = await life.validator.readMetadata();
        this.#kept.push({ live, said: structuredClone(new Map(live.sources)) });
      }
      const result = await Promise.race([
        (async () =>
          life.validator.process(
            { name: this.#name, reader: this.#reader(life, gaps, signal !== undefined) },
            options,
          ))(),
        life.ended,
      ]);
      if (result === "ended") return "cut";
      this.#talk.tell(what, `nextOffset ${shown(result.nextOffset)}`, "answer");
      if (result.nextOffset !== candidates.length)
        this.#notes(
          "result",
          what,
          `nextOffset ${shown(result.nextOffset)}`,
          `The source has ${candidates.length} candidates, so it resolves with nextOffset ${candidates.length}, and it resolved with ${shown(result.nextOffset)}.`,
        );
      return "done";
    } catch (error) {
      // What was found in its answer is no error of its own.
      if (error instanceof SessionEnd) throw error;
      const code = errorCode(error);
      this.#talk.tell(what, describeError(error), "answer");
      if (code === "ABORTED" && signal?.aborted === true) return "cut";
      if (code === "TIMED_OUT" && signal?.aborted === true) return "cut";
      if (typeof ends === "object" && error === readerError) return "cut";
      return this.#talk.broken(
        what,
        describeError(error),
        "threw",
        `${what} must be answered, and it rejects with ${describeError(error)}.`,
      );
    }
  }

  /** The candidates of the script, from any offset, as often as you like. */
  #reader(life: Life, gaps: readonly number[], isFirst: boolean): TransactionReader {
    const { candidates, isPaced, ends } = this.#script;
    const world = this.#world;
    const isOdd = isFirst && !this.#hasEnded;
    return {
      read: async function* (offset: number): AsyncGenerator<Candidate> {
        for (let at = offset; at <= candidates.length; at++) {
          if (isOdd && typeof ends === "object" && at === ends.throwsAt) throw readerError;
          if (at === candidates.length) break;
          const gap = gaps[at] ?? 0;
          if (gap > 0) await life.clock.sleep(gap);
          if (isPaced === true)
            await world.gates.settle(
              { kind: "reader", life: life.store.life, offset: at },
              () => undefined,
            );
          yield { offset: at, transaction: valueOf(candidates[at]) };
        }
        if (isOdd && ends === "never") await new Promise<never>(() => undefined);
      },
    };
  }

  async #judge(): Promise<void> {
    const { candidates, options = {}, versionsMax } = this.#script;
    const copy = this.#copies.shift() ?? this.#talk.exports;
    const life = this.#world.newLife(copy, options);
    let metadata: unknown;
    const end = await runLife<WorldCall>(
      async () => {
        metadata = await life.validator.readMetadata();
      },
      {
        gates: this.#world.gates,
        scheduler: { choose: () => 0 },
        wake: () => this.#world.wake(),
        stepsMax: 2000,
      },
    );
    if (end.error !== undefined) this.#talk.threw("readMetadata", end.error);
    if (end.how === "hung") this.#talk.hung("readMetadata");
    const seen = seenIn(metadata);
    if (typeof seen === "string")
      return this.#talk.broken("readMetadata", shown(metadata), "no metadata", seen);
    const rules: RuleSet = { rules: options.rules ?? [], slowRules: options.slowRules ?? [] };
    const model = new Model();
    const { before } = this.#script;
    if (before !== undefined) processAll(model, before.name, before.candidates.map(valueOf), rules);
    for (const transactions of this.#rivalBatches) commitBatch(model, { transactions }, rules);
    const { reasons } = processAll(model, this.#name, candidates.map(valueOf), rules);
    const balances = [...seen.accounts].map(([name, { balance }]) => `${shown(name)} ${balance}`);
    this.#talk.tell(
      "a new validator: readMetadata",
      `version ${seen.version}: ${balances.slice(0, 8).join(", ")}`,
      "answer",
    );
    const progress = seen.sources.get(this.#name);
    const right = candidates.length;
    if (progress?.nextOffset !== right && !(right === 0 && progress === undefined))
      this.#notes(
        "result",
        "readMetadata",
        `nextOffset ${shown(progress?.nextOffset)}`,
        `All ${right} candidates are done, so nextOffset of ${shown(this.#name)} is ${right}, and it is ${shown(progress?.nextOffset)}.`,
      );
    const quarantined = progress?.quarantined ?? [];
    this.#talk.tell(
      "the quarantine",
      quarantined.map(({ offset, reason }) => `${offset}: ${shown(reason)}`).join(", "),
      "note",
    );
    const offsets = [...reasons.keys()];
    if (quarantined.map(({ offset }) => offset).join() !== offsets.join())
      this.#notes(
        "poison",
        "the quarantine",
        quarantined.map(({ offset }) => offset).join(", "),
        `What was rejected stands at ${offsets.join(", ") || "no offset"}, in this order, and the quarantine has ${quarantined.map(({ offset }) => offset).join(", ") || "nothing"}.`,
      );
    for (const { offset, reason } of quarantined) {
      const fitting = reasons.get(offset);
      if (fitting !== undefined && !fitting.includes(reason))
        this.#notes(
          "poison",
          `offset ${offset}`,
          shown(reason),
          `The candidate at ${offset} is quarantined for ${fitting.map(shown).join(" or ")}, and the reason given is ${shown(reason)}.`,
        );
    }
    if (
      before !== undefined &&
      !isDeepStrictEqual(seen.sources.get(before.name), model.sources.get(before.name))
    )
      this.#notes(
        "result",
        "readMetadata",
        `${shown(before.name)}: ${shown(seen.sources.get(before.name))}`,
        `Another source, ${shown(before.name)}, was done before, and what is said of it is ${shown(seen.sources.get(before.name))}.`,
      );
    for (const { live, said } of this.#kept)
      if (!isDeepStrictEqual(structuredClone(new Map(live.sources)), said))
        this.#notes(
          "moved",
          "metadata that was read before",
          shown(live.sources),
          `It said of its sources ${shown(said)} when it was read, and later it says ${shown(live.sources)}.`,
        );
    const wrong = accountsProblem(seen, model);
    if (wrong !== undefined) this.#notes("twice", "readMetadata", `version ${seen.version}`, wrong);
    if (versionsMax !== undefined && seen.version > versionsMax)
      this.#notes(
        "versions",
        "readMetadata",
        `version ${seen.version}`,
        `${candidates.length} transactions that are ready take at most ${versionsMax} versions, and these took ${seen.version}.`,
      );
  }

  #notes(kind: ProcessKind, what: string, detail: string, therefore: string): void {
    if (this.#breaks.includes(kind)) this.#talk.broken(what, detail, kind, therefore);
  }
}

const readerError = new Error("the reader fails");
