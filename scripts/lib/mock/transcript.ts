/** A session in words: what was said, done and noted, line by line, as its screen and its review show it. */
import { counted } from "../terminal/text.ts";
import type { SessionEntry, TestCounts } from "./session-log.ts";
import type { TimedEvent } from "./session.ts";
import type { SessionPlan } from "./session-plan.ts";

export interface Utterance {
  ms: number;
  who: "interviewer" | "you" | "clock" | "tests";
  /** May have several lines. */
  text: string;
  /** The question that is put here, or that this answers. */
  question: string | null;
}

export function transcriptOf(
  plan: SessionPlan,
  entries: readonly (TimedEvent | SessionEntry)[],
): Utterance[] {
  return entries.flatMap((entry) => uttered(plan, entry));
}

/** Minutes and seconds: "4:07"; hours only where there are some. */
export function clockTime(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

export function testsInWords({ passed, of, problem }: TestCounts): string {
  const count = `${passed} of ${counted(of, "visible test")} ${of === 1 ? "passes" : "pass"}`;
  return problem === null ? count : `${count}: ${problem}`;
}

function uttered(plan: SessionPlan, entry: TimedEvent): Utterance[] {
  const by = (who: Utterance["who"], text: string, question: string | null = null) => [
    { ms: entry.ms, who, text, question },
  ];
  switch (entry.event) {
    case "phase": {
      const { title = "", endsMs = 0 } = plan.phases[entry.phase] ?? {};
      const heading = `Phase ${entry.phase + 1} of ${plan.phases.length}: ${title}, until ${clockTime(endsMs)}.`;
      return [...by("clock", heading), ...(entry.said === "" ? [] : by("interviewer", entry.said))];
    }
    case "asked":
      return by("interviewer", entry.text, entry.question);
    case "answered":
      return by("you", entry.text ?? "(said aloud)", entry.question);
    case "left-open":
      return by("clock", "Left open.", entry.question);
    case "remarked":
      return by("you", entry.text);
    case "inquired":
      return [...by("you", entry.text), ...by("interviewer", entry.answer)];
    case "revealed":
      return by("interviewer", levelInWords(plan, entry.level));
    case "saved":
      return by("clock", `Saved: level ${entry.level}, ${counted(entry.lines, "line")}.`);
    case "tested":
      return by("tests", `${testsInWords(entry)}.`);
    case "helped":
      return by("clock", `${entry.what}; it costs ${entry.cost}.`);
    case "warned":
      return by("clock", `${clockTime(entry.leftMs)} left in this phase.`);
    case "slipped":
      return by("clock", slipInWords(entry));
    case "moved-on":
      return by("clock", `Done early, by ${clockTime(entry.savedMs)}.`);
    case "paused":
      return by("clock", "Paused.");
    case "resumed":
      return by("clock", `Went on after a pause of ${clockTime(entry.pausedMs)}.`);
    case "left":
      return by("clock", entry.how === "by key" ? "Left the session." : "The session was ended.");
    case "came-back":
      return by("clock", `Came back after ${clockTime(entry.goneMs)}.`);
    case "bell":
      return by("clock", bellInWords(entry.because));
    case "began":
    case "fresh":
    case "went-on":
    case "alive":
    case "frozen":
    case "graded":
      return [];
  }
}

export function levelInWords(plan: SessionPlan, level: number): string {
  const { title = "", promises = [] } = plan.levels[level - 1] ?? {};
  const core = level > plan.coreLevel ? " (beyond the core)" : "";
  return [`Level ${level}${core}: ${title}. It promises:`, ...promises].join("\n· ");
}

function slipInWords({ open, unasked }: Extract<TimedEvent, { event: "slipped" }>): string {
  const left = [
    ...(open === null ? [] : ["a question open"]),
    ...(unasked === 0 ? [] : [`${counted(unasked, "question")} unasked`]),
  ];
  return `Time: this phase ends with ${left.join(" and ")}. We move on.`;
}

function bellInWords(because: Extract<TimedEvent, { event: "bell" }>["because"]): string {
  if (because === "time") return "The bell.";
  return because === "finished" ? "The bell: everything is done early." : "The bell: closed early.";
}
