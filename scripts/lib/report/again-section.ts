/** The commands that go on from here. */
import { commandText } from "./command-text.ts";
import { html, type Html } from "./html.ts";
import type { ReportData } from "./report-data.ts";

export function againSection({ report, kata, commandWith }: ReportData): Html {
  const rows: [string, string][] = [
    ["The same grade", commandWith(...(report.seed === 1 ? [] : ["--seed", `${report.seed}`]))],
    ["Other histories", commandWith("--seed", `${report.seed + 1}`)],
    ["A quick look", commandWith("--quick")],
    ["Go on with it", `npm run kata ${kata.name}`],
  ];
  return html`<section aria-labelledby="again">
    <h2 id="again">Again</h2>
    <dl class="commands">
      ${rows.map(
        ([label, command]) =>
          html`<div>
            <dt>${label}</dt>
            <dd>${commandText(command)}</dd>
          </div>`,
      )}
    </dl>
  </section>`;
}
