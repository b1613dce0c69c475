/** The first thing to see: what was graded, the verdict of the machine, and the score against its bar. */
import type { Score } from "../grade/grade-report.ts";
import { levelReached } from "../grade/level-reached.ts";
import { isFailing } from "../grade/verdict.ts";
import { counted } from "../terminal/text.ts";
import { commandText } from "./command-text.ts";
import { html, type Html } from "./html.ts";
import type { ReportData } from "./report-data.ts";
import { dateInWords, verdictWord } from "./words.ts";

export function verdictSection(data: ReportData): Html {
  const { report, kata, shownAs, gradedAt } = data;
  return html`<header class="verdict-of ${report.verdict}">
    <p class="eyebrow">Systems Katas · ${kata.name}</p>
    <h1>${kata.title}</h1>
    <p class="facts">
      <span class="path">${shownAs}</span>
      ${gradedAt === null ? null : html`<span>graded <time datetime="${gradedAt.toISOString()}">${dateInWords(gradedAt)}</time></span>`}
      <span>seed ${report.seed}</span>
      <span>Node ${report.node}, ${report.platform}</span>
      ${report.partial ? html`<span class="warning">not a full grade</span>` : null}
    </p>
    <div class="outcome">
      <div>
        <h2 class="label" id="verdict">Verdict</h2>
        <p class="big">${verdictWord(report)}</p>
        <p>${reasonOf(data)}</p>
      </div>
      <div>
        <h2 class="label" id="score">Score</h2>
        ${scoreMarkup(report.score, data)}
      </div>
    </div>
  </header>`;
}

function reasonOf({ report, kata }: ReportData): string {
  const { problem, invariants, types, stress, verdict, level } = report;
  if (problem !== null) return `The code could not be used, so no promise was tried: ${problem}`;
  const reached = levelReached(invariants);
  const failing = invariants.filter(({ status }) => isFailing(status)).length;
  const reasons: string[] = [];
  if (failing > 0) {
    const verb = failing === 1 ? "does" : "do";
    reasons.push(`${failing} of ${counted(invariants.length, "promise")} ${verb} not hold`);
  }
  if (!types.ok) reasons.push("it does not type-check");
  if (stress.status === "broken") reasons.push("real threads broke it");
  if (reasons.length > 0) return `${sentence(reasons.join("; "))}.`;
  if (verdict === "pass") return `Everything up to level ${level ?? reached} holds.`;
  return (level ?? 0) >= kata.coreLevel
    ? "Nothing is wrong, but not everything was run."
    : `Nothing is wrong up to level ${level ?? 0}; the core is level ${kata.coreLevel}.`;
}

function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

// ── The score ─────────────────────────────────────────────────────────────────────────────────

function scoreMarkup(score: Score, { commandWith, report }: ReportData): Html {
  const { total, of, bar, pass, dimensions, remarks } = score;
  const remark = remarks.length === 0 ? null : html`<p class="quiet">${remarks.join(" · ")}</p>`;
  if (total === null) {
    const open = dimensions.filter(({ points }) => points === null).length;
    const words =
      dimensions.length === 0
        ? "None of the 14 dimensions is scored yet."
        : `${counted(open, "dimension")} of ${dimensions.length} ${open === 1 ? "is" : "are"} not scored yet.`;
    return html`<p class="big quiet">unscored</p>
      <p>${words} The bar is ${bar} of ${of}.</p>
      ${report.partial ? null : html`<p>${commandText(commandWith("--score"))}</p>`} ${remark}`;
  }
  const verdict = pass === true ? "The score passes." : passNot(score);
  return html`<p class="big">${total}<small> of ${of}</small></p>
    ${scoreBar(score, total)}
    <p>${verdict}</p>
    ${remark}`;
}

function passNot({ total, bar }: Score): string {
  if (total !== null && total < bar) return `${bar - total} below the bar of ${bar}.`;
  return "The total reaches the bar; something else that a pass needs is missing.";
}

function scoreBar({ of, bar }: Score, total: number): Html {
  const share = (points: number) => (100 * points) / of;
  return html`<svg
    class="score-bar"
    viewBox="0 0 100 6"
    preserveAspectRatio="none"
    role="img"
    aria-label="${total} of ${of} points, the bar is ${bar}"
  >
    <rect class="room" width="100" height="6" />
    <rect
      class="${total >= bar ? "reached" : "reached below"}"
      width="${share(total)}"
      height="6"
    />
    <rect class="bar" x="${share(bar)}" width="0.5" height="6" />
  </svg>`;
}
