/** The result of a bench as one file, in the style of the grade's report: no network, no script. */
import { counted } from "../terminal/text.ts";
import { Html, html } from "../report/html.ts";
import { reportBeginning } from "../report/page.ts";
import { style } from "../report/style.ts";
import { dateInWords } from "../report/words.ts";
import type { BenchReport } from "./bench-report.ts";
import { curveChart, dotChart } from "./charts.ts";
import {
  barriersText,
  durationText,
  figure,
  rateText,
  sizeText,
  spreadText,
  standingOf,
} from "./figures.ts";
import type { GrowthResult } from "./growth.ts";
import type { LoadResult } from "./load.ts";
import type { Comparison, CourseResult } from "./race.ts";

export function benchPage(report: BenchReport): string {
  const { kata, courses, loads, growths, notes, missing, peers } = report;
  const goals = courses.flatMap(({ comparisons }) => comparisons).map(standingOf);
  const reached = goals.filter((each) => each === "reached").length;
  const of = goals.filter((each) => each !== "no goal").length;
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
  const page = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta
        http-equiv="Content-Security-Policy"
        content="default-src 'none'; style-src 'unsafe-inline'"
      />
      <meta name="color-scheme" content="light dark" />
      <title>${kata}: bench</title>
      <style>
        ${new Html(style + chartStyle)}
      </style>
    </head>
    <body>
      <main>
        <p class="eyebrow">Bench</p>
        <h1>${kata}: ${reached} of ${of} goals reached</h1>
        <p class="facts">
          <span>${dateInWords(new Date(report.measuredAt))}</span>
          <span>Node ${report.node}, ${report.platform}</span>
          <span>${versions.join(", ")}</span>
        </p>
        ${[...notes, "Ratios are of slices next to each other; rates depend on the machine."].map((note) => html`<p class="lead">${note}</p>`)}
        ${missing.map(({ name, why }) => html`<p class="warning">${name} is missing: ${why}</p>`)}
        ${report.failures.map(({ title, why }) => html`<p class="warning">Without your code, which failed: ${title} (${why})</p>`)}
        ${courses.map(courseSection)} ${loads.map(loadSection)} ${growths.map(growthSection)}
      </main>
      <footer>
        <p>
          ${report.subjectHash === null ? "The reference alone." : `Beside the reference: code ${report.subjectHash.slice(0, 12)}.`}
        </p>
      </footer>
    </body>
  </html>`;
  return `${reportBeginning}\n${page.markup}\n`;
}

function courseSection({ title, lanes, comparisons, unmeasured, ...trouble }: CourseResult): Html {
  const limit = lanes.find(({ kind }) => kind === "limit")?.perSecond.median ?? null;
  const rows = lanes.map(({ name, kind, perSecond: { min, median, max } }) => {
    return { label: name, min, dot: median, max, isOurs: kind === "subject" };
  });
  return html`<section>
    <h2>${title}</h2>
    ${dotChart(rows, limit, `Operations a second: ${lanes.map(({ name, perSecond }) => `${name} ${rateText(perSecond.median)}`).join(", ")}.`, rateText)}
    ${tableOf(
      ["compared", "times as fast", "goal", ""],
      [
        ...comparisons.map(comparisonRow),
        ...unmeasured.map(({ against, atLeast }) => [
          `against ${against}`,
          "–",
          `${atLeast}`,
          "missing",
        ]),
      ],
    )}
    <p class="quiet">
      Operations a second, ${counted(trouble.rounds, "round")}; the broken line is the limit.
      ${barriersText(lanes)}
      ${trouble.leftOut === 0 ? null : `${trouble.leftOut} rounds never were sound and are left out.`}
    </p>
  </section>`;
}

function comparisonRow(comparison: Comparison): string[] {
  const { subject, against, times, goal } = comparison;
  const standing = standingOf(comparison);
  return [
    `${subject} against ${against}`,
    spreadText(times),
    goal === null ? "" : `${goal}`,
    standing === "no goal" ? "" : standing,
  ];
}

function loadSection({ title, meanwhile, lanes }: LoadResult): Html {
  const rows = lanes.flatMap(({ name, kind, latencyMs, meanwhile: large }) => {
    const row = (label: string, { p50, p99, max }: typeof latencyMs) => {
      return { label, min: p50, dot: p99, max, isOurs: kind === "subject" };
    };
    return [
      row(name, latencyMs),
      ...(large === null ? [] : [row(`beside ${meanwhile}`, large.latencyMs)]),
    ];
  });
  const text = (ms: number): string => durationText(ms * 1e3);
  return html`<section>
    <h2>${title}</h2>
    ${dotChart(rows, null, `Latencies of ${lanes.map(({ name }) => name).join(", ")}.`, text)}
    ${tableOf(
      ["", "p50", "p99", "max", "barriers a call", `waited for ${meanwhile}`],
      lanes.map(({ name, latencyMs: { p50, p99, max }, barriersPerCall, meanwhile: large }) => [
        name,
        ...[text(p50), text(p99), text(max)],
        barriersPerCall === null ? "–" : figure(barriersPerCall),
        large === null ? "–" : `${large.waited} of ${large.calls} in ${figure(large.ms)} ms`,
      ]),
    )}
    <p class="quiet">From p50 to the longest; the dot is p99.</p>
  </section>`;
}

function growthSection({ title, axis, sizes, lanes }: GrowthResult): Html {
  const curves = lanes.map(({ name, kind, microseconds }) => {
    return { label: name, kind, values: microseconds };
  });
  const words = `What an operation takes, by ${axis}: the figures are in the table.`;
  return html`<section>
    <h2>${title}</h2>
    ${curveChart(sizes, curves, words, { size: sizeText, value: durationText })}
    ${tableOf(
      [axis, ...sizes.map(sizeText)],
      lanes.map(({ name, microseconds }) => [name, ...microseconds.map(durationText)]),
    )}
  </section>`;
}

/** The first cell of a row names it; a row that ends in "missed" is marked. */
function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): Html {
  return html`<div class="scroll" role="region" aria-label="Figures" tabindex="0">
    <table>
      <thead>
        <tr>
          ${head.map((cell) => html`<th scope="col">${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([name = "", ...cells]) =>
            html`<tr>
              <th scope="row">${name}</th>
              ${cells.map((cell) => html`<td class="${cell === "missed" ? "wrong" : ""}">${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

const chartStyle = `
.chart { display: block; max-width: 45rem; margin: 1rem 0; overflow: visible; }
.chart text { font: 500 11px var(--sans); fill: var(--quiet); }
.chart text.ours { fill: var(--ink); font-weight: 700; }
.chart .grid { stroke: var(--rule); }
.chart .range { stroke: var(--faint); stroke-width: 2; }
.chart circle { fill: var(--paper); stroke: var(--fill); stroke-width: 1.5; }
.chart circle.ours { fill: var(--fill); }
.chart .limit { fill: none; stroke: var(--quiet); stroke-dasharray: 2 4; stroke-width: 1.5; }
.chart polyline { fill: none; stroke: var(--faint); stroke-width: 1.5; }
.chart polyline.subject { stroke: var(--fill); stroke-width: 2.5; }
.chart polyline.limit { stroke: var(--quiet); }
`;
