/**
 * A crowd: clients whose transactions append to lists and read them, commits that are called before others are
 * answered, and a history of what each has seen. It is judged by what isolation means (harness/isolation), without
 * knowing how the store provides it.
 *
 *     T1 begin      T1 append 1 to a    T1 commit, called                      T1 commit, answered
 *            T2 begin     T2 get a                       T2 append 2 to a   T2 commit, called …
 *
 * The steps are in one list, so whoever runs it again calls everything in the same order.
 */
import type { MvccStore, Transaction } from "#katas/mvcc-store/contract.ts";
import type { InvariantId } from "#katas/mvcc-store/invariants.ts";
import { quiescence } from "#platform/testing/gates.ts";
import type { Random } from "#platform/random.ts";
import {
  type Anomaly,
  type IsolationModel,
  judgeIsolation,
  type ListOperation,
  type Transaction as Judged,
} from "../harness/isolation/judge.ts";
import { type AnomalyKind, anomalyNames } from "../harness/isolation/anomaly.ts";
import {
  type Bounds,
  inWords,
  type Isolation,
  keyInWords,
  type Script,
  smallerScripts,
  type Step,
} from "./script.ts";
import { type Outcome, type Session, ticks } from "./session.ts";
import { rounds, storeExperiment } from "./store-experiment.ts";
import { beginning, drawBounds, isolationOf, pick, randomOf } from "./workload.ts";
import { shown } from "./words.ts";

// ── Playing ───────────────────────────────────────────────────────────────────────────────────

interface Member {
  readonly itself: Transaction;
  readonly client: number;
  readonly calledAt: number;
  readonly operations: ListOperation[];
  outcome: Judged["outcome"];
  settledAt: number;
  isOver: boolean;
  answer?: Promise<Outcome<void>>;
}

/** Waits until a call is answered, in some way. */
type Settled = (what: string, call: () => Promise<void>) => Promise<Outcome<void>>;

/** A history of lists on its way. */
export class Crowd {
  readonly #session: Session;
  readonly #store: MvccStore;
  readonly #settled: Settled;
  readonly #members = new Map<string, Member>();
  #time = 0;

  constructor(session: Session, store: MvccStore, settled?: Settled) {
    this.#session = session;
    this.#store = store;
    this.#settled = settled ?? ((what, call) => session.settled(what, call));
  }

