/**
 * The screen of a session, from its state and the size of the terminal; nothing else.
 *
 *     kata · session 3 · staff                      elapsed 12:41 · left 57:19
 *     Phase 2 of 5 · High-level sketch                     4:41 gone · 5:19 left
 *     ──────────────
 *     what was said, the latest at the bottom
 *     ──────────────
 *     ▸ the question that stands
 *     the attempt, its level, the last run of the visible tests
 *     the keys
 *     > what is being typed
 *
 * Times, question and prompt are always there; what was said gives way.
 */
import type { Colours } from "../terminal/colours.ts";
import { spread, truncate, width, wrap } from "../terminal/text.ts";
import type { SessionEntry } from "./session-log.ts";
import { leftMs, type SessionState } from "./session.ts";
import { clockTime, testsInWords, transcriptOf, type Utterance } from "./transcript.ts";

export interface SessionView {
  /** What is typed and not sent yet. */
  typed: string;
  /** By how many lines what was said is scrolled back. */
  back: number;
  /** A word of the session about itself: a second key that is waited for, a test run under way. */
  notice: string;
  /** The file to work in, as somebody here would type it. */
  file: string;
}

export interface ScreenSize {
  columns: number;
  rows: number;
}

export const sessionKeys = "^T tests  ^L next level  ^N next phase  ^P pause  tab board  ^C leave";
const promptRowsMax = 4;

export function sessionScreen(
  state: SessionState,
  entries: readonly SessionEntry[],
  ms: number,
  view: SessionView,
  { columns, rows }: ScreenSize,
  colours: Colours,
): string[] {
  const head = headLines(state, ms, columns, colours);
  const foot = [
    colours.dim("─".repeat(columns)),
    ...questionLines(state, view, columns, colours),
    colours.dim(truncate(statusLine(state, view), columns)),
    colours.dim(truncate(sessionKeys, columns)),
  ];
  const prompt = promptLine(view.typed, columns);
  const promptRows = Math.max(1, Math.ceil(width(prompt) / columns));
  const room = Math.max(0, rows - head.length - foot.length - promptRows);
  const said = saidLines(state, entries, columns, colours);
  const until = Math.max(Math.min(room, said.length), said.length - view.back);
  const shown = said.slice(Math.max(0, until - room), until);
  const blank = Array.from({ length: room - shown.length }, () => "");
  return [...head, ...shown, ...blank, ...foot, prompt];
}

/** Everything that has been set so far, to be read again: the problem, the levels, the change. */
export function boardText(state: SessionState): string {
  const { plan, revealed, asked } = state;
  const change = asked.find(({ kind }) => kind === "change");
  return [
    plan.prompt,
    ...plan.levels
      .slice(0, revealed)
      .flatMap(({ title, promises }, index) => [
        "",
        `Level ${index + 1}: ${title}`,
        ...promises.map((promise) => `- ${promise}`),
      ]),
    ...(change === undefined ? [] : ["", `Changed: ${change.text}`]),
    "",
    `The contract: katas/${plan.kata}/contract.ts`,
  ].join("\n");
}

function headLines(
  { plan, session, phase, warned, paused }: SessionState,
  ms: number,
  columns: number,
  colours: Colours,
): string[] {
  const left = leftMs({ plan, phase }, ms);
  const now = plan.phases[phase];
  const began = `elapsed ${clockTime(ms)} · left ${clockTime(left.session)}`;
  const name = `${plan.kata} · session ${session} · ${plan.format}`;
  const place = `Phase ${phase + 1} of ${plan.phases.length} · ${now?.title ?? ""}`;
  const times = paused ? "PAUSED" : `${warned ? "! " : ""}${clockTime(left.phase)} left in it`;
  const paint = paused || warned ? colours.yellow : (text: string) => text;
  return [
    spread(colours.bold(name), began, columns),
    paint(spread(place, times, columns)),
    colours.dim("─".repeat(columns)),
  ];
}

function questionLines(
  { open, paused }: SessionState,
  { notice }: SessionView,
  columns: number,
  colours: Colours,
): string[] {
  const lines: string[] = [];
  if (paused) lines.push(colours.yellow(truncate("Paused, and noted. ^P goes on.", columns)));
  else if (open !== null && !open.answered) {
    lines.push(...wrap(`▸ ${open.text}`, columns, "  ").map((line) => colours.bold(line)));
  }
  if (notice !== "") lines.push(colours.yellow(truncate(notice, columns)));
  return lines;
}

function statusLine({ shown, tests, revealed, plan }: SessionState, view: SessionView): string {
  const rungs = revealed === 0 ? "" : `, ${revealed} of ${plan.levels.length} named`;
  const level = shown.level === null ? "" : `level ${shown.level}${rungs}`;
  const last =
    tests === null
      ? "visible tests not run yet"
      : `${tests.green ? "✓" : "✗"} ${testsInWords({ ...tests, problem: null })} (${clockTime(tests.ms)})`;
  return [last, level, view.file].filter((part) => part !== "").join(" · ");
}

function promptLine(typed: string, columns: number): string {
  const letters = Array.from(typed);
  const room = columns * promptRowsMax - 4;
  return letters.length <= room ? `> ${typed}` : `> …${letters.slice(-room).join("")}`;
}

/** The question that stands has a place of its own until it is answered. */
function saidLines(
  state: SessionState,
  entries: readonly SessionEntry[],
  columns: number,
  colours: Colours,
): string[] {
  const pinned =
    state.open !== null && !state.open.answered && !state.paused ? state.open.id : null;
  return transcriptOf(state.plan, entries)
    .filter(
      ({ who, question }) => !(who === "interviewer" && question !== null && question === pinned),
    )
    .filter(({ text }) => !text.startsWith("Saved: "))
    .flatMap((utterance) => utteranceLines(utterance, columns, colours));
}

function utteranceLines({ ms, who, text }: Utterance, columns: number, colours: Colours): string[] {
  const time = clockTime(ms).padStart(timeWidth - 2);
  const mark = { interviewer: "", you: "> ", clock: "· ", tests: "· " }[who];
  const lines = `${mark}${text}`
    .split("\n")
    .flatMap((line) => wrap(line, columns - timeWidth, hangingIndent(line)));
  const paint = who === "clock" || who === "tests" ? colours.dim : (line: string) => line;
  return lines.map((line, index) =>
    index === 0 ? `${colours.dim(time)}  ${paint(line)}` : " ".repeat(timeWidth) + paint(line),
  );
}

const timeWidth = 9;

function hangingIndent(line: string): string {
  return /^[>·] /.test(line) ? "  " : "";
}
