/** How the full grades of this attempt went, oldest first: levels reached, and totals where there are any. */
import type { GradeEntry } from "../journal/journals.ts";
import { html, type Html } from "./html.ts";
import type { ReportData } from "./report-data.ts";
import { dateInWords } from "./words.ts";

const shownMax = 24;

export function historySection({ history, report, kata }: ReportData): Html | null {
  const full = history.filter(({ partial }) => !partial).slice(-shownMax);
  if (full.length < 2) return null;
  const { of, bar } = report.score;
  const scored = full.some(({ total }) => total !== null);
  const values = full.map(({ total, levelReached }) => (scored ? total : levelReached));
  const most = scored ? of : kata.levels.length;
  const what = scored ? "totals" : "levels reached";
  return html`<section aria-labelledby="history">
    <h2 id="history">How it went</h2>
    ${trend(values, most, scored ? bar : null, `The ${what} of ${full.length} grades: ${values.map((value) => value ?? "unscored").join(", ")}.`)}
    <details class="plain">
      <summary>${full.length} grades as a table</summary>
      <div class="scroll" role="region" aria-label="Grades" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">when</th>
              <th scope="col">verdict</th>
              <th scope="col" class="number">level reached</th>
              <th scope="col" class="number">total</th>
              <th scope="col" class="number">own tests</th>
            </tr>
          </thead>
          <tbody>
            ${full.map(entryRow)}
          </tbody>
        </table>
      </div>
    </details>
  </section>`;
}

function entryRow({ at, verdict, levelReached, total, ownTests, session }: GradeEntry): Html {
  const where = session === null ? "" : `, session ${session}`;
  return html`<tr>
    <th scope="row">${dateInWords(new Date(at))}${where}</th>
    <td>${verdict}</td>
    <td class="number">${levelReached}</td>
    <td class="number">${total ?? "–"}</td>
    <td class="number">${ownTests.count}</td>
  </tr>`;
}

const height = 80;
const inset = 8;

function trend(
  values: readonly (number | null)[],
  most: number,
  bar: number | null,
  words: string,
): Html {
  const x = (index: number) => (100 * (index + 0.5)) / values.length;
  const y = (value: number) => height - inset - (value / most) * (height - 2 * inset);
  const known = values.flatMap((value, index) => (value === null ? [] : [{ index, value }]));
  const line = known.slice(1).map(({ index, value }, position) => {
    const before = known[position] ?? { index, value };
    return html`<line
      class="path"
      x1="${x(before.index)}%"
      y1="${y(before.value)}"
      x2="${x(index)}%"
      y2="${y(value)}"
    />`;
  });
  return html`<svg class="trend" width="100%" height="${height}" role="img" aria-label="${words}">
    <line class="floor" x1="0" x2="100%" y1="${height - inset}" y2="${height - inset}" />
    ${
      bar === null
        ? null
        : html`<line class="bar" x1="0" x2="100%" y1="${y(bar)}" y2="${y(bar)}" /><text
              x="0"
              y="${y(bar) - 4}"
              >bar ${bar}</text
            >`
    }
    ${line}
    ${known.map(({ index, value }) => html`<circle cx="${x(index)}%" cy="${y(value)}" r="4" />`)}
  </svg>`;
}
