/**
 * A session as a state machine without clock, terminal or files.
 *
 *     entries of the log ──fold──▶ state         the state is nothing but the log, read from its beginning
 *     state + input at a time ──▶ new entries    what is due by then, in its order, then what the input does
 *
 * So a session that was killed goes on from its log, and one that runs a thousand times as fast writes the
 * same log. What is due carries the time at which it was due, however late somebody looked.
 *
 * One thing is asked at a time. A question stands until it is answered, said aloud, or its phase is over; after an
 * answer there is silence, in which more may be said, and then the next one. In a phase of code the questions
 * are spread over its time instead, and nothing but the change of a requirement breaks into an open one.
 */
import { chooseProbe, type AttemptShown } from "./choose-probe.ts";
import { answerFrom, isInquiry } from "./fact-sheet.ts";
import type { BellGrade, BellReason, SessionEvent, TestCounts } from "./session-log.ts";
import { bellMs, pace, type PlannedPhase, type SessionPlan } from "./session-plan.ts";

/** An event with its session time; whoever writes it down adds the date. */
export type TimedEvent = { ms: number } & SessionEvent;

export interface SessionState {
  session: number;
  plan: SessionPlan;
  /** Session time of the last event. */
  ms: number;
  /** The earlier attempt is put away. */
  isFresh: boolean;
  /** Index of the phase; −1 before the first. */
  phase: number;
  phaseBeganMs: number;
  asked: readonly OpenQuestion[];
  /** How many were asked in this phase. */
  askedInPhase: { general: number; probe: number };
  open: OpenQuestion | null;
  revealed: number;
  warned: boolean;
  paused: boolean;
  pauses: { count: number; ms: number };
  interruptions: { count: number; ms: number };
  slips: number;
  shown: AttemptShown;
  savedMs: number;
  tests: (TestCounts & { ms: number }) | null;
  helpLines: number;
  bell: { because: BellReason; ms: number } | null;
  frozen: { folder: string } | null;
  grade: BellGrade | null;
}

export interface OpenQuestion {
  id: string;
  text: string;
  kind: "opening" | "general" | "probe" | "change";
  answered: boolean;
  /** When the silence after the answer is over. */
  readyMs: number;
}

export type SessionInput =
  /** Time has passed. */
  | { input: "time" }
  | { input: "line"; text: string }
  | { input: "next phase" }
  | { input: "next level" }
  | { input: "saved"; level: number; lines: number }
  | { input: "tested"; counts: TestCounts }
  | { input: "helped"; helpedAt: string; what: string; cost: string }
  | { input: "pause" }
  | { input: "resume"; pausedMs: number }
  | { input: "leave"; how: "by key" | "by signal" }
  | { input: "come back"; goneMs: number }
  /** Ring the bell now. */
  | { input: "close" };

const probesMax = 3;
/** How long the interviewer is silent after an answer, in a session of its format's length. */
const silenceMs = 8_000;
/** At the least so often the log shows that the session is alive. */
const aliveEveryMs = 30_000;
/** Saves that say nothing new are noted no more often. */
const savedEveryMs = 30_000;
/** In which part of a phase of code its questions are asked. */
const questionsFrom = 0.08;
const questionsUntil = 0.92;
/** The requirement changes in the middle of the longest phase of code, or later if its level is not there yet … */
const changeFrom = 0.5;
/** … but no later than this. */
const changeUntil = 0.85;

// ── From the log to the state ─────────────────────────────────────────────────────────────────

/** The state that a log leads to; undefined where it does not even begin. */
export function stateOf(entries: readonly TimedEvent[]): SessionState | undefined {
  const [first, ...others] = entries;
  if (first?.event !== "began") return undefined;
  return others.reduce(fold, beginning(first.session, first.plan));
}

export function beginning(session: number, plan: SessionPlan): SessionState {
  return {
    session,
    plan,
    ms: 0,
    isFresh: false,
    phase: -1,
    phaseBeganMs: 0,
    asked: [],
    askedInPhase: { general: 0, probe: 0 },
    open: null,
    revealed: 0,
    warned: false,
    paused: false,
    pauses: { count: 0, ms: 0 },
    interruptions: { count: 0, ms: 0 },
    slips: 0,
    shown: { level: null, green: null },
    savedMs: Number.NEGATIVE_INFINITY,
    tests: null,
    helpLines: 0,
    bell: null,
    frozen: null,
    grade: null,
  };
}

