/**
 * A failed promise as a picture: the sentence, the history in two columns, what to make of it, and the
 * commands that show it again.
 *
 *     ✗ An answered put survives a power cut.
 *       level 2 · <kata>/acked-writes-survive
 *         put a=1      append wal 0–23, answered ok  ← not synced yet
 *         ⚡ power cut  wal loses 0–23
 *       ✗ get a        undefined, expected 1
 *       Therefore: …
 */
import type { HistoryEvent } from "../../../tests/harness/check.ts";
import type { Colours } from "../terminal/colours.ts";
import { counted, harmless, width, wrap } from "../terminal/text.ts";
import type { PromiseGrade } from "./grade-report.ts";

export interface PictureFrame {
  columns: number;
  colours: Colours;
  kata: string;
  /** `npm run grade …` with what names this subject; gets the options to add. */
  commandWith: (...options: string[]) => string;
  /** How many other promises fail; null when all of them are shown anyway. */
  others: number | null;
}

export function failurePicture(promise: PromiseGrade, frame: PictureFrame): string[] {
  return [...heading(promise, frame), ...story(promise, frame), ...advice(promise, frame)];
}

function heading(
  { sentence, level, id }: PromiseGrade,
  { columns, colours }: PictureFrame,
): string[] {
  const place = `level ${level} · ${id}`;
  const lines = wrap(`✗ ${sentence}`, columns, "  ");
  const gap = columns - width(lines[0] ?? "") - width(place);
  const paint = (line: string) => colours.red(colours.bold(line));
  if (lines.length === 1 && gap >= 2) {
    return [paint(lines[0] ?? "") + " ".repeat(gap) + colours.dim(place)];
  }
  return [...lines.map(paint), colours.dim(`  ${place}`)];
}

function story({ counterexample, status, reason }: PromiseGrade, frame: PictureFrame): string[] {
  const { columns, colours } = frame;
  const lines = counterexample === null ? [] : historyLines(counterexample.events, frame);
  // What hangs has one sentence for both.
  if (counterexample !== null && counterexample.therefore !== reason) {
    const words = `  Therefore: ${ended(harmless(counterexample.therefore))}`;
    lines.push(...wrap(words, columns, "  "));
  }
  if (reason !== null) {
    const words = `  ${statusWords[status] ?? status}: ${ended(harmless(reason))}`;
    lines.push(...wrap(words, columns, "    ").map((line) => colours.yellow(line)));
  }
  return lines;
}

/** With a full stop, if it ends with a word. */
function ended(sentence: string): string {
  return /[\p{L}\p{N})]$/u.test(sentence) ? `${sentence}.` : sentence;
}

const statusWords: Readonly<Record<string, string>> = {
  broken: "Broken, but not every time",
  hung: "Hung",
  crashed: "Crashed",
  "outside-world": "It left the simulated world",
  undecided: "Undecided",
};

function advice(
  promise: PromiseGrade,
  { columns, colours, kata, commandWith, others }: PictureFrame,
) {
  const lines: string[] = [];
  if (promise.looksLike !== null)
    lines.push(...wrap(`  Looks like: ${promise.looksLike}`, columns, "  "));
  if (others !== null && others > 0) {
    const breaks = others === 1 ? "breaks" : "break";
    const text = `  Fix this first; ${counted(others, "more promise")} ${breaks}, probably by the same cause (--every-failure shows them).`;
    lines.push(...wrap(text, columns, "  "));
  }
  lines.push(`  Why this can happen: katas/${kata}/README.md#fault-model`);
  const { replay, id } = promise;
  const commands =
    replay === null
      ? [["Again:", commandWith("--only", shortId(id))] as const]
      : ([
          ["Again:", commandWith("--replay", replay)],
          ["Step in:", commandWith("--replay", replay, "--debug")],
          ["Keep it:", commandWith("--replay", replay, "--as-test")],
        ] as const);
  // A command is never broken: it is there to be copied.
  for (const [label, command] of commands) {
    lines.push(`  ${colours.dim(label.padEnd(9))} ${colours.cyan(command)}`);
  }
  return lines;
}

export function shortId(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

// ── The history ───────────────────────────────────────────────────────────────────────────────

const whatWidthMax = 30;
const indent = 4;

export function historyLines(
  events: readonly HistoryEvent[],
  frame: Pick<PictureFrame, "columns" | "colours">,
) {
  const clients = new Set(events.map(({ client }) => client).filter((client) => client !== null));
  const rows = answersAtOnce(events).map((event) => ({
    ...event,
    what: whatOf(event, clients.size > 1),
    detail: harmless(event.detail),
    remark: event.remark === null ? null : `← ${harmless(event.remark)}`,
  }));
  // What has nothing beside it may be as wide as it is.
  const inColumn = rows.filter(({ what, detail }) => detail !== "" || width(what) <= whatWidthMax);
  const whatWidth = Math.min(whatWidthMax, Math.max(0, ...inColumn.map(({ what }) => width(what))));
  const detailWidth = Math.max(
    0,
    ...rows.filter(({ remark }) => remark !== null).map(({ detail }) => width(detail)),
  );
  return rows.flatMap((row) => rowLines(row, whatWidth, detailWidth, frame));
}

/** A call whose answer is the very next line is told by its answer. */
export function answersAtOnce(events: readonly HistoryEvent[]): HistoryEvent[] {
  return events.filter((event, index) => {
    const next = events[index + 1];
    const isAnswered =
      next?.what === event.what && next.client === event.client && next.life === event.life;
    return event.detail !== "called" || event.remark !== null || !isAnswered;
  });
}

function rowLines(
  {
    what,
    detail,
    remark,
    contradiction,
  }: Pick<HistoryEvent, "what" | "detail" | "remark" | "contradiction">,
  whatWidth: number,
  detailWidth: number,
  { columns, colours }: Pick<PictureFrame, "columns" | "colours">,
): string[] {
  const left = `${contradiction ? "  ✗ " : " ".repeat(indent)}${padded(what, whatWidth)}  `;
  const detailIndent = " ".repeat(indent + whatWidth + 2);
  const isWide = width(what) > whatWidth;
  const lines = isWide
    ? [
        ...wrap(left.trimEnd(), columns, " ".repeat(indent + 2)),
        ...(detail === "" ? [] : wrap(detailIndent + detail, columns, detailIndent)),
      ]
    : wrapAfter(left, detail, columns, detailIndent);
  const paint = contradiction ? colours.red : (text: string) => text;
  const painted = lines.map((line) => paint(line.trimEnd()));
  if (remark === null) return painted;
  const column = indent + whatWidth + 2 + detailWidth + 2;
  const fits =
    lines.length === 1 && Math.max(width(lines[0] ?? ""), column) + width(remark) <= columns;
  if (!fits)
    return [
      ...painted,
      ...wrap(detailIndent + remark, columns, `${detailIndent}  `).map(colours.dim),
    ];
  return [paint(padded(lines[0] ?? "", column)) + colours.dim(remark)];
}

/** Text whose first line begins after `left`, the others below it. */
function wrapAfter(left: string, text: string, columns: number, hanging: string): string[] {
  const lines = wrap(text, columns - width(hanging));
  return lines.map((line, index) => (index === 0 ? left : hanging) + line);
}

function whatOf({ kind, what, client }: HistoryEvent, showsClients: boolean): string {
  const text = harmless(what);
  const isCrash = (kind === "power-cut" || kind === "kill") && !text.startsWith("⚡");
  if (isCrash) return `⚡ ${text}`;
  return showsClients && client !== null ? `client ${client}  ${text}` : text;
}

function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - width(text)));
}
