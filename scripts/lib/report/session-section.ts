/** The debrief of the mock session that the work comes from: the same that its end has shown. */
import type { Debrief, DebriefPhase, DebriefQuestion } from "../mock/debrief.ts";
import { commandText } from "./command-text.ts";
import { html, type Html } from "./html.ts";
import type { ReportData } from "./report-data.ts";

export function sessionSection({ session }: ReportData): Html | null {
  if (session === null) return null;
  const { debrief } = session;
  return html`<section aria-labelledby="session">
    <h2 id="session">${debrief.title}</h2>
    ${rows(debrief.grades.map(({ when, says }) => [when, says]))}
    <p>${debrief.conduct.join(" ")}</p>
    ${debrief.phases.map(phaseDetails)} ${debrief.sheets.map(sheetDetails)} ${lessons(debrief)}
    <h3>Self-evaluation</h3>
    ${rows(debrief.selfEvaluation.map(({ title, entry }) => [title, entry]))}
    ${debrief.scoreCommand === null ? null : html`<p>${commandText(debrief.scoreCommand)}</p>`}
  </section>`;
}

function phaseDetails({ title, time, questions, inquiries, remarks }: DebriefPhase): Html {
  return html`<details class="plain">
    <summary>${title} (${time})</summary>
    ${questions.map(questionRows)}
    ${inquiries.map(({ asks, answer }) =>
      rows([
        ["You asked", asks],
        ["Answer", answer],
      ]),
    )}
    ${rows(remarks.map((remark) => ["You said", remark]))}
  </details>`;
}

function questionRows({ asks, answer, strong, weak }: DebriefQuestion): Html {
  const answers: [string, string | null][] = [
    ["You", answer],
    ["Strong", strong],
    ["Weak", weak],
  ];
  return html`<p><strong>${asks}</strong></p>
    ${rows(answers.flatMap(([label, text]) => (text === null ? [] : [[label, text] as const])))}`;
}

function sheetDetails({ title, rows: ofSheet }: Debrief["sheets"][number]): Html {
  return html`<details class="plain">
    <summary>${title}</summary>
    ${rows(ofSheet.map(({ asks, strong }) => [asks, strong]))}
  </details>`;
}

function lessons({ gap, fix, next }: Debrief): Html {
  return html`<h3>What to take from it</h3>
    ${rows([
      ["First gap", gap],
      ["One fix", fix.says],
      ...(next === null ? [] : [["Then", `${next.says} It trains: ${next.trains}`] as const]),
    ])}
    ${fix.command === null ? null : html`<p>${commandText(fix.command)}</p>`}`;
}

function rows(pairs: readonly (readonly [string, string])[]): Html | null {
  if (pairs.length === 0) return null;
  return html`<dl>
    ${pairs.map(
      ([label, text]) =>
        html`<dt>${label}</dt>
          <dd>${text}</dd>`,
    )}
  </dl>`;
}