export function fold(before: SessionState, entry: TimedEvent): SessionState {
  const state = { ...before, ms: Math.max(before.ms, entry.ms) };
  switch (entry.event) {
    case "fresh":
      return { ...state, isFresh: true };
    case "phase":
      return {
        ...state,
        phase: entry.phase,
        phaseBeganMs: entry.ms,
        askedInPhase: { general: 0, probe: 0 },
        open: null,
        warned: false,
      };
    case "asked":
      return withQuestion(state, entry);
    case "answered":
    case "went-on":
      return withAnswer(state, entry);
    case "left-open":
      return { ...state, open: null };
    case "revealed":
      return { ...state, revealed: entry.level };
    case "saved":
      // What was green was green before this save.
      return {
        ...state,
        savedMs: entry.ms,
        shown: {
          level: entry.level,
          green: entry.level === state.shown.level ? state.shown.green : null,
        },
      };
    case "tested": {
      const { passed, of, green, failing, problem } = entry;
      return {
        ...state,
        tests: { passed, of, green, failing, problem, ms: entry.ms },
        shown: { ...state.shown, green },
      };
    }
    case "helped":
      return { ...state, helpLines: state.helpLines + 1 };
    case "warned":
      return { ...state, warned: true };
    case "slipped":
      return { ...state, slips: state.slips + 1 };
    case "paused":
      return { ...state, paused: true };
    case "resumed": {
      const { count, ms } = state.pauses;
      return { ...state, paused: false, pauses: { count: count + 1, ms: ms + entry.pausedMs } };
    }
    case "came-back": {
      const { count, ms } = state.interruptions;
      const interruptions = { count: count + 1, ms: ms + entry.goneMs };
      return { ...state, paused: false, interruptions };
    }
    case "bell":
      return {
        ...state,
        bell: { because: entry.because, ms: entry.ms },
        open: null,
        paused: false,
      };
    case "frozen":
      return { ...state, frozen: { folder: entry.folder } };
    case "graded":
      return { ...state, grade: entry.grade };
    case "began":
    case "remarked":
    case "inquired":
    case "moved-on":
    case "left":
    case "alive":
      return state;
  }
}

function withQuestion(
  state: SessionState,
  { question, kind, text }: Extract<TimedEvent, { event: "asked" }>,
): SessionState {
  const open: OpenQuestion = { id: question, text, kind, answered: false, readyMs: 0 };
  const { general, probe } = state.askedInPhase;
  return {
    ...state,
    open,
    asked: [...state.asked, open],
    askedInPhase: {
      general: general + Number(kind === "general"),
      probe: probe + Number(kind === "probe"),
    },
  };
}

function withAnswer(
  state: SessionState,
  entry: Extract<TimedEvent, { event: "answered" | "went-on" }>,
): SessionState {
  if (state.open?.id !== entry.question) return state;
  const isMore = entry.event === "answered" && entry.text !== null;
  const readyMs = entry.ms + (isMore ? silenceMs * pace(state.plan) : 0);
  return { ...state, open: { ...state.open, answered: true, readyMs } };
}

// ── From an input to entries ──────────────────────────────────────────────────────────────────

/** What an input at session time `ms` adds to the log; nothing once the bell has rung. */
export function respond(before: SessionState, input: SessionInput, ms: number): TimedEvent[] {
  const recorder = new Recorder(before);
  if (!before.paused && before.isFresh) catchUp(recorder, ms);
  const now = Math.max(ms, recorder.state.ms);
  take(recorder, input, now);
  // An answer may have made the next question due.
  if (!recorder.state.paused && recorder.state.isFresh) catchUp(recorder, now);
  return recorder.entries;
}

class Recorder {
  readonly entries: TimedEvent[] = [];
  state: SessionState;

  constructor(state: SessionState) {
    this.state = state;
  }

  note(ms: number, event: SessionEvent): void {
    const entry = { ms, ...event };
    this.entries.push(entry);
    this.state = fold(this.state, entry);
  }
}

function take(recorder: Recorder, input: SessionInput, ms: number): void {
  const { state } = recorder;
  if (state.bell !== null) return;
  switch (input.input) {
    case "time":
      return;
    case "line":
      takeLine(recorder, input.text.trim(), ms);
      return;
    case "next phase":
      moveOn(recorder, ms);
      return;
    case "next level":
      revealNext(recorder, ms);
      return;
    case "saved":
      takeSave(recorder, input, ms);
      return;
    case "tested":
      recorder.note(ms, { event: "tested", ...input.counts });
      return;
    case "helped": {
      const { helpedAt, what, cost } = input;
      recorder.note(ms, { event: "helped", helpedAt, what, cost });
      return;
    }
    case "pause":
      if (!state.paused) recorder.note(ms, { event: "paused" });
      return;
    case "resume":
      if (state.paused) recorder.note(ms, { event: "resumed", pausedMs: input.pausedMs });
      return;
    case "leave":
      recorder.note(ms, { event: "left", how: input.how });
      return;
    case "come back":
      recorder.note(state.ms, { event: "came-back", goneMs: input.goneMs });
      return;
    case "close":
      leaveOpen(recorder, ms);
      recorder.note(ms, { event: "bell", because: "closed" });
  }
}

