/** A debrief on a terminal. */
import type { Colours } from "../terminal/colours.ts";
import { wrap } from "../terminal/text.ts";
import type { Debrief, DebriefQuestion } from "./debrief.ts";

export interface DebriefPage {
  columns: number;
  colours: Colours;
  /** The command of the kata's next variant, ready to be typed. */
  variantCommand: (name: string) => string;
}

const labelWidth = 13;

export function debriefLines(debrief: Debrief, page: DebriefPage): string[] {
  const { columns, colours } = page;
  const heading = (text: string) => ["", ...wrap(text, columns).map(colours.bold)];
  return [
    ...wrap(debrief.title, columns).map(colours.bold),
    "",
    ...debrief.grades.flatMap(({ when, says }) => entry(when, says, columns)),
    ...entry("Conduct", debrief.conduct.join(" "), columns),
    ...debrief.phases.flatMap((phase, index) => [
      ...heading(`${index + 1} · ${phase.title} (${phase.time})`),
      ...phase.questions.flatMap((question) => questionLines(question, page)),
      ...phase.inquiries.flatMap(({ asks, answer }) => [
        ...entry("You asked", asks, columns),
        ...entry("  Answer", answer, columns),
      ]),
      ...phase.remarks.flatMap((remark) => entry("You said", remark, columns)),
    ]),
    ...debrief.sheets.flatMap(({ title, rows }) => [
      ...heading(`${title}: answer each row with a line of your code`),
      ...rows.flatMap(({ asks, strong }) => [
        ...wrap(`▸ ${asks}`, columns, "  "),
        ...entry("  Strong", strong, columns),
      ]),
    ]),
    ...heading("What to take from it"),
    ...entry("First gap", debrief.gap, columns),
    ...entry("One fix", debrief.fix.says, columns),
    ...(debrief.fix.command === null ? [] : [command(debrief.fix.command)]),
    ...nextLines(debrief, page),
    ...heading("Self-evaluation"),
    ...debrief.selfEvaluation.flatMap(({ title, entry: text }) =>
      wrap(`${title}: ${text}`, columns, "  "),
    ),
    ...(debrief.scoreCommand === null
      ? []
      : ["", "Score it, and it is filled in:", command(debrief.scoreCommand)]),
  ];
}

function questionLines(
  { asks, answer, strong, weak }: DebriefQuestion,
  { columns, colours }: DebriefPage,
): string[] {
  return [
    ...wrap(`▸ ${asks}`, columns, "  "),
    ...entry("  You", answer, columns),
    ...(strong === null ? [] : entry("  Strong", strong, columns).map(colours.green)),
    ...(weak === null ? [] : entry("  Weak", weak, columns).map(colours.dim)),
  ];
}

function nextLines({ next }: Debrief, { columns, variantCommand }: DebriefPage): string[] {
  if (next === null) return [];
  return [
    ...entry("Then", `${next.says} It trains: ${next.trains}`, columns),
    command(variantCommand(next.name)),
  ];
}

function entry(label: string, text: string, columns: number): string[] {
  const [first = "", ...others] = wrap(text, columns - labelWidth);
  const indent = " ".repeat(labelWidth);
  return [label.padEnd(labelWidth) + first, ...others.map((line) => indent + line)];
}

/** What is to be copied stays on one line, however long. */
function command(text: string): string {
  return `  ${text}`;
}
