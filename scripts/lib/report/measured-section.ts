/** What machines have measured besides the promises: types, lint, stress, counted operations, own tests. */
import { counted } from "../kata/text.ts";
import { html, type Html, type Content } from "./html.ts";
import type { ReportData } from "./report-data.ts";
import { nameInWords, thousands } from "./words.ts";

export function measuredSection(data: ReportData): Html {
  return html`<section aria-labelledby="measured">
    <h2 id="measured">Measured</h2>
    <dl class="measured">
      ${entry("Types", types(data))} ${entry("Lint", lint(data))} ${entry("Stress", stress(data))}
      ${entry("Operations", operations(data))} ${entry("Own tests", ownTests(data))}
    </dl>
  </section>`;
}

function entry(label: string, content: Content): Html | null {
  return content === null
    ? null
    : html`<div>
        <dt>${label}</dt>
        <dd>${content}</dd>
      </div>`;
}

function types({ report }: ReportData): Content {
  const { ok, problems } = report.types;
  if (ok) return "It type-checks.";
  return html`<strong class="wrong">${counted(problems.length, "problem")}</strong>
    ${listOf(problems.map(({ file, line, column, what }) => `${file}:${line}:${column} ${what}`))}`;
}

function lint({ report }: ReportData): Content {
  const { blocking, remarks } = report.lint;
  const lines = (findings: typeof blocking) =>
    findings.map(({ file, line, what }) => `${file}:${line} ${what}`);
  const blocked =
    blocking.length === 0
      ? html`Nothing that a reviewer would block.`
      : html`<strong class="wrong">${blocking.length} that a reviewer would block</strong>
          ${listOf(lines(blocking))}`;
  if (remarks.length === 0) return blocked;
  return html`${blocked}
    <details class="plain">
      <summary>${counted(remarks.length, "remark")}</summary>
      ${listOf(lines(remarks))}
    </details>`;
}

function stress({ report }: ReportData): Content {
  const { status, reason, broken, threads, seconds, operations: made, kills } = report.stress;
  if (status === "skipped") return `Not run${reason === null ? "" : `: ${reason}`}.`;
  const facts = `${counted(threads, "thread")}, ${seconds} s, ${thousands(made)} operations, ${counted(kills, "kill")}`;
  if (status === "held") return `Held: ${facts}.`;
  return html`<strong class="wrong">Broken</strong>: ${facts}.
    ${listOf(broken.map(({ id, what }) => (id === null ? what : `${id}: ${what}`)))}`;
}

function operations({ report }: ReportData): Content {
  const counts = Object.entries(report.operations);
  if (counts.length === 0) return null;
  return html`<table class="counts">
    <tbody>
      ${counts.map(
        ([name, count]) =>
          html`<tr>
            <th scope="row">${nameInWords(name)}</th>
            <td class="number">${thousands(count)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function ownTests({ report }: ReportData): Content {
  const { ownTests: grade, partial } = report;
  const { count, caught, of, falseAlarms, uncoveredBranches, problem } = grade;
  if (partial) return "Not run in a narrowed grade.";
  if (problem !== null) return html`<strong class="wrong">${problem}</strong>`;
  if (count === 0) return "None.";
  const facts = [
    counted(count, "test"),
    ...(of === 0 ? [] : [`${caught} of ${counted(of, "planted bug")} caught`]),
    ...(falseAlarms === 0
      ? []
      : [`${counted(falseAlarms, "false alarm")} on right implementations`]),
    ...(uncoveredBranches === 0
      ? []
      : [`${counted(uncoveredBranches, "branch").replace("branchs", "branches")} uncovered`]),
  ];
  return html`${facts.join(", ")}. ${of === 0 ? null : caughtBar(caught, of)}
  ${aside("False alarms", grade.alarms.map(testAndReason))}
  ${aside("Set aside", grade.setAside.map(testAndReason))}
  ${aside(
    "Untested",
    grade.untested.map(({ id, sentence }) => `${sentence} (${id})`),
  )}`;
}

function testAndReason({ test, reason }: { test: string; reason: string }): string {
  return `${test}: ${reason}`;
}

function aside(title: string, lines: readonly string[]): Content {
  return lines.length === 0 ? null : html`<strong>${title}</strong> ${listOf(lines)}`;
}

/** One square a planted bug: the filled ones were caught. */
function caughtBar(caught: number, of: number): Html {
  const squares = Array.from(
    { length: of },
    (_, index) => html`<span class="${index < caught ? "caught" : ""}"></span>`,
  );
  return html`<span class="squares" role="img" aria-label="${caught} of ${of} planted bugs caught"
    >${squares}</span
  >`;
}

function listOf(lines: readonly string[]): Html {
  return html`<ul class="lines">
    ${lines.map((line) => html`<li>${line}</li>`)}
  </ul>`;
}