function takeLine(recorder: Recorder, text: string, ms: number): void {
  const { state } = recorder;
  if (state.paused) return;
  const { open } = state;
  if (text === "") {
    if (open === null || (open.answered && ms >= open.readyMs)) return;
    if (open.answered) recorder.note(ms, { event: "went-on", question: open.id });
    else recorder.note(ms, { event: "answered", question: open.id, text: null });
  } else if (isInquiry(text)) {
    recorder.note(ms, { event: "inquired", text, ...answerFrom(state.plan.facts, text) });
  } else if (open === null) {
    recorder.note(ms, { event: "remarked", text });
  } else {
    recorder.note(ms, { event: "answered", question: open.id, text });
  }
}

function moveOn(recorder: Recorder, ms: number): void {
  const { state } = recorder;
  const phase = state.plan.phases[state.phase];
  if (phase === undefined || state.paused) return;
  leaveOpen(recorder, ms);
  recorder.note(ms, { event: "moved-on", phase: state.phase, savedMs: phase.endsMs - ms });
  enterNext(recorder, ms, "finished");
}

function revealNext(recorder: Recorder, ms: number): void {
  const { state } = recorder;
  const isCoding = state.plan.phases[state.phase]?.codes === true;
  if (!isCoding || state.paused || state.revealed >= state.plan.levels.length) return;
  recorder.note(ms, { event: "revealed", level: state.revealed + 1, because: "asked for" });
}

function takeSave(
  recorder: Recorder,
  { level, lines }: Extract<SessionInput, { input: "saved" }>,
  ms: number,
): void {
  const { shown, savedMs, plan } = recorder.state;
  if (shown.level === level && ms - savedMs < savedEveryMs) return;
  recorder.note(ms, { event: "saved", level, lines });
  // Whoever works on a level has read about it, and hears the rest of it now.
  const isCoding = plan.phases[recorder.state.phase]?.codes === true;
  while (isCoding && recorder.state.revealed < level) {
    const next = recorder.state.revealed + 1;
    recorder.note(ms, { event: "revealed", level: next, because: "declared" });
  }
}

// ── What is due ───────────────────────────────────────────────────────────────────────────────

interface Due {
  ms: number;
  happen: (recorder: Recorder, ms: number) => void;
}

/** Lets everything happen that is due by `ms`, each at its time. */
function catchUp(recorder: Recorder, ms: number): void {
  while (recorder.state.bell === null) {
    const due = nextDue(recorder.state);
    const dueMs = Math.max(due.ms, recorder.state.ms);
    if (dueMs > ms) return;
    due.happen(recorder, dueMs);
  }
}

function nextDue(state: SessionState): Due {
  const phase = state.plan.phases[state.phase];
  if (phase === undefined) return { ms: state.ms, happen: (to, ms) => enterNext(to, ms, "time") };
  const dues: Due[] = [
    ...dueLevel(state, phase),
    ...dueChange(state),
    ...dueQuestion(state, phase),
    ...(state.warned ? [] : [{ ms: phase.warnsMs, happen: warn }]),
    { ms: state.ms + aliveEveryMs, happen: (to, ms) => to.note(ms, { event: "alive" }) },
    { ms: phase.endsMs, happen: endPhase },
  ];
  // The first of those that are due at the same time.
  return dues.reduce((first, due) => (due.ms < first.ms ? due : first));
}

function dueLevel(state: SessionState, phase: PlannedPhase): Due[] {
  const dueMs = state.plan.levels[state.revealed]?.revealedByMs ?? null;
  if (!phase.codes || dueMs === null) return [];
  const level = state.revealed + 1;
  const happen = (to: Recorder, ms: number) =>
    to.note(ms, { event: "revealed", level, because: "time" });
  return [{ ms: dueMs, happen }];
}

function dueChange({ plan, asked, phase, revealed }: SessionState): Due[] {
  const { change, phases } = plan;
  if (change === null || asked.some(({ kind }) => kind === "change")) return [];
  const place = longestCoding(phases);
  const during = phases[place];
  if (during === undefined || phase < place) return [];
  const part = revealed >= change.level ? changeFrom : changeUntil;
  const ms = during.beginsMs + part * (during.endsMs - during.beginsMs);
  const happen = (to: Recorder, at: number) => {
    leaveOpen(to, at);
    const { id: question, says: text } = change;
    to.note(at, { event: "asked", question, kind: "change", text, because: "drawn by the seed" });
  };
  return [{ ms, happen }];
}

