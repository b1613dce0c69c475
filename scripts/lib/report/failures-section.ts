/** Every promise that does not hold, in the order in which to mend them: its history drawn, and what shows it again. */
import type { Explored } from "../../../tests/harness/check.ts";
import { inOrderOfFixing } from "../grade/fix-first.ts";
import { shortId } from "../grade/failure-picture.ts";
import type { PromiseGrade } from "../grade/grade-report.ts";
import { counted } from "../terminal/text.ts";
import { commandText } from "./command-text.ts";
import { html, type Html } from "./html.ts";
import type { ReportData } from "./report-data.ts";
import { timelineFigure } from "./timeline-drawing.ts";
import { statusWords, thousands } from "./words.ts";

export function failuresSection(data: ReportData): Html | null {
  const failures = inOrderOfFixing(data.report.invariants);
  if (failures.length === 0) return null;
  const others = failures.length - 1;
  const probably = others === 1 ? "the other one" : `the other ${others}`;
  const lead =
    others === 0
      ? "One promise does not hold."
      : `Mend the first one first: ${probably} may well have the same cause.`;
  return html`<section aria-labelledby="failures">
    <h2 id="failures">What does not hold</h2>
    <p class="lead">${lead}</p>
    ${failures.map((promise, index) => failure(promise, index === 0, data))}
  </section>`;
}

function failure(promise: PromiseGrade, isFirst: boolean, data: ReportData): Html {
  const { sentence, level, id, status, counterexample, reason, looksLike, explored } = promise;
  return html`<details class="failure" ${isFirst ? openAttribute : null}>
    <summary>
      <span class="sentence">${sentence}</span>
      <span class="place">level ${level} · ${id} · ${statusWords[status]}</span>
    </summary>
    ${counterexample === null ? null : timelineFigure(counterexample.events, counterexample.therefore)}
    ${reason === null || reason === counterexample?.therefore ? null : html`<p class="reason"><span class="label">Why</span> ${reason}</p>`}
    ${looksLike === null ? null : html`<p class="looks-like"><span class="label">Looks like</span> ${looksLike}</p>`}
    <p class="quiet">
      ${searched(explored)} Why this can happen:
      <code>katas/${data.kata.name}/README.md#fault-model</code>
    </p>
    ${commands(promise, data)}
  </details>`;
}

function searched({ runs, states }: Explored): string {
  const histories = runs === 1 ? "1 history" : `${thousands(runs)} histories`;
  const seen = states === 0 ? "" : ` and ${counted(states, "state")}`;
  return `Found after ${histories}${seen}, and shrunk to the shortest that still breaks it.`;
}

const openAttribute = html`open`;

function commands({ replay, id }: PromiseGrade, { commandWith }: ReportData): Html {
  const rows =
    replay === null
      ? [["Again", commandWith("--only", shortId(id))] as const]
      : ([
          ["Again", commandWith("--replay", replay)],
          ["Step in", commandWith("--replay", replay, "--debug")],
          ["Keep it as a test", commandWith("--replay", replay, "--as-test")],
        ] as const);
  return html`<dl class="commands">
    ${rows.map(
      ([label, command]) =>
        html`<div>
          <dt>${label}</dt>
          <dd>${commandText(command)}</dd>
        </div>`,
    )}
  </dl>`;
}
