/**
 * Turns an experiment into a check: try cases until one breaks the promise, shrink it, tell its story.
 *
 *     cases ──► run ──► broken? ──► outside the world? ──► shrink ──► run again, telling ──► verdict
 *
 * An experiment knows what a case is; this file knows when to stop, what to believe, and how to make
 * the history short.
 */
import { quiescence } from "#platform/testing/gates.ts";
import type {
  Budget,
  Check,
  Counterexample,
  HistoryEvent,
  LoadedSubject,
  Phase,
  Verdict,
} from "./check.ts";
import { watchOutsideWorld } from "./outside-world.ts";
import { encodeToken } from "./token.ts";

/** What one run of one case has shown. */
export type Finding =
  | { kind: "held"; states: number }
  /** The event that the promise speaks of did not happen in this run. */
  | { kind: "missed"; why: string; states: number }
  | ({ kind: "broken"; states: number } & Violation)
  | { kind: "hung"; what: string; states: number };

export interface Violation {
  /** Equal signatures are the same violation: shrinking keeps it. */
  signature: string;
  phase: Phase;
  therefore: string;
  features: string[];
  /** The choices of the scheduler, where there was one. */
  schedule?: number[];
}

/** Hears the lines of a history as they happen. */
export type Listener = (event: HistoryEvent) => void;

export interface Experiment<Subject, Case> {
  readonly promise: string;
  readonly kataVersion: number;
  /** The cases of a budget, in the order in which they are tried. */
  cases(budget: Budget): Iterable<Case>;
  run(subject: LoadedSubject<Subject>, testCase: Case, listener?: Listener): Promise<Finding>;
  /** Cases with less in them, the boldest cut first. */
  smaller(testCase: Case): Iterable<Case>;
  /** The case as few characters of JSON, for tokens, and back. Without them the case itself is written. */
  pack?(testCase: Case): unknown;
  unpack?(packed: unknown): Case;
  /** The case with what its run has found written down: the choices that chance made, and where to look. */
  withSchedule?(testCase: Case, schedule: number[], phase: Phase): Case;
}

/** An experiment whatever its cases look like: they are data, read back only by itself. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each experiment has cases of its own type
export type AnyExperiment<Subject> = Experiment<Subject, any>;

/** Runs in which calls out of the world are looked for with both nets; later ones make do with the cheap one. */
const watchedRuns = 2;
const shrinkRunsMaxDefault = 400;

export function checkOf<Subject, Case>(experiment: Experiment<Subject, Case>): Check<Subject> {
  return async (subject, budget) => {
    const explored = { runs: 0, states: 0 };
    let why = "no case was tried";
    let events = 0;
    for (const testCase of experiment.cases(budget)) {
      explored.runs++;
      // A case may need no turn of the event loop at all; whoever listens for signs of life does.
      await quiescence();
      const watch = watchOutsideWorld({ thoroughly: explored.runs <= watchedRuns });
      const finding = await experiment.run(subject, testCase);
      explored.states += finding.states;
      const left = watch.end();
      if (left !== undefined)
        return { status: "outside-world", explored, reason: left.what, callSite: left.callSite };
      if (finding.kind === "held") events++;
      else if (finding.kind === "missed") why = finding.why;
      else return { ...(await judged(experiment, subject, testCase, finding, budget)), explored };
    }
    if (events === 0)
      return {
        status: "undecided",
        explored,
        reason: `The promise was never put to the test: ${why}. Nothing was seen that is wrong, and nothing that shows the promise kept: let the code come to the moment that the promise is about, and it will be judged.`,
      };
    return { status: "held", explored };
  };
}

/** A case of one of several experiments. */
export interface PartCase {
  part: number;
  of: unknown;
}

export interface JointExperiment<Subject> extends Experiment<Subject, PartCase> {
  readonly parts: readonly AnyExperiment<Subject>[];
}

/** Several experiments that look for the same broken promise, one after the other. */
export function together<Subject>(
  promise: string,
  kataVersion: number,
  parts: readonly AnyExperiment<Subject>[],
): JointExperiment<Subject> {
  const partOf = (index: number): Experiment<Subject, unknown> => {
    const part = parts[index];
    if (part === undefined)
      throw new RangeError(`Expected a part from 0 to ${parts.length - 1}, got ${index}.`);
    return part;
  };
  return {
    promise,
    kataVersion,
    parts,
    *cases(budget) {
      for (const index of parts.keys())
        for (const of of partOf(index).cases(budget)) yield { part: index, of };
    },
    run: (subject, { part, of }, listener) => partOf(part).run(subject, of, listener),
    *smaller({ part, of }) {
      for (const less of partOf(part).smaller(of)) yield { part, of: less };
    },
    pack: ({ part, of }) => [part, partOf(part).pack?.(of) ?? of],
    unpack(packed) {
      const [part, of] = packed as [number, unknown];
      return { part, of: partOf(part).unpack?.(of) ?? of };
    },
    withSchedule: ({ part, of }, schedule, phase) => ({
      part,
      of: partOf(part).withSchedule?.(of, schedule, phase) ?? of,
    }),
  };
}