function dueQuestion(state: SessionState, phase: PlannedPhase): Due[] {
  const { open, askedInPhase } = state;
  if (open !== null && !open.answered) return [];
  const next = nextQuestion(state, phase);
  if (next === undefined) return [];
  const readyMs = open?.readyMs ?? 0;
  const asked = askedInPhase.general + askedInPhase.probe;
  const ms = phase.codes ? Math.max(readyMs, spreadMs(state, phase, asked)) : readyMs;
  return [{ ms, happen: (to, at) => to.note(at, next) }];
}

/** Questions that belong to every session and probes of the kata take turns. */
function nextQuestion(
  state: SessionState,
  phase: PlannedPhase,
): Extract<SessionEvent, { event: "asked" }> | undefined {
  const { plan, shown, asked, askedInPhase } = state;
  const { general, probe } = askedInPhase;
  const text = phase.questions[general];
  const chosen =
    probe < probesMax && (general > probe || text === undefined)
      ? chooseProbe(plan, phase, shown, new Set(asked.map(({ id }) => id)))
      : undefined;
  if (chosen !== undefined) {
    const { probe: each, because } = chosen;
    return { event: "asked", question: each.id, kind: "probe", text: each.asks, because };
  }
  if (text === undefined) return undefined;
  const question = `${phase.id}-${general + 1}`;
  return { event: "asked", question, kind: "general", text, because: "asked in every session" };
}

function spreadMs(state: SessionState, phase: PlannedPhase, asked: number): number {
  const filed = state.plan.probes.filter((probe) => phase.probes.includes(probe.phase)).length;
  const count = phase.questions.length + Math.min(probesMax, filed);
  const share = questionsFrom + (questionsUntil - questionsFrom) * ((asked + 0.5) / count);
  return Math.round(state.phaseBeganMs + share * (phase.endsMs - state.phaseBeganMs));
}

function warn(recorder: Recorder, ms: number): void {
  const { phase, plan } = recorder.state;
  const leftMs = (plan.phases[phase]?.endsMs ?? ms) - ms;
  recorder.note(ms, { event: "warned", phase, leftMs });
}

function endPhase(recorder: Recorder, ms: number): void {
  const { state } = recorder;
  const phase = state.plan.phases[state.phase];
  const open = state.open?.answered === false ? state.open.id : null;
  const unasked = (phase?.questions.length ?? 0) - state.askedInPhase.general;
  if (open !== null || unasked > 0) {
    leaveOpen(recorder, ms);
    recorder.note(ms, { event: "slipped", phase: state.phase, open, unasked });
  }
  enterNext(recorder, ms, "time");
}

function enterNext(recorder: Recorder, ms: number, because: BellReason): void {
  const { state } = recorder;
  const { plan } = state;
  const index = state.phase + 1;
  const phase = plan.phases[index];
  if (phase === undefined) {
    recorder.note(ms, { event: "bell", because });
    return;
  }
  const problem = index === 0 ? plan.prompt : "";
  const said = [problem, phase.opens].join(" ").trim();
  if (phase.codes) {
    recorder.note(ms, { event: "phase", phase: index, said });
    return;
  }
  recorder.note(ms, { event: "phase", phase: index, said: problem });
  const question = `${phase.id}-opening`;
  const opening = { event: "asked", question, kind: "opening", text: phase.opens } as const;
  recorder.note(ms, { ...opening, because: "opens the phase" });
}

function leaveOpen(recorder: Recorder, ms: number): void {
  const { open } = recorder.state;
  if (open?.answered === false) recorder.note(ms, { event: "left-open", question: open.id });
}

function longestCoding(phases: readonly PlannedPhase[]): number {
  const lengths = phases.map(({ codes, beginsMs, endsMs }) => (codes ? endsMs - beginsMs : -1));
  const longest = Math.max(...lengths);
  return longest < 0 ? 0 : lengths.indexOf(longest);
}

// ── What a screen wants to know ───────────────────────────────────────────────────────────────

export function leftMs(
  state: Pick<SessionState, "plan" | "phase">,
  ms: number,
): { phase: number; session: number } {
  const phase = state.plan.phases[state.phase];
  return {
    phase: Math.max(0, (phase?.endsMs ?? 0) - ms),
    session: Math.max(0, bellMs(state.plan) - ms),
  };
}