  /** Takes a step; a promise only where the step waits. */
  take(step: Step): Promise<void> | undefined {
    if (step.do === "turns") return this.#turn(step);
    if (step.do === "ticks") return ticks(step.count);
    if (step.do === "time") return undefined;
    if (step.do === "begin") {
      this.#begin(step.t, step);
      return undefined;
    }
    const member = this.#members.get(step.t);
    if (member === undefined) return undefined;
    if (step.do === "answer") return this.#answered(step.t, member);
    if (member.isOver) return undefined;
    switch (step.do) {
      case "get":
        this.#get(member, step.key, inWords(step));
        return undefined;
      case "range":
        this.#range(member, step, inWords(step));
        return undefined;
      case "append":
        this.#append(member, step);
        return undefined;
      case "rollback":
        this.#session.call(inWords(step), () => {
          member.itself.rollback();
        });
        this.#ends(member, "failed");
        this.#session.tell(inWords(step), "done");
        return undefined;
      case "commit":
        this.#commit(step.t, member);
        return step.unanswered === true ? undefined : this.#answered(step.t, member);
      default:
        throw new RangeError(`"${step.do}" does not belong to a history of lists.`);
    }
  }

  /** Waits for all commits, and reads all keys when all is over. */
  async finish(keys: readonly string[]): Promise<void> {
    for (const [name, member] of this.#members) await this.#answered(name, member);
    for (const member of this.#members.values()) if (!member.isOver) this.#ends(member, "failed");
    const reader = this.#begin("the last reader", {});
    for (const key of keys) this.#get(reader, key, `the last reader get ${keyInWords(key)}`);
    this.#commit("the last reader", reader);
    await this.#answered("the last reader", reader);
  }

  history(): Judged[] {
    return [...this.#members].map(([name, member]) => ({
      name,
      client: member.client,
      operations: member.operations,
      calledAt: member.calledAt,
      outcome: member.outcome,
      settledAt: member.settledAt,
    }));
  }

  async #turn(step: Extract<Step, { do: "turns" }>): Promise<void> {
    this.#session.tell(inWords(step));
    for (let turn = 0; turn < step.count; turn++) await quiescence();
  }

  #begin(name: string, { isolation }: { isolation?: Isolation }): Member {
    const what = `${name} begin${isolation === undefined ? "" : ` ${isolation}`}`;
    const options = this.#session.level >= 3 && isolation !== undefined ? { isolation } : undefined;
    const itself = this.#session.call(what, () =>
      options === undefined ? this.#store.begin() : this.#store.begin(options),
    );
    this.#session.tell(what, "open");
    const member: Member = {
      itself,
      client: this.#members.size,
      calledAt: this.#time++,
      operations: [],
      outcome: "failed",
      settledAt: Number.POSITIVE_INFINITY,
      isOver: false,
    };
    this.#members.set(name, member);
    return member;
  }

  #get(member: Member, key: string, what: string): readonly string[] {
    const answer = this.#session.call(what, () => member.itself.get(key));
    const elements = this.#listFrom(what, answer);
    member.operations.push({ call: "read", key, elements });
    this.#session.tell(what, listInWords(elements));
    return elements;
  }

  #range({ itself, operations }: Member, { from, to }: Bounds, what: string): void {
    const answer: unknown = this.#session.call(what, () => itself.range(from, to));
    if (!Array.isArray(answer)) this.#noList(what, answer);
    const found = new Map(
      (answer as [string, unknown][]).map(([key, value]) => [key, this.#listFrom(what, value)]),
    );
    operations.push({ call: "range", from: from ?? "", to, found });
    const detail = [...found].map(([key, list]) => `${keyInWords(key)} ${listInWords(list)}`);
    this.#session.tell(what, detail.length === 0 ? "nothing" : detail.join(", "));
  }

  #append(member: Member, step: Extract<Step, { do: "append" }>): void {
    const { key, element } = step;
    const elements = this.#get(member, key, `${step.t} get ${keyInWords(key)}`);
    const list = [...elements, element];
    const what = `${step.t} put ${keyInWords(key)}=${listInWords(list)}`;
    const outcome = this.#session.attempt(() => {
      member.itself.put(key, list);
    });
    member.operations.push({ call: "append", key, element });
    if (outcome.how === "refused") this.#refused(what, member, outcome);
    else this.#session.tell(what, "done");
  }

  #commit(name: string, member: Member): void {
    member.isOver = true;
    const what = `${name} commit`;
    this.#session.tell(what, "called");
    member.answer = this.#settled(what, () => member.itself.commit());
    const settle = async (): Promise<void> => {
      const outcome = await member.answer;
      member.outcome = outcome?.how === "answered" ? "ok" : "failed";
      member.settledAt = this.#time++;
      this.#session.tell(what, outcome?.how === "answered" ? "answered ok" : "CONFLICT");
    };
    // What is wrong with an answer is judged where it is waited for.
    settle().catch(() => undefined);
  }

  async #answered(name: string, member: Member): Promise<void> {
    const outcome = await member.answer;
    // The settling of the commit runs first.
    await ticks(1);
    if (outcome?.how !== "refused" || outcome.code === "CONFLICT") return;
    this.#session.threw(`${name} commit`, outcome.error, `${name} commit must be answered`);
  }

  #refused(
    what: string,
    member: Member,
    { code, error }: { code: string | undefined; error: unknown },
  ): void {
    if (code !== "CONFLICT") this.#session.threw(what, error, `${what} must be answered`);
    this.#session.tell(what, "CONFLICT");
    this.#ends(member, "failed");
  }

  #ends(member: Member, outcome: Judged["outcome"]): void {
    member.isOver = true;
    member.outcome = outcome;
    member.settledAt = this.#time++;
  }

  #listFrom(what: string, answer: unknown): readonly string[] {
    if (answer === undefined) return [];
    if (Array.isArray(answer) && answer.every((element) => typeof element === "string"))
      return answer;
    return this.#noList(what, answer);
  }

  #noList(what: string, answer: unknown): never {
    this.#session.broken(what, shown(answer), {
      signature: "no list",
      therefore: `${what} must answer with what was put, which is a list, and it answered ${shown(answer)}.`,
    });
  }
}

function listInWords(elements: readonly string[]): string {
  return `[${elements.join(" ")}]`;
}

// ── Judging ───────────────────────────────────────────────────────────────────────────────────

