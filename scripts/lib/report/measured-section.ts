/** What machines have measured besides the promises: types, lint, stress, counted operations, own tests. */
import type { GradeReport } from "../grade/grade-report.ts";
import { counted } from "../terminal/text.ts";
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
  return html`${blocked} ${more(counted(remarks.length, "remark"), lines(remarks))}`;
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
  const { count, caught, of, planted, falseAlarms, alarms, setAside, untested, problem } =
    report.ownTests;
  if (report.partial) return "Not run in a narrowed grade.";
  if (problem !== null) return html`<strong class="wrong">Not run</strong>: ${problem}`;
  if (count === 0) return "None.";
  const tried = of < planted ? ` (of ${planted} that there are)` : "";
  const facts = [
    counted(count, "test"),
    ...(of === 0 ? [] : [`${caught} of ${counted(of, "planted bug")} caught${tried}`]),
  ];
  return html`${facts.join(", ")}. ${of === 0 ? null : caughtBar(caught, of)}
  ${
    falseAlarms === 0
      ? null
      : html`<p class="wrong">${counted(falseAlarms, "false alarm")} on a right implementation</p>
          ${listOf(alarms.map(testWithReason))}`
  }
  ${more(counted(setAside.length, "test") + " set aside", setAside.map(testWithReason))}
  ${more(
    counted(untested.length, "promise") + " whose planted bugs get by",
    untested.map(({ sentence, caught: own, of: all }) => `${sentence} (${own} of ${all} caught)`),
  )}
  ${uncovered(report)}`;
}

function uncovered({ ownTests: { uncoveredBranches, uncovered: places } }: GradeReport): Content {
  if (uncoveredBranches === 0) return null;
  const branches = uncoveredBranches === 1 ? "1 branch" : `${uncoveredBranches} branches`;
  return more(`${branches} that no own test takes`, places);
}

function testWithReason({ test, reason }: { test: string; reason: string }): string {
  return `${test}: ${reason}`;
}

/** What not everybody wants to read, behind how much of it there is. */
function more(summary: string, lines: readonly string[]): Html | null {
  if (lines.length === 0) return null;
  return html`<details class="plain">
    <summary>${summary}</summary>
    ${listOf(lines)}
  </details>`;
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
