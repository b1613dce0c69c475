/** Drawings of results. All axes of values are logarithmic: the same factor is the same way everywhere. */
import { html, type Html } from "../report/html.ts";

const width = 720;
const labelWidth = 190;
const right = 24;

/** One line of a chart: a dot, and the way from the least to the most. */
export interface DotRow {
  readonly label: string;
  readonly min: number;
  readonly dot: number;
  readonly max: number;
  readonly isOurs: boolean;
}

/** Rows beside each other on one axis; `limit` is a line through all of them. */
export function dotChart(
  rows: readonly DotRow[],
  limit: number | null,
  words: string,
  text: (value: number) => string,
): Html | null {
  const drawn = rows.filter(({ min, dot, max }) => [min, dot, max].every(isDrawable));
  const axis = axisOf(drawn.flatMap(({ min, max }) => [min, max]).concat(limit ?? []));
  if (axis === null) return null;
  const bottom = drawn.length * 26 + 6;
  const x = (value: number): number => labelWidth + axis.at(value) * (width - labelWidth - right);
  return html`<svg
    class="chart"
    viewBox="0 0 ${width} ${bottom + 20}"
    width="100%"
    role="img"
    aria-label="${words}"
  >
    ${axis.ticks.map(
      (tick) =>
        html`<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="0" y2="${bottom}" />
          <text x="${x(tick)}" y="${bottom + 15}" text-anchor="middle">${text(tick)}</text>`,
    )}
    ${limit === null || !isDrawable(limit) ? null : html`<line class="limit" x1="${x(limit)}" x2="${x(limit)}" y1="0" y2="${bottom}" />`}
    ${drawn.map(({ label, min, dot, max, isOurs }, index) => {
      const y = index * 26 + 16;
      return html`<text x="0" y="${y + 4}" class="${isOurs ? "ours" : ""}">${label}</text>
        <line class="range" x1="${x(min)}" x2="${x(max)}" y1="${y}" y2="${y}" />
        <circle class="${isOurs ? "ours" : ""}" cx="${x(dot)}" cy="${y}" r="4.5" />`;
    })}
  </svg>`;
}

export interface Curve {
  readonly label: string;
  /** One a size. */
  readonly values: readonly number[];
  readonly kind: "limit" | "subject" | "peer";
}

const curveHeight = 220;
const left = 64;

/** Cost against size, both logarithmic; the limit is a broken line. */
export function curveChart(
  sizes: readonly number[],
  curves: readonly Curve[],
  words: string,
  text: { size: (size: number) => string; value: (value: number) => string },
): Html | null {
  const across = axisOf(sizes);
  const up = axisOf(curves.flatMap(({ values }) => values).filter(isDrawable));
  if (across === null || up === null) return null;
  const x = (size: number): number => left + across.at(size) * (width - left - labelWidth);
  const y = (value: number): number => curveHeight - up.at(value) * (curveHeight - 16);
  const ends = apart(
    curves.map(({ values }) => y(values.findLast(isDrawable) ?? up.ticks[0] ?? 1)),
  );
  return html`<svg
    class="chart"
    viewBox="0 0 ${width} ${curveHeight + 24}"
    width="100%"
    role="img"
    aria-label="${words}"
  >
    ${up.ticks.map(
      (tick) =>
        html`<line
            class="grid"
            x1="${left}"
            x2="${width - labelWidth}"
            y1="${y(tick)}"
            y2="${y(tick)}"
          />
          <text x="${left - 8}" y="${y(tick) + 4}" text-anchor="end">${text.value(tick)}</text>`,
    )}
    ${sizes.map((size) => html`<text x="${x(size)}" y="${curveHeight + 18}" text-anchor="middle">${text.size(size)}</text>`)}
    ${curves.map(({ label, values, kind }, index) => {
      const points = values.flatMap((value, at) => {
        return isDrawable(value) ? [`${x(sizes[at] ?? 1).toFixed(1)},${y(value).toFixed(1)}`] : [];
      });
      return html`<polyline class="${kind}" points="${points.join(" ")}" />
        <text
          x="${width - labelWidth + 10}"
          y="${(ends[index] ?? 0) + 4}"
          class="${kind === "subject" ? "ours" : ""}"
          >${label}</text
        >`;
    })}
  </svg>`;
}

function isDrawable(value: number): boolean {
  return Number.isFinite(value) && value > 0;
}

interface Axis {
  /** From 0 at the beginning to 1 at the end. */
  at(value: number): number;
  readonly ticks: readonly number[];
}

/** From a tick below all values to a tick above: powers of ten, and 2 and 5 between them where they are few. */
function axisOf(values: readonly number[]): Axis | null {
  const shown = values.filter(isDrawable);
  if (shown.length === 0) return null;
  const [min, max] = [Math.min(...shown), Math.max(...shown)];
  const decades = Math.log10(max / min);
  const steps = decades > 2.5 ? [1] : [1, 2, 5];
  const all: number[] = [];
  for (
    let power = Math.floor(Math.log10(min)) - 1;
    power <= Math.ceil(Math.log10(max)) + 1;
    power++
  )
    for (const step of steps) all.push(Number(`${step}e${power}`));
  const first = all.findLastIndex((tick) => tick <= min);
  const last = all.findIndex((tick) => tick > max);
  const ticks = all.slice(Math.max(0, first), last + 1);
  const [from, to] = [ticks.at(0) ?? min, ticks.at(-1) ?? max];
  return { ticks, at: (value) => Math.log(value / from) / Math.log(to / from) };
}

/** Labels at these heights, moved down as far as they would cover each other. */
function apart(heights: readonly number[]): number[] {
  const moved = [...heights];
  let lowest = Number.NEGATIVE_INFINITY;
  for (const [index] of [...heights.entries()].sort(([, one], [, other]) => one - other)) {
    lowest = Math.max(moved[index] ?? 0, lowest + 14);
    moved[index] = lowest;
  }
  return moved;
}
