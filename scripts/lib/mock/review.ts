/** A session played back: every event at its minute, as its log holds it. */
import type { Colours } from "../terminal/colours.ts";
import { counted, wrap } from "../terminal/text.ts";
import type { SessionEntry } from "./session-log.ts";
import type { SessionState } from "./session.ts";
import { clockTime, transcriptOf } from "./transcript.ts";

export function reviewLines(
  { plan, session }: SessionState,
  entries: readonly SessionEntry[],
  columns: number,
  colours: Colours,
): string[] {
  const began = entries[0]?.at ?? "";
  const title = `Session ${session} · ${plan.kata} · ${plan.format}, ${counted(plan.minutes, "minute")}, seed ${plan.seed} · began ${began}`;
  const lines = transcriptOf(plan, entries).flatMap(({ ms, who, text }) => {
    const words = `${names[who]}${text}`
      .split("\n")
      .flatMap((line) => wrap(line, columns - timeWidth, "  "));
    const paint = who === "clock" || who === "tests" ? colours.dim : (line: string) => line;
    return words.map((line, index) => {
      const time = index === 0 ? clockTime(ms) : "";
      return `${time.padStart(timeWidth - 2)}  ${paint(line)}`;
    });
  });
  return [...wrap(title, columns).map(colours.bold), "", ...lines];
}

const timeWidth = 10;
const names = { interviewer: "", you: "You: ", clock: "· ", tests: "· " };

/** The log for somebody who judges: without the signs of life, and with the plan left out that he is told anyway. */
export function logForJudge(entries: readonly SessionEntry[]): string {
  const kept = entries.filter(({ event }) => event !== "alive" && event !== "began");
  return kept
    .map((entry) => {
      const { at: _at, ms, ...event } = entry;
      return JSON.stringify({ minute: Math.round(ms / 6_000) / 10, ...event });
    })
    .join("\n");
}
