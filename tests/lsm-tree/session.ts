/**
 * Sessions: one client calls, waits for each answer, and may hold iterations open meanwhile. Every answer is compared
 * with a sorted map.
 *
 * An iteration shows the tree as it was at one moment between the call of `range` and the answer to its first `next`. So
 * a view is kept for each of these moments, and every answer must fit one of those that fitted all before it.
 */
import type { Entry, LsmTree, Subject } from "#katas/lsm-tree/contract.ts";
import type { InvariantId } from "#katas/lsm-tree/invariants.ts";
import { kata } from "#katas/lsm-tree/kata.ts";
import { type Random, seededRandom } from "#platform/random.ts";
import type { Experiment, Finding } from "../harness/experiment.ts";
import { describeError } from "../harness/in-words.ts";
import { SceneEnd } from "../harness/on-disk/scene.ts";
import { entryOf, type Options } from "./adapter.ts";
import { type Bounds, Model } from "./model.ts";
import {
  answerInWords,
  entryInWords,
  isSameEntry,
  rangeInWords,
  Script,
  textInWords,
} from "./script.ts";

export type Step =
  | { do: "put"; key: string; value: string }
  | { do: "delete" | "get"; key: string }
  | { do: "flush" | "compact" | "reopen" | "kill" }
  /** A range, read to its end before anything else is called. */
  | ({ do: "range" } & Bounds)
  /** Calls range, and asks nothing yet. */
  | ({ do: "begin"; as: number } & Bounds)
  /** Some entries of a range that was begun. */
  | { do: "next"; as: number; times: number }
  | { do: "leave"; as: number };

export interface SessionCase {
  steps: readonly Step[];
  options: Options;
}

/** What a session does, in shares; nothing is done that is not mentioned. */
export type SessionMix = Partial<Record<Step["do"], number>>;

export interface SessionPlan {
  promise: InvariantId;
  /** How many sessions a full grade plays. */
  cases: number;
  steps: number;
  mix: SessionMix;
  keys: (random: Random) => readonly string[];
  values?: readonly string[];
  options: (random: Random, index: number) => Options;
  /** Bounds of ranges; without them ranges have none. */
  bounds?: (random: Random, keys: readonly string[]) => Bounds;
  /** Sessions that are played before any is drawn. */
  always?: readonly SessionCase[];
  /** The gets that this promise is about; all without it. The others are made, and not judged. */
  judges?: (get: {
    expected: string | undefined;
    wasDeleted: boolean;
    isMissing: boolean;
  }) => boolean;
  /** The order of the entries of a range is another promise. */
  inAnyOrder?: boolean;
}

/** The level from which a step is taken. */
export const levelOf: Readonly<Record<Step["do"], number>> = {
  put: 1,
  delete: 1,
  get: 1,
  flush: 1,
  range: 2,
  begin: 2,
  next: 2,
  leave: 2,
  reopen: 3,
  kill: 3,
  compact: 5,
};

/** A check by sessions says so, for its histories to be kept as tests. */
export interface SessionExperiment extends Experiment<Subject, SessionCase> {
  readonly session: SessionPlan;
}

export function sessions(plan: SessionPlan): SessionExperiment {
  return {
    session: plan,
    promise: plan.promise,
    kataVersion: kata.version,
    *cases({ seed, effort }) {
      yield* plan.always ?? [];
      const count = Math.max(4, Math.round(plan.cases * effort));
      for (let index = 0; index < count; index++) {
        const random = seededRandom(seed * 9_176_263 + index);
        yield { steps: drawSteps(random, plan), options: plan.options(random, index) };
      }
    },
    async run(subject, testCase, listener): Promise<Finding> {
      const exports = await subject.fresh();
      const script = new Script({ subject, exports, seed: 1, listener });
      const session = new Session(script, plan, testCase);
      try {
        await session.play();
      } catch (ending) {
        if (!(ending instanceof SceneEnd)) throw ending;
        return ending.finding;
      }
      return session.judged > 0
        ? { kind: "held", states: script.lives }
        : { kind: "missed", why: "nothing was asked that it speaks of", states: script.lives };
    },
    *smaller({ steps, options }) {
      for (let size = steps.length >> 1; size >= 1; size >>= 1) {
        for (let start = 0; start + size <= steps.length; start += size)
          yield { steps: [...steps.slice(0, start), ...steps.slice(start + size)], options };
      }
      for (const [index, step] of steps.entries()) {
        if (step.do !== "put" || step.value.length <= 3) continue;
        yield { steps: steps.with(index, { ...step, value: step.value.slice(0, 3) }), options };
      }
    },
  };
}

