/** The 14 dimensions: points, where they come from, and what holds them down. */
import type { DimensionScore } from "../grade/grade-report.ts";
import { commandText } from "./command-text.ts";
import { html, type Html } from "./html.ts";
import type { ReportData } from "./report-data.ts";

const pointsMax = 5;

export function dimensionsSection({ report, commandWith }: ReportData): Html | null {
  const { dimensions, bar, of } = report.score;
  if (dimensions.length === 0) return null;
  return html`<section aria-labelledby="dimensions">
    <h2 id="dimensions">Fourteen dimensions</h2>
    <p class="lead">
      Up to five points each; ${bar} of ${of} is the bar. What was measured bounds what was claimed.
      ${commandText(commandWith("--score"))}
    </p>
    <ol class="dimensions">
      ${dimensions.map(dimensionItem)}
    </ol>
  </section>`;
}

function dimensionItem({
  number,
  name,
  points,
  claimed,
  source,
  by,
  bounds,
  quote,
}: DimensionScore): Html {
  const from = source === "scored-by" ? `scored by ${by ?? "somebody"}` : source.replace("-", " ");
  const lowered =
    claimed !== null && points !== null && claimed > points ? `, ${claimed} claimed` : "";
  return html`<li value="${number}">
    <div class="dimension">
      <span class="name"><span class="ordinal" aria-hidden="true">${number}</span> ${name}</span>
      ${dots(points, claimed)}
      <span class="source">${from}${lowered}</span>
    </div>
    ${bounds.map((bound) => html`<p class="bound"><span class="label">Bound</span> ${bound}</p>`)}
    ${quote === null ? null : html`<blockquote>${quote}</blockquote>`}
  </li>`;
}

/** Filled points, then those that were claimed and not given, then the rest. */
function dots(points: number | null, claimed: number | null): Html {
  const words = points === null ? "not scored" : `${points} of ${pointsMax}`;
  const circles = Array.from({ length: pointsMax }, (_, index) => {
    const kind =
      points !== null && index < points
        ? "given"
        : claimed !== null && index < claimed
          ? "claimed"
          : "none";
    return html`<circle class="${kind}" cx="${index * 16 + 7}" cy="7" r="5" />`;
  });
  return html`<svg class="dots" width="80" height="14" role="img" aria-label="${words}">
    ${circles}
  </svg>`;
}
