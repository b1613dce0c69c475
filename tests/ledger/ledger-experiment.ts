/** An experiment of this kata: scripts, played with fresh copies of the code, whose histories are judged. */
import type { Subject } from "#katas/ledger/contract.ts";
import type { InvariantId } from "#katas/ledger/invariants.ts";
import { kata } from "#katas/ledger/kata.ts";
import { errorCode } from "#platform/errors.ts";
import type { Budget, HistoryEvent, LoadedSubject } from "../harness/check.ts";
import type { Experiment, Finding, Listener } from "../harness/experiment.ts";
import { describeError } from "../harness/in-words.ts";
import { outcomeOf } from "../harness/life.ts";
import { AllSchedules, following, schedulerOf } from "../harness/scheduler.ts";
import type { Kind } from "./judge.ts";
import { type Script, smallerScripts } from "./script.ts";
import { type Scheduler, Session, SessionEnd } from "./session.ts";

export interface ScriptCheck {
  promise: InvariantId;
  /** Which contradictions break it. */
  breaks: readonly Kind[];
  cases(budget: Budget): Iterable<Script>;
  /** Who looks at the end: a new validator, or the one that did everything; and whether the ledger must go on. */
  isJudgedByANewOne?: boolean;
  probes?: boolean;
  /** What is looked at beside the history: may end the session, as broken or as missed. */
  atEnd?(session: Session, script: Script): void;
}

const stepsExpected = 24;

export function scriptExperiment(check: ScriptCheck): Experiment<Subject, Script> {
  return {
    promise: check.promise,
    kataVersion: kata.version,
    *cases(budget) {
      for (const script of check.cases(budget)) yield affordable(script, budget);
    },
    smaller: smallerScripts,
    withSchedule: (script, schedule) => ({ ...script, order: schedule }),
    async run(subject, script, listener) {
      const { order, level = 1 } = script;
      if (level > levelOf(subject.exports)) return { kind: "held", states: 0 };
      if (Array.isArray(order)) return runOnce(check, subject, script, following(order), listener);
      if ("drawn" in order) {
        const scheduler = schedulerOf(order.drawn % 1009, order.drawn, stepsExpected);
        return runOnce(check, subject, script, scheduler, listener);
      }
      return runAll(check, subject, script, order.all);
    },
  };
}

/** All orders of a full grade, fewer where there is less time. */
function affordable(script: Script, budget: Budget): Script {
  const { order } = script;
  if (Array.isArray(order) || !("all" in order)) return script;
  return { ...script, order: { all: Math.max(ordersMin, rounds(budget, order.all)) } };
}

const ordersMin = 20;

/** Every order there is, up to a number of runs. */
async function runAll(
  check: ScriptCheck,
  subject: LoadedSubject<Subject>,
  script: Script,
  runsMax: number,
): Promise<Finding> {
  const schedules = new AllSchedules();
  let states = 0;
  for (let run = 0; run < runsMax; run++) {
    const scheduler = schedules.scheduler() as unknown as Scheduler;
    const finding = await runOnce(check, subject, script, scheduler, undefined);
    states += finding.states;
    if (finding.kind !== "held") return { ...finding, states };
    if (!schedules.advance()) break;
  }
  return { kind: "held", states };
}

async function runOnce(
  check: ScriptCheck,
  subject: LoadedSubject<Subject>,
  script: Script,
  scheduler: Scheduler,
  listener: Listener | undefined,
): Promise<Finding> {
  const copies: Subject[] = [];
  while (copies.length < livesOf(script)) copies.push(await subject.fresh());
  const { promise, breaks } = check;
  const session = new Session({ promise, breaks, copies, listener });
  try {
    await session.play(script, scheduler);
    const isByANewOne = check.isJudgedByANewOne === true;
    await session.finish({ isByANewOne, probes: check.probes === true });
    check.atEnd?.(session, script);
  } catch (ending) {
    if (!(ending instanceof SessionEnd)) throw ending;
    return ending.finding;
  }
  return { kind: "held", states: session.answers };
}