export interface CrowdPlan {
  promise: InvariantId;
  model: IsolationModel;
  /** Histories of a full grade. */
  histories: number;
  /** Histories that are tried before any is drawn. */
  always: readonly Script[];
  draw: (random: Random, round: number) => Step[];
}

export function crowdExperiment({ promise, model, histories, always, draw }: CrowdPlan) {
  return storeExperiment<Script>({
    promise,
    *cases(budget) {
      yield* always;
      for (let round = 0; round < rounds(budget, histories); round++)
        yield { steps: draw(randomOf(budget.seed, round), round) };
    },
    async judge(session, { steps, known }) {
      if (known !== undefined) session.tell(known, "", "note");
      const crowd = new Crowd(session, await session.open());
      for (const step of steps) {
        const waiting = crowd.take(step);
        if (waiting !== undefined) await waiting;
      }
      await crowd.finish(keysIn(steps));
      judgeHistory(session, crowd.history(), model);
    },
    smaller: smallerScripts,
  });
}

export function keysIn(steps: readonly Step[]): string[] {
  return [...new Set(steps.flatMap((step) => ("key" in step ? [step.key] : [])))];
}

/** `wants` says which anomalies are the matter of the promise; all of them without it. */
export function judgeHistory(
  session: Session,
  history: readonly Judged[],
  model: IsolationModel,
  wants?: (kind: AnomalyKind) => boolean,
): void {
  const verdict = judgeIsolation(history, { model, realTime: true });
  if (verdict.verdict === "ok") return;
  if (verdict.verdict === "undecided") session.missed("no read showed the order of the appends");
  const worst = verdict.anomalies.find(({ kind }) => wants?.(kind) ?? true);
  if (worst === undefined) return;
  for (const { because } of worst.cycle) session.tell("this history", because, "note");
  session.broken(`the history shows a ${anomalyNames[worst.kind]}`, model, {
    signature: worst.kind,
    therefore: sentenceOf(worst),
  });
}

function sentenceOf({ sentence }: Anomaly): string {
  return /[.!]$/.test(sentence) ? sentence : `${sentence}.`;
}

// ── Drawing ───────────────────────────────────────────────────────────────────────────────────

export interface CrowdMix {
  clients: number;
  /** Of all clients together. */
  transactions: number;
  keys: readonly string[];
  calls: number;
  /** Out of ten. */
  serializable: number;
  readers: number;
  ranges: number;
  rollbacks?: number;
}

/** Each client has one transaction at a time and waits for its answer before it begins the next. */
export function drawCrowd(random: Random, mix: CrowdMix): Step[] {
  const steps: Step[] = [];
  const outOfTen = (chance = 0): boolean => random.below(10) < chance;
  let begun = 0;
  let elements = 0;
  const clients: {
    t: string;
    left: number;
    isReader: boolean;
    stage: "idle" | "open" | "waits";
  }[] = Array.from({ length: mix.clients }, () => ({
    t: "",
    left: 0,
    isReader: false,
    stage: "idle",
  }));
  for (;;) {
    const busy = clients.filter(({ stage }) => stage !== "idle" || begun < mix.transactions);
    if (busy.length === 0) return steps;
    const client = pick(random, busy);
    const { t } = client;
    if (random.below(6) === 0) steps.push({ do: "ticks", count: 1 + random.below(4) });
    if (random.below(16) === 0) steps.push({ do: "turns", count: 1 });
    if (client.stage === "waits") {
      steps.push({ t, do: "answer" });
      client.stage = "idle";
    } else if (client.stage === "idle") {
      begun++;
      client.t = `T${begun}`;
      client.left = 1 + random.below(mix.calls);
      client.isReader = outOfTen(mix.readers);
      client.stage = "open";
      steps.push(beginning(client.t, isolationOf(random, mix.serializable)));
    } else if (client.left-- > 0) {
      const key = pick(random, mix.keys);
      if (outOfTen(mix.ranges)) steps.push({ t, do: "range", ...drawBounds(random, mix.keys) });
      else if (client.isReader || random.below(2) === 0) steps.push({ t, do: "get", key });
      else steps.push({ t, do: "append", key, element: `${++elements}` });
    } else if (outOfTen(mix.rollbacks)) {
      steps.push({ t, do: "rollback" });
      client.stage = "idle";
    } else {
      steps.push({ t, do: "commit", unanswered: true });
      client.stage = "waits";
    }
  }
}