// ── Drawing ───────────────────────────────────────────────────────────────────────────────────

const iterationsMax = 4;

function drawSteps(random: Random, plan: SessionPlan): Step[] {
  const keys = plan.keys(random);
  const kinds = Object.entries(plan.mix) as [Step["do"], number][];
  const whole = kinds.reduce((sum, [, share]) => sum + share, 0);
  const steps: Step[] = [];
  const open: number[] = [];
  let begun = 0;
  let value = 0;
  for (let index = 0; index < plan.steps; index++) {
    let point = random.next() * whole;
    const [kind] = kinds.find(([, share]) => (point -= share) < 0) ?? kinds[0] ?? ["put"];
    const key = keys[random.below(keys.length)] ?? "a";
    const bounds = plan.bounds?.(random, keys) ?? {};
    const at = random.below(Math.max(1, open.length));
    const as = open[at];
    switch (kind) {
      case "put": {
        const special = plan.values?.[random.below(plan.values.length * 3)];
        steps.push({ do: "put", key, value: special ?? `v${++value}` });
        break;
      }
      case "delete":
      case "get":
        steps.push({ do: kind, key });
        break;
      case "range":
        steps.push({ do: "range", ...bounds });
        break;
      case "begin":
        if (open.length === iterationsMax) break;
        steps.push({ do: "begin", as: ++begun, ...bounds });
        open.push(begun);
        break;
      case "next":
        if (as !== undefined) steps.push({ do: "next", as, times: 1 + random.below(3) });
        break;
      case "leave":
        if (as === undefined) break;
        steps.push({ do: "leave", as });
        open.splice(at, 1);
        break;
      case "reopen":
      case "kill":
        steps.push({ do: kind });
        open.length = 0;
        break;
      default:
        steps.push({ do: kind });
    }
  }
  for (const as of open) steps.push({ do: "next", as, times: readToTheEnd });
  if ("range" in plan.mix) steps.push({ do: "range" });
  if ("get" in plan.mix) for (const key of keys) steps.push({ do: "get", key });
  return steps;
}

/** More entries than any session has. */
export const readToTheEnd = 1000;

// ── Playing ───────────────────────────────────────────────────────────────────────────────────

interface Iteration {
  readonly words: string;
  readonly bounds: Bounds;
  readonly iterator: AsyncIterator<Entry>;
  /** What the tree may have been when it was looked at. */
  views: (readonly Entry[])[];
  place: number;
  isOver: boolean;
}

class Session {
  /** Answers that were compared. */
  judged = 0;
  readonly #script: Script;
  readonly #plan: SessionPlan;
  readonly #case: SessionCase;
  readonly #model = new Model();
  readonly #deleted = new Set<string>();
  readonly #iterations = new Map<number, Iteration>();
  #tree!: LsmTree;

  constructor(script: Script, plan: SessionPlan, testCase: SessionCase) {
    this.#script = script;
    this.#plan = plan;
    this.#case = testCase;
  }

  async play(): Promise<void> {
    const script = this.#script;
    const { steps, options } = this.#case;
    const { compaction: _compaction, ...below } = options;
    const given = script.level >= levelOf.compact ? options : below;
    this.#tree = await script.open(given);
    for (const step of steps) {
      if (script.level < levelOf[step.do]) continue;
      if (step.do === "reopen" || step.do === "kill") {
        if (step.do === "reopen") {
          await this.#does("close", () => this.#tree.close());
          script.nextDisk(script.port.state.copy());
          await script.newProcess();
        } else await script.kill();
        this.#iterations.clear();
        this.#tree = await script.open(given);
      } else await this.#take(step);
    }
  }

