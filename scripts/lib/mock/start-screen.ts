/** The last quiet moment: what is going to happen, until a key is pressed. */
import type { Colours } from "../terminal/colours.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { counted, wrap } from "../terminal/text.ts";
import type { SessionPlan } from "./session-plan.ts";
import type { SessionState } from "./session.ts";
import { clockTime } from "./transcript.ts";

export const columnsMin = 80;
export const rowsMin = 24;
/** What grade and debrief take after the bell. */
const afterwardsMinutes = 15;

/** True for enter; false for whatever leaves. */
export function askToBegin(terminal: Terminal, lines: () => string[]): Promise<boolean> {
  const draw = () => terminal.draw(lines());
  return new Promise((resolve) => {
    let isDecided = false;
    const decide = (begins: boolean) => {
      if (isDecided) return;
      isDecided = true;
      resolve(begins);
    };
    terminal.listen(
      (key) => {
        if (key === "return" || key === "enter") decide(true);
        if (["q", "escape", "ctrl-c", "ctrl-d"].includes(key)) decide(false);
      },
      () => {
        if (!isDecided) draw();
      },
    );
    draw();
  });
}

export function startLines(
  plan: SessionPlan,
  hasAttempt: boolean,
  columns: number,
  colours: Colours,
): string[] {
  const paragraph = (text: string) => wrap(text, columns);
  return [
    colours.bold(`${plan.kata} · ${plan.title}`),
    `A session of ${counted(plan.minutes, "minute")}: ${plan.format}, seed ${plan.seed}.`,
    "",
    ...plan.phases.map(
      ({ title, beginsMs, endsMs }) =>
        `  ${clockTime(beginsMs).padStart(6)} – ${clockTime(endsMs).padEnd(6)}  ${title}`,
    ),
    "",
    ...paragraph(
      "One thing is asked at a time. Type an answer, press enter on an empty line for what you said aloud, or work in your editor; a line that ends with a question mark asks the interviewer. Nobody tells you how you are doing.",
    ),
    ...paragraph(
      `The visible tests run whenever you want, the hidden suite at the bell. Grade and debrief take another ${afterwardsMinutes} minutes at most.`,
    ),
    ...(hasAttempt
      ? paragraph("Your attempt is put into the archive first, and can be brought back.")
      : []),
    "",
    colours.bold("enter begins · q leaves everything as it is"),
  ];
}

export function comeBackLines(
  { plan, session, ms, phase }: SessionState,
  columns: number,
  colours: Colours,
): string[] {
  const place = plan.phases[phase];
  const where = place === undefined ? "before its first phase" : `in “${place.title}”`;
  return [
    colours.bold(`${plan.kata} · session ${session} · ${plan.format}`),
    "",
    ...wrap(
      `It was left at ${clockTime(ms)} of ${clockTime(plan.minutes * 60_000)}, ${where}. Its clock has stood still; that it was left is noted.`,
      columns,
    ),
    "",
    ...wrap(`To ring its bell instead:  npm run mock ${plan.kata} close`, columns),
    "",
    colours.bold("enter goes on · q leaves it as it is"),
  ];
}
