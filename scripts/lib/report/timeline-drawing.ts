/**
 * A timeline as a list whose every row carries its slice of the drawing: the list is what is read aloud, the slices
 * join into lanes. A row may be as high as its words need, so it fits a phone as it fits a desk.
 */
import type { HistoryEvent } from "../../../tests/harness/check.ts";
import { answersAtOnce } from "../grade/failure-picture.ts";
import { html, type Content, type Html } from "./html.ts";
import { layOutTimeline, type Bar, type Timeline, type TimelineRow } from "./timeline-layout.ts";

/** Where a row's event stands, below the row's upper edge. */
const eventY = 18;
const barWidth = 12;
const pillHeight = 16;
/** More than any row needs. */
const rowHeightMax = 4000;
/** More columns stand closer. */
const columnWidths = { few: 52, some: 30, many: 18 } as const;
const titleLengthMax = { few: 8, some: 5, many: 3 } as const;

export function timelineFigure(events: readonly HistoryEvent[], therefore: string): Html {
  const timeline = layOutTimeline(answersAtOnce(events));
  const { columns, rows } = timeline;
  const density = columns.length <= 3 ? "few" : columns.length <= 6 ? "some" : "many";
  const columnWidth = columnWidths[density];
  const frame = { columnWidth, width: columns.length * columnWidth };
  return html`<figure class="timeline" style="--lanes: ${frame.width}px">
    <div class="lane-titles">
      ${slice(
        frame,
        columns.map(({ title }, column) => {
          const short = title.replace("client ", density === "few" ? "client " : "c");
          return html`<text x="${center(column, frame)}" y="14" text-anchor="middle"
            ><title>${title}</title>${shortened(short, titleLengthMax[density])}</text
          >`;
        }),
      )}
    </div>
    <ol>
      ${rows.map((row, index) => rowMarkup(row, index, timeline, frame))}
    </ol>
    <figcaption><span class="label">Therefore</span> ${therefore}</figcaption>
  </figure>`;
}

interface Frame {
  columnWidth: number;
  width: number;
}

function rowMarkup(row: TimelineRow, index: number, timeline: Timeline, frame: Frame): Html {
  const { event, isCrash, isLoss } = row;
  const classes = [
    ...(event.contradiction ? ["contradiction"] : []),
    ...(isCrash ? ["crash"] : []),
    ...(isLoss ? ["loss"] : []),
  ];
  const who = event.client === null ? null : html`<span class="who">client ${event.client}</span> `;
  const mark = event.contradiction
    ? html`<span class="cross" aria-hidden="true">✗</span
        ><span class="unseen">Contradiction: </span>`
    : null;
  const remark =
    event.remark === null ? null : html` <span class="remark">← ${event.remark}</span>`;
  return html`<li class="${classes.join(" ")}">
    ${slice(frame, [
      ...timeline.columns.map((_, column) => guide(center(column, frame))),
      ...timeline.bars
        .filter(({ from, to }) => from <= index && index <= to)
        .map((bar) => barSlice(bar, index, frame)),
      point(row, index, timeline, frame),
    ])}
    <div class="event">
      <span class="what">${mark}${who}${event.what}</span>
      <span class="detail">${event.detail}${remark}</span>
    </div>
  </li>`;
}

// ── The slices ────────────────────────────────────────────────────────────────────────────────

function slice({ width }: Frame, drawn: Content): Html {
  return html`<svg class="lanes" width="${width}" aria-hidden="true" focusable="false">
    ${drawn}
  </svg>`;
}

function center(column: number, { columnWidth }: Frame): number {
  return column * columnWidth + columnWidth / 2;
}

function guide(x: number): Html {
  return html`<line class="guide" x1="${x}" x2="${x}" y1="0" y2="100%" />`;
}

/** Ends are rounded; what goes on is drawn beyond the slice and cut off by its edge. */
function barSlice(bar: Bar, index: number, frame: Frame): Html {
  const { kind, column, from, to, ends, contradiction, atRisk } = bar;
  const beyond = 24;
  const isFirst = from === index;
  const isLast = to === index;
  const half = pillHeight / 2;
  const top = isFirst ? eventY - half : -beyond;
  const lower = ends === "cut off" && kind !== "span" ? eventY : eventY + half;
  const isEnd = isLast && ends !== "open";
  const width = kind === "call" ? barWidth : kind === "life" ? 6 : 2;
  const classes = [
    kind,
    ...(contradiction ? ["contradicts"] : []),
    ...(atRisk ? ["at-risk"] : []),
    ...(kind === "call" && ends !== "answered" ? ["unanswered"] : []),
  ];
  const x = center(column, frame) - width / 2;
  const name = classes.join(" ");
  if (isEnd) {
    return html`<rect
      class="${name}"
      x="${x}"
      y="${top}"
      width="${width}"
      height="${lower - top}"
      rx="${width / 2}"
    />`;
  }
  // A row's height is known to the browser only: the bar goes on below the slice, which cuts it off.
  return html`<rect
    class="${name}"
    x="${x}"
    y="${top}"
    width="${width}"
    height="${rowHeightMax}"
    rx="${width / 2}"
  />`;
}

/** What has no bar of its own is a dot in the lane of whoever did it. */
function point(
  { event, column, isCrash }: TimelineRow,
  index: number,
  { bars }: Timeline,
  frame: Frame,
): Html | null {
  if (isCrash) return crashLine(frame);
  const hasBar = bars.some(
    ({ kind, column: own, from, to }) =>
      kind === "call" && own === column && (from === index || to === index),
  );
  if (hasBar) return null;
  const name = event.contradiction ? "dot contradicts" : "dot";
  return html`<circle class="${name}" cx="${center(column, frame)}" cy="${eventY}" r="4" />`;
}

/** A jagged line through every lane. */
function crashLine({ width }: Frame): Html {
  const tooth = 6;
  const teeth = Math.ceil(width / tooth);
  const steps = Array.from(
    { length: teeth },
    (_, index) => `L${(index + 1) * tooth} ${eventY + (index % 2 === 0 ? 4 : -4)}`,
  );
  return html`<path class="crash-line" d="M0 ${eventY - 4} ${steps.join(" ")}" />`;
}

function shortened(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1)}…`;
}
