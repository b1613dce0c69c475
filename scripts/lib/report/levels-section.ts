/** Level by level: what is kept of the promises, and how far each was searched. */
import type { LevelGrade, PromiseGrade } from "../grade/grade-report.ts";
import { isFailing } from "../grade/verdict.ts";
import { html, type Html } from "./html.ts";
import type { ReportData } from "./report-data.ts";
import { statusWords, thousands } from "./words.ts";

export function levelsSection({ report, kata }: ReportData): Html {
  return html`<section aria-labelledby="levels">
    <h2 id="levels">Levels</h2>
    <p class="lead">
      The core, which an interviewer requires, is level 1 to ${kata.coreLevel}. The code declares
      level ${report.level ?? "none"}.
    </p>
    ${report.levels.map((level) =>
      levelDetails(
        level,
        report.invariants.filter((promise) => promise.level === level.level),
        level.level <= kata.coreLevel,
      ),
    )}
  </section>`;
}

function levelDetails(
  { level, title, held, of }: LevelGrade,
  promises: readonly PromiseGrade[],
  isCore: boolean,
): Html {
  const isIdle = promises.every(({ status }) => status === "not-attempted" || status === "not-run");
  const isWrong = promises.some(({ status }) => isFailing(status));
  const count = isIdle ? statusWords[promises[0]?.status ?? "not-run"] : `${held} of ${of} held`;
  return html`<details class="level ${isWrong ? "wrong" : isIdle ? "idle" : ""}">
    <summary>
      <span class="name"
        >Level ${level} · ${title}${isCore ? html` <small>core</small>` : null}</span
      >
      ${tally(promises)}
      <span class="count">${count}</span>
    </summary>
    <div class="scroll" role="region" aria-label="Promises of level ${level}" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">promise</th>
            <th scope="col">is</th>
            <th scope="col" class="number">histories</th>
            <th scope="col" class="number">states</th>
            <th scope="col" class="number">ms</th>
          </tr>
        </thead>
        <tbody>
          ${promises.map(promiseRow)}
        </tbody>
      </table>
    </div>
  </details>`;
}

function promiseRow({ id, sentence, status, explored, ms }: PromiseGrade): Html {
  return html`<tr class="${isFailing(status) ? "wrong" : status}">
    <th scope="row"><span>${sentence}</span><br /><span class="place">${id}</span></th>
    <td>${statusWords[status]}</td>
    <td class="number">${thousands(explored.runs)}</td>
    <td class="number">${thousands(explored.states)}</td>
    <td class="number ms">${thousands(Math.round(ms))}</td>
  </tr>`;
}

/** One square a promise: filled where it holds, crossed where it does not, empty where it was not tried. */
function tally(promises: readonly PromiseGrade[]): Html {
  const step = 14;
  const squares = promises.map(({ status }, index) => {
    const x = index * step + 1;
    if (isFailing(status)) return html`<path class="cross" d="M${x + 1} 2 l8 8 m0 -8 l-8 8" />`;
    const name = status === "held" ? "held" : "empty";
    return html`<rect class="${name}" x="${x}" y="1" width="10" height="10" rx="2" />`;
  });
  return html`<svg class="tally" width="${promises.length * step}" height="12" aria-hidden="true">
    ${squares}
  </svg>`;
}
