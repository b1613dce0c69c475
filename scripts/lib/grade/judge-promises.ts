/**
 * Judges promises one by one in contained children, several side by side.
 *
 * Each promise gets exactly one outcome: a child that hangs or dies costs the promise it was at, and
 * another child goes on with the rest. What a promise's outcome is depends on the subject and the seed
 * alone, not on who judged it or when.
 */
import path from "node:path";
import type { Explored, Verdict } from "../../../tests/harness/check.ts";
import type { SubjectBundle } from "../../../tests/harness/subject-bundle.ts";
import { JudgeProcess, type Outcome } from "./judge-process.ts";
import { firstLimits, strictLimits } from "./limits.ts";
import { nothingExplored, type Claims } from "./protocol.ts";

export interface Judgement {
  id: string;
  status: Verdict["status"] | "crashed";
  ms: number;
  explored: Explored;
  counterexample: Extract<Verdict, { status: "broken" }>["counterexample"] | null;
  replay: string | null;
  /** Why, where the history alone does not say it. */
  reason: string | null;
}

export interface JudgingPlan {
  root: string;
  kata: string;
  bundle: SubjectBundle;
  seed: number;
  /** 1 is a full grade; a function where it is not the same for every promise. */
  effort: number | ((id: string) => number);
  /** The promises to judge, lowest first, once it is known what the subject says about itself. */
  choose: (claims: Claims) => readonly string[];
  /** Measures operation counts at the end. */
  measure: boolean;
  /** How many children judge at a time; two without it. */
  sideBySide?: number;
  onStart?: (id: string) => void;
  onJudgement?: (judgement: Judgement) => void;
}

export interface Judging {
  /** Why the subject could not be used; then nothing was judged. */
  problem: string | null;
  claims: Claims | null;
  judgements: Map<string, Judgement>;
  operations: Record<string, number>;
}

const sideBySideDefault = 2;

export async function judgePromises(plan: JudgingPlan): Promise<Judging> {
  return new PromiseJudge(plan).run();
}

/** Shows a recorded history of promise `id` to the subject again, contained like every check. */
export async function judgeReplay(
  plan: Pick<JudgingPlan, "root" | "kata" | "bundle" | "seed">,
  id: string,
  token: string,
): Promise<Judging> {
  const judge = new JudgeProcess(plan.root);
  const judgements = new Map<string, Judgement>();
  try {
    const loaded = loading(await judge.ask(loadJob(plan), firstLimits));
    if ("problem" in loaded) {
      return { problem: loaded.problem, claims: null, judgements, operations: {} };
    }
    const outcome = await judge.ask({ do: "replay", token, seed: plan.seed }, firstLimits);
    judgements.set(id, judgementOf(id, outcome));
    return { problem: null, claims: loaded.claims, judgements, operations: {} };
  } finally {
    await judge.stop();
  }
}

class PromiseJudge {
  readonly #plan: JudgingPlan;
  readonly #judgements = new Map<string, Judgement>();
  #limits = firstLimits;

  constructor(plan: JudgingPlan) {
    this.#plan = plan;
  }