  async #take(step: Exclude<Step, { do: "reopen" | "kill" }>): Promise<void> {
    const tree = this.#tree;
    switch (step.do) {
      case "put":
        await this.#does(`put ${textInWords(step.key)}=${textInWords(step.value)}`, () =>
          tree.put(step.key, step.value),
        );
        this.#wrote(step.key, step.value);
        return;
      case "delete":
        await this.#does(`delete ${textInWords(step.key)}`, () => tree.delete(step.key));
        this.#wrote(step.key, undefined);
        return;
      case "get":
        return this.#get(step.key);
      case "flush":
        return this.#does("flush", () => tree.flush());
      case "compact":
        return this.#does("compact", () => tree.compact());
      case "range": {
        if (this.#plan.inAnyOrder === true) {
          this.judged++;
          await this.#script.ranges(tree, step, this.#model.range(step), { inAnyOrder: true });
          return;
        }
        const iteration = this.#begin(step, "");
        await this.#next(iteration, readToTheEnd);
        return;
      }
      case "begin":
        this.#iterations.set(step.as, this.#begin(step, ` (${step.as})`));
        return;
      case "next": {
        const iteration = this.#iterations.get(step.as);
        if (iteration !== undefined && !iteration.isOver) await this.#next(iteration, step.times);
        return;
      }
      case "leave": {
        const iteration = this.#iterations.get(step.as);
        if (iteration !== undefined && !iteration.isOver) await this.#leave(iteration);
      }
    }
  }

  async #does(what: string, call: () => Promise<void>): Promise<void> {
    await this.#script.does(what, call);
  }

  #wrote(key: string, value: string | undefined): void {
    this.#model.set(key, value);
    if (value === undefined) this.#deleted.add(key);
    for (const iteration of this.#iterations.values())
      if (iteration.place === 0 && !iteration.isOver)
        iteration.views.push(this.#model.range(iteration.bounds));
  }

  async #get(key: string): Promise<void> {
    const what = `get ${textInWords(key)}`;
    const expected = this.#model.get(key);
    const value: unknown = await this.#script.quietly(what, () => this.#tree.get(key));
    const wasDeleted = this.#deleted.has(key);
    const isMissing = value === undefined;
    const isJudged = this.#plan.judges?.({ expected, wasDeleted, isMissing }) ?? true;
    if (isJudged) this.judged++;
    if (value === expected || !isJudged) {
      this.#script.tell(what, `answered ${answerInWords(value)}`);
      return;
    }
    const [wanted, got] = [answerInWords(expected), answerInWords(value)];
    this.#script.broken(
      what,
      `answered ${got}, expected ${wanted}`,
      `${what} must answer ${wanted}, and it answered ${got}.`,
      expected === undefined ? "get of an absent key" : "get",
    );
  }

  #begin(bounds: Bounds, name: string): Iteration {
    const { start, end } = bounds;
    const words = `${rangeInWords(bounds)}${name}`;
    const iterator = this.#called(words, () =>
      this.#tree.range(start, end)[Symbol.asyncIterator](),
    );
    if (name !== "") this.#script.tell(words, "called");
    const view = this.#model.range(bounds);
    return { words, bounds, iterator, views: [view], place: 0, isOver: false };
  }

  /** What a call that answers no promise has returned. */
  #called<Answer>(what: string, call: () => Answer): Answer {
    try {
      return call();
    } catch (error) {
      const words = describeError(error);
      this.#script.broken(
        what,
        `threw ${words}`,
        `${what} must be answered, and it threw ${words}.`,
        "range threw",
      );
    }
  }

  async #next(iteration: Iteration, times: number): Promise<void> {
    const { words, iterator } = iteration;
    const shown: string[] = [];
    const what = `next of ${words}`;
    for (let time = 0; time < times && !iteration.isOver; time++) {
      const answer = await this.#script.quietly(what, () => iterator.next());
      const got =
        answer.done === true ? undefined : this.#called(what, () => entryOf(answer.value));
      const { place, views } = iteration;
      const fitting = views.filter((view) => isSameEntry(view[place], got));
      this.judged++;
      if (fitting.length === 0) this.#isWrong(iteration, got, shown);
      iteration.views = fitting;
      iteration.place++;
      iteration.isOver = got === undefined;
      shown.push(entryInWords(got));
    }
    this.#script.tell(what, `answered ${shown.slice(-6).join(" ")}`);
  }

  #isWrong({ views, place, words }: Iteration, got: Entry | undefined, shown: string[]): never {
    const possible = [...new Set(views.map((view) => entryInWords(view[place])))].join(" or ");
    const answered = [...shown.slice(-3), entryInWords(got)].join(" ");
    const what = `next of ${words}`;
    this.#script.broken(
      what,
      `answered ${answered}, expected ${possible}`,
      `Entry ${place + 1} of ${words} must be ${possible}, and it was ${entryInWords(got)}.`,
      "entry of a range",
    );
  }

  async #leave(iteration: Iteration): Promise<void> {
    const { words, iterator } = iteration;
    iteration.isOver = true;
    await this.#script.does(`leave ${words}`, async () => iterator.return?.());
  }
}