/** Runs the history of a case again, and tells it. */
export async function replayOf<Subject, Case>(
  experiment: Experiment<Subject, Case>,
  subject: LoadedSubject<Subject>,
  testCase: Case,
  listener?: Listener,
): Promise<Verdict> {
  const told = await tell(experiment, subject, testCase, listener);
  const explored = { runs: 1, states: told.finding.states };
  if (told.left !== undefined) {
    return {
      status: "outside-world",
      explored,
      reason: told.left.what,
      callSite: told.left.callSite,
    };
  }
  return verdictOf(experiment, testCase, told, explored);
}

async function judged<Subject, Case>(
  experiment: Experiment<Subject, Case>,
  subject: LoadedSubject<Subject>,
  found: Case,
  first: Finding,
  { shrinkRunsMax = shrinkRunsMaxDefault }: Budget,
): Promise<Verdict> {
  const explored = { runs: 0, states: 0 };
  const start =
    first.kind === "broken" && first.schedule !== undefined
      ? (experiment.withSchedule?.(found, first.schedule, first.phase) ?? found)
      : found;
  const smallest = await shrink(experiment, subject, start, first, shrinkRunsMax);
  const told = await tell(experiment, subject, smallest);
  if (told.left !== undefined) {
    return {
      status: "outside-world",
      explored,
      reason: told.left.what,
      callSite: told.left.callSite,
    };
  }
  if (told.finding.kind === "held" || told.finding.kind === "missed") {
    return unrepeatable(first, explored);
  }
  return verdictOf(experiment, smallest, told, explored);
}

/** Broken stays broken, although the history cannot be shown a second time. */
function unrepeatable(first: Finding, explored: { runs: number; states: number }): Verdict {
  if (first.kind === "hung")
    return { status: "hung", explored, reason: first.what, counterexample: null };
  const therefore = first.kind === "broken" ? first.therefore : "";
  const phase = first.kind === "broken" ? first.phase : "live";
  const counterexample: Counterexample = {
    phase,
    events: [],
    therefore,
    features: ["unrepeatable"],
  };
  const reason =
    "The same history did not break the promise a second time: something in the code is not repeatable.";
  return { status: "broken", explored, counterexample, replay: null, reason };
}

interface Told {
  finding: Finding;
  events: HistoryEvent[];
  left: { what: string; callSite: string } | undefined;
}

async function tell<Subject, Case>(
  experiment: Experiment<Subject, Case>,
  subject: LoadedSubject<Subject>,
  testCase: Case,
  listener?: Listener,
): Promise<Told> {
  const events: HistoryEvent[] = [];
  const watch = watchOutsideWorld();
  const finding = await experiment.run(subject, testCase, (event) => {
    events.push(event);
    listener?.(event);
  });
  return { finding, events, left: watch.end() };
}

function verdictOf<Subject, Case>(
  experiment: Experiment<Subject, Case>,
  testCase: Case,
  { finding, events }: Told,
  explored: { runs: number; states: number },
): Verdict {
  if (finding.kind === "held") return { status: "held", explored };
  if (finding.kind === "missed") return { status: "undecided", explored, reason: finding.why };
  if (finding.kind === "hung") {
    const counterexample: Counterexample = {
      phase: "live",
      events,
      therefore: finding.what,
      features: ["hung"],
    };
    return { status: "hung", explored, reason: finding.what, counterexample };
  }
  const { phase, therefore, features } = finding;
  const packed = experiment.pack?.(testCase) ?? testCase;
  const replay = encodeToken(experiment.kataVersion, experiment.promise, packed);
  return {
    status: "broken",
    explored,
    counterexample: { phase, events, therefore, features },
    replay,
    reason: null,
  };
}

/** Keeps cutting while the same violation shows. */
async function shrink<Subject, Case>(
  experiment: Experiment<Subject, Case>,
  subject: LoadedSubject<Subject>,
  start: Case,
  first: Finding,
  shrinkRunsMax: number,
): Promise<Case> {
  let smallest = start;
  let runs = 0;
  for (let cut = true; cut && runs < shrinkRunsMax;) {
    cut = false;
    for (const candidate of experiment.smaller(smallest)) {
      if (runs++ >= shrinkRunsMax) break;
      const finding = await experiment.run(subject, candidate);
      if (!isSame(finding, first)) continue;
      smallest = candidate;
      cut = true;
      break;
    }
  }
  return smallest;
}

function isSame(finding: Finding, first: Finding): boolean {
  if (finding.kind === "broken" && first.kind === "broken")
    return finding.signature === first.signature;
  return finding.kind === "hung" && first.kind === "hung";
}