  async run(): Promise<Judging> {
    const { root, sideBySide = sideBySideDefault } = this.#plan;
    const judges = Array.from({ length: sideBySide }, () => new JudgeProcess(root));
    try {
      let loadingFirst = await (judges[0] as JudgeProcess).ask(loadJob(this.#plan), this.#limits);
      if (loadingFirst.kind === "hung") {
        // Nothing of the subject has been seen yet, so it may have been the machine: asked once more.
        judges[0] = new JudgeProcess(root);
        loadingFirst = await judges[0].ask(loadJob(this.#plan), this.#limits);
      }
      const [first, ...others] = judges as [JudgeProcess, ...JudgeProcess[]];
      const loaded = loading(loadingFirst);
      if ("problem" in loaded) return this.#result(loaded.problem, null, {});
      const queue = [...this.#plan.choose(loaded.claims)];
      const [operations] = await Promise.all([
        this.#work(first, true, queue, this.#plan.measure),
        ...others.map((judge) => this.#work(judge, false, queue, false)),
      ]);
      return this.#result(null, loaded.claims, operations);
    } finally {
      await Promise.all(judges.map((judge) => judge.stop()));
    }
  }

  async #work(
    judge: JudgeProcess,
    isLoaded: boolean,
    queue: string[],
    measure: boolean,
  ): Promise<Record<string, number>> {
    let worker = { judge, isLoaded };
    try {
      for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
        worker = await this.#ready(worker);
        await this.#judge(worker, id);
      }
      if (!measure) return {};
      worker = await this.#ready(worker);
      const job = { do: "operations", seed: this.#plan.seed } as const;
      const outcome = await worker.judge.ask(job, this.#limits);
      if (outcome.kind !== "answered" || outcome.answer.kind !== "measured") return {};
      return outcome.answer.operations;
    } finally {
      await worker.judge.stop();
    }
  }

  /** A living child that has loaded the subject. */
  async #ready(worker: { judge: JudgeProcess; isLoaded: boolean }): Promise<typeof worker> {
    const judge = worker.judge.isAlive ? worker.judge : new JudgeProcess(this.#plan.root);
    if (judge === worker.judge && worker.isLoaded) return worker;
    // It has been loaded before, so it can be; if not, the next question says what became of it.
    await judge.ask(loadJob(this.#plan), firstLimits);
    return { judge, isLoaded: true };
  }

  async #judge(worker: { judge: JudgeProcess }, id: string): Promise<void> {
    const { seed, effort, onStart, onJudgement } = this.#plan;
    onStart?.(id);
    const effortOf = typeof effort === "number" ? effort : effort(id);
    const job = { do: "check", id, seed, effort: effortOf } as const;
    const outcome = await worker.judge.ask(job, this.#limits);
    if (outcome.kind === "hung") this.#limits = strictLimits;
    const judgement = judgementOf(id, outcome);
    this.#judgements.set(id, judgement);
    onJudgement?.(judgement);
  }

  #result(
    problem: string | null,
    claims: Claims | null,
    operations: Record<string, number>,
  ): Judging {
    return { problem, claims, judgements: this.#judgements, operations };
  }
}

function loadJob({
  root,
  kata,
  bundle,
  seed,
}: Pick<JudgingPlan, "root" | "kata" | "bundle" | "seed">) {
  return {
    do: "load",
    bundle,
    seed,
    suiteFile: path.join(root, "tests", kata, "suite.ts"),
  } as const;
}

function loading(outcome: Outcome): { problem: string } | { claims: Claims } {
  if (outcome.kind === "hung")
    return { problem: `It hangs when it is imported. ${outcome.reason}` };
  if (outcome.kind === "crashed") {
    return { problem: `It ends the process when it is imported. ${outcome.reason}` };
  }
  const { answer } = outcome;
  if (answer.kind === "unusable") return { problem: answer.problem };
  if (answer.kind === "loaded") return { claims: answer.claims };
  return { problem: "It could not be loaded." };
}

function judgementOf(id: string, outcome: Outcome): Judgement {
  const empty = { id, ms: 0, explored: nothingExplored, counterexample: null, replay: null };
  if (outcome.kind !== "answered")
    return { ...empty, status: outcome.kind, reason: outcome.reason };
  const { answer } = outcome;
  if (answer.kind !== "judged") {
    return { ...empty, status: "crashed", reason: "It gave no verdict." };
  }
  const { verdict, ms, trouble } = answer;
  const { explored } = verdict;
  if (verdict.status === "broken") {
    const { counterexample, replay, reason } = verdict;
    return { id, status: "broken", ms, explored, counterexample, replay, reason };
  }
  if (trouble !== null) {
    const where = trouble.callSite === null ? "" : ` (${trouble.callSite})`;
    return { ...empty, status: "crashed", ms, explored, reason: trouble.what + where };
  }
  return {
    ...empty,
    status: verdict.status,
    ms,
    explored,
    counterexample: "counterexample" in verdict ? verdict.counterexample : null,
    reason: reasonOf(verdict),
  };
}

function reasonOf(verdict: Exclude<Verdict, { status: "broken" }>): string | null {
  if (verdict.status === "held") return null;
  if (verdict.status === "outside-world") return `${verdict.reason} (${verdict.callSite})`;
  return verdict.reason;
}
