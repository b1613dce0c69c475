/**
 * What a check is: a value that tries to break one promise of a subject within a budget.
 *
 * Vitest registers checks, the grader runs them in a child process, the tests of the impostors call
 * them directly. All of them see the same verdict.
 */
export interface Budget {
  /** Everything random in a check follows from this number. */
  seed: number;
  /** 1 is a full grade. The numbers of runs and states of a check are multiplied with it; never milliseconds. */
  effort: number;
  /** How often a shorter history is tried once one breaks the promise; 400 times without it. */
  shrinkRunsMax?: number;
}

/** The code under judgement. */
export interface LoadedSubject<Subject> {
  /** The file it was loaded from, as the learner named it. */
  readonly file: string;
  /** The exports of one copy of its module. */
  readonly exports: Subject;
  /** Loads another copy, whose module variables have their first values. */
  fresh(): Promise<Subject>;
}

export type Check<Subject> = (subject: LoadedSubject<Subject>, budget: Budget) => Promise<Verdict>;

export interface Explored {
  /** Histories that were run. */
  runs: number;
  /** Distinct crash images that were recovered and judged. */
  states: number;
}

export type Verdict =
  | { status: "held"; explored: Explored }
  | {
      status: "broken";
      explored: Explored;
      counterexample: Counterexample;
      /** Self-contained; null when the violation would not show a second time, and then `reason` says so. */
      replay: string | null;
      reason: string | null;
    }
  /** The budget was spent, or the event that the check needs never happened. Never a pass. */
  | { status: "undecided"; explored: Explored; reason: string }
  /** A call was never answered although the world had nothing left to do. */
  | { status: "hung"; explored: Explored; reason: string; counterexample: Counterexample | null }
  /** The subject waited for something that is not of the simulated world. */
  | { status: "outside-world"; explored: Explored; reason: string; callSite: string };

/** The shortest history found that breaks the promise. */
export interface Counterexample {
  /** Which part of the history the violation needed. */
  phase: Phase;
  events: HistoryEvent[];
  /** Why this breaks the promise: "therefore" as one sentence. */
  therefore: string;
  /** Coarse properties of the history, compared with those of planted bugs for "looks like". */
  features: string[];
}

export type Phase =
  "live" | "crash" | "crash in recovery" | "second life" | "second crash" | "kill, then power cut";

/** One line of a printed history; `life` and `client` place it in a drawn one. */
export interface HistoryEvent {
  kind: "open" | "call" | "answer" | "disk" | "kill" | "power-cut" | "fault" | "note";
  life: number;
  client: number | null;
  /** The left column: what happened, "put a=1". */
  what: string;
  /** The right column: what came of it, "append wal 0–23, answered ok". */
  detail: string;
  /** A remark after an arrow: "not synced yet". */
  remark: string | null;
  /** True on the line that contradicts the promise. */
  contradiction: boolean;
}

/** What the grader needs of a kata's tests; each kata's `suite.ts` exports one as `suite`. */
export interface Suite<Subject, Id extends string> {
  readonly checks: Readonly<Record<Id, Check<Subject>>>;

  /** Says what is missing or wrong about a module's exports, or undefined. */
  exportsProblem(exports: Readonly<Record<string, unknown>>): string | undefined;

  /** Runs the history of a token again; `onEvent` sees each line as it happens. */
  replay(
    subject: LoadedSubject<Subject>,
    token: string,
    onEvent?: (event: HistoryEvent) => void,
  ): Promise<{ id: Id; verdict: Verdict }>;

  /** The promise a token belongs to, or a UsageError-like sentence why it cannot be read. */
  tokenPromise(token: string): { id: Id } | { problem: string };

  /** The history of a token as a test a learner can keep, written against katas/platform/testing. */
  asTest(token: string): string;

  /** Measured counts, such as syncs per put. */
  operations(subject: LoadedSubject<Subject>): Promise<Record<string, number>>;
}

/** Each kata's `stress.ts` exports `stress: Stress`. */
export type Stress = (options: {
  subjectFile: string;
  seconds: number;
  seed: number;
  singleThreaded: boolean;
  level: number;
}) => Promise<StressVerdict>;

export interface StressVerdict {
  status: "held" | "broken" | "skipped";
  /** Why nothing was shown, where it is skipped: "no process was killed". */
  reason?: string;
  /** The promises that were seen broken. */
  broken: { id: string; what: string }[];
  threads: number;
  seconds: number;
  operations: number;
  kills: number;
}
