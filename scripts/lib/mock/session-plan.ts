/**
 * What a session will be: drawn once, at its beginning, and kept in its log. The same kata, format, minutes and
 * seed give the same plan, so ten people can sit the same session; what differs between them is which probes
 * their own work calls for.
 *
 * Every time in it is counted from the beginning of the session. A phase ends at its time whatever happened
 * before: minutes saved in one belong to the next, minutes lost are lost.
 */
import { createHash } from "node:crypto";
import type {
  DimensionNumber,
  FormatName,
  KataRubric,
  PhaseId,
  ProbePhase,
  SessionFormat,
} from "../../../rubric/shape.ts";
import type { Kata, KataPromise } from "../kata/catalogue.ts";

export interface SessionPlan {
  kata: string;
  title: string;
  kataVersion: number;
  format: FormatName;
  minutes: number;
  /** What the format asks for; a session of more minutes than this never counts as passed. */
  formatMinutes: number;
  seed: number;
  /** The dimension that earlier grades show to be the weakest. */
  weakest: DimensionNumber | null;
  coreLevel: number;
  levels: PlannedLevel[];
  prompt: string;
  facts: { about: string; answer: string }[];
  phases: PlannedPhase[];
  /** In the order in which they are preferred where the work prefers none. */
  probes: PlannedProbe[];
  change: { id: string; level: number; says: string } | null;
}

export interface PlannedLevel {
  title: string;
  promises: string[];
  /** When the interviewer names it at the latest; null for one that has to be asked for. */
  revealedByMs: number | null;
}

export interface PlannedPhase {
  id: PhaseId;
  title: string;
  beginsMs: number;
  endsMs: number;
  /** When the end is announced. */
  warnsMs: number;
  opens: string;
  questions: string[];
  codes: boolean;
  /** Probes filed under the first of these come before those under the next. */
  probes: ProbePhase[];
}

export interface PlannedProbe {
  id: string;
  phase: ProbePhase;
  asks: string;
  dimensions: DimensionNumber[];
  /** The levels of the promises that it is about. */
  levels: number[];
}

export interface PlanRequest {
  kata: Kata;
  promises: readonly KataPromise[];
  rubric: KataRubric;
  format: SessionFormat;
  minutes: number;
  seed: number;
  weakest: DimensionNumber | null;
}

const minuteMs = 60_000;
const warningMinutesMax = 2;
const warningShare = 0.2;

export function drawPlan(request: PlanRequest): SessionPlan {
  const { kata, promises, rubric, format, minutes, seed, weakest } = request;
  const phases = plannedPhases(format, minutes);
  const levelOf = new Map(promises.map(({ id, level }) => [id, level]));
  const probes = inDrawnOrder(rubric.probes, seed).map((probe) => ({
    id: probe.id,
    phase: probe.phase,
    asks: probe.asks,
    dimensions: [...probe.dimensions],
    levels: [...new Set(probe.promises.flatMap((id) => levelOf.get(id) ?? []))].sort(),
  }));
  return {
    kata: kata.name,
    title: kata.title,
    kataVersion: kata.version,
    format: format.name,
    minutes,
    formatMinutes: format.minutes,
    seed,
    weakest,
    coreLevel: kata.coreLevel,
    levels: plannedLevels(kata, promises, phases),
    prompt: rubric.prompt,
    facts: rubric.facts.map(({ about, answer }) => ({ about, answer })),
    phases,
    probes,
    change: drawnChange(rubric, kata, seed),
  };
}

/** How long the whole of it takes, in session time. */
export function bellMs(plan: SessionPlan): number {
  return plan.phases.at(-1)?.endsMs ?? 0;
}

/** How much faster or slower than its format a session goes. */
export function pace(plan: SessionPlan): number {
  return plan.minutes / plan.formatMinutes;
}

function plannedPhases(format: SessionFormat, minutes: number): PlannedPhase[] {
  const scale = minutes / format.minutes;
  const inSession = (formatMinutes: number) => Math.round(formatMinutes * minuteMs * scale);
  let minutesBefore = 0;
  return format.phases.map((phase) => {
    const beginsMs = inSession(minutesBefore);
    minutesBefore += phase.minutes;
    const endsMs = inSession(minutesBefore);
    const lengthMs = endsMs - beginsMs;
    const warningMs = Math.min(warningMinutesMax * minuteMs * scale, lengthMs * warningShare);
    return {
      id: phase.id,
      title: phase.title,
      beginsMs,
      endsMs,
      warnsMs: Math.round(endsMs - warningMs),
      opens: phase.opens,
      questions: [...phase.questions],
      codes: phase.codes,
      probes: [...phase.probes],
    };
  });
}

/** The levels of the core share the time for code in proportion to the minutes that they usually take. */
function plannedLevels(
  kata: Kata,
  promises: readonly KataPromise[],
  phases: readonly PlannedPhase[],
): PlannedLevel[] {
  const core = kata.levels.slice(0, kata.coreLevel);
  const coreMinutes = core.reduce((sum, { minutes }) => sum + minutes, 0);
  let minutesBefore = 0;
  return kata.levels.map(({ title, minutes }, index) => {
    const share = minutesBefore / coreMinutes;
    minutesBefore += minutes;
    const ofLevel = promises.filter(({ level }) => level === index + 1);
    return {
      title,
      promises: ofLevel.map(({ sentence }) => sentence),
      revealedByMs: index < core.length ? momentOfCode(phases, share) : null,
    };
  });
}

/** The moment at which such a share of the time for code has passed. */
function momentOfCode(phases: readonly PlannedPhase[], share: number): number {
  const coding = phases.filter(({ codes }) => codes);
  let left = share * coding.reduce((sum, phase) => sum + lengthOf(phase), 0);
  for (const phase of coding) {
    if (left < lengthOf(phase)) return Math.round(phase.beginsMs + left);
    left -= lengthOf(phase);
  }
  return coding.at(-1)?.endsMs ?? 0;
}

function lengthOf({ beginsMs, endsMs }: PlannedPhase): number {
  return endsMs - beginsMs;
}

/** One that the core can be asked about, if there is one. */
function drawnChange(rubric: KataRubric, kata: Kata, seed: number): SessionPlan["change"] {
  const ofCore = rubric.changes.filter(({ level }) => level <= kata.coreLevel);
  const [change] = inDrawnOrder(ofCore.length === 0 ? rubric.changes : ofCore, seed);
  return change === undefined ? null : { id: change.id, level: change.level, says: change.says };
}

/** An order that depends on the seed and on each id, not on the order in which they were written down. */
function inDrawnOrder<Item extends { id: string }>(items: readonly Item[], seed: number): Item[] {
  return items
    .map((item) => ({
      item,
      place: createHash("sha256").update(`${seed} ${item.id}`).digest("hex"),
    }))
    .sort((left, right) => (left.place < right.place ? -1 : 1))
    .map(({ item }) => item);
}