/** How many copies of the code a script needs: one for each life, one for rivals, one for the end. */
function livesOf({ clients, crash }: Script): number {
  const restarts = clients.flat().filter((step) => step.do === "restart").length;
  const hasRivals = clients
    .flat()
    .some(
      (step) =>
        "rivals" in step ||
        "endless" in step ||
        "racesToLose" in step ||
        "behind" in step ||
        step.do === "others",
    );
  return (
    clients.length +
    restarts +
    (crash === undefined ? 0 : crash.again === undefined ? 1 : 2) +
    (hasRivals ? 1 : 0) +
    1
  );
}

/** How many of the cases of a full grade a budget allows. */
export function rounds({ effort }: Budget, ofFullGrade: number): number {
  return Math.max(1, Math.round(effort * ofFullGrade));
}

export function levelOf({ level = kata.levels.length }: Subject): number {
  return level;
}

// ── Calls without a script ────────────────────────────────────────────────────────────────────

/** Tells lines, and ends with what it has found. */
export class Talk {
  readonly exports: Subject;
  readonly features = new Set<string>();
  answers = 0;
  schedule: number[] = [];
  readonly #listener: Listener | undefined;

  constructor(exports: Subject, listener: Listener | undefined) {
    this.exports = exports;
    this.#listener = listener;
  }

  tell(what: string, detail = "", kind: HistoryEvent["kind"] = "call"): void {
    this.#listener?.({
      kind,
      life: 1,
      client: null,
      what,
      detail,
      remark: null,
      contradiction: false,
    });
  }

  broken(what: string, detail: string, signature: string, therefore: string): never {
    this.#listener?.({
      kind: "answer",
      life: 1,
      client: null,
      what,
      detail,
      remark: null,
      contradiction: true,
    });
    throw new SessionEnd({
      kind: "broken",
      states: this.answers,
      signature,
      phase: "live",
      therefore,
      features: [signature, ...this.features],
      schedule: this.schedule,
    });
  }

  threw(what: string, error: unknown): never {
    const thrown = describeError(error);
    this.broken(
      what,
      `threw ${thrown}`,
      "threw",
      `${what} must be answered, and it threw ${thrown}.`,
    );
  }

  hung(what: string): never {
    throw new SessionEnd({
      kind: "hung",
      states: this.answers,
      what: `${what} is never answered: nothing is under way, and no time that passes changes that.`,
    });
  }

  missed(why: string): never {
    throw new SessionEnd({ kind: "missed", states: this.answers, why });
  }

  /** A call that answers at once. */
  call<Answer>(what: string, call: () => Answer): Answer {
    this.answers++;
    try {
      return call();
    } catch (error) {
      this.threw(what, error);
    }
  }

  /** A call that must be answered, in a world where nothing takes time. */
  async answer<Answer>(what: string, call: () => Promise<Answer>): Promise<Answer> {
    this.answers++;
    const outcome = await outcomeOf((async () => call())());
    if (outcome.how === "hung") this.hung(what);
    if (outcome.how === "rejected") this.threw(what, outcome.error);
    return outcome.value;
  }
}

export interface TalkCheck<Case> {
  promise: InvariantId;
  cases(budget: Budget): Iterable<Case>;
  judge(talk: Talk, testCase: Case, subject: LoadedSubject<Subject>): Promise<void>;
  smaller?(testCase: Case): Iterable<Case>;
  withSchedule?(testCase: Case, schedule: number[]): Case;
}

export function talkExperiment<Case>(check: TalkCheck<Case>): Experiment<Subject, Case> {
  return {
    promise: check.promise,
    kataVersion: kata.version,
    cases: (budget) => check.cases(budget),
    smaller: (testCase) => check.smaller?.(testCase) ?? [],
    withSchedule: (testCase, schedule) => check.withSchedule?.(testCase, schedule) ?? testCase,
    async run(subject, testCase, listener) {
      const talk = new Talk(await subject.fresh(), listener);
      try {
        await check.judge(talk, testCase, subject);
      } catch (ending) {
        if (ending instanceof SessionEnd) return ending.finding;
        // A factory that throws: whatever is the fault of the check has no code.
        if (errorCode(ending) === undefined) throw ending;
        const therefore = `What the subject makes throws ${describeError(ending)}.`;
        return {
          kind: "broken",
          states: talk.answers,
          signature: "throws",
          phase: "live",
          therefore,
          features: ["throws"],
        };
      }
      return { kind: "held", states: talk.answers };
    },
  };
}
