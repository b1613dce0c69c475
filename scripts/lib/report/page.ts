/**
 * The report: one file that needs no other and no network, and runs no script. Its policy forbids both, so that even
 * markup that slipped in could do nothing.
 */
import { againSection } from "./again-section.ts";
import { dimensionsSection } from "./dimensions-section.ts";
import { failuresSection } from "./failures-section.ts";
import { historySection } from "./history-section.ts";
import { Html, html } from "./html.ts";
import { levelsSection } from "./levels-section.ts";
import { measuredSection } from "./measured-section.ts";
import type { ReportData, Section } from "./report-data.ts";
import { sessionSection } from "./session-section.ts";
import { style } from "./style.ts";
import { verdictSection } from "./verdict-section.ts";
import { verdictWord } from "./words.ts";

/** In the order in which they are read. */
const sections: readonly Section[] = [
  failuresSection,
  levelsSection,
  dimensionsSection,
  measuredSection,
  sessionSection,
  historySection,
  againSection,
];

/** The first line of every report, by which one is known that may be replaced. */
export const reportBeginning = "<!doctype html><!-- A report of Systems Katas. -->";

export function reportPage(data: ReportData): string {
  const { report, kata } = data;
  const page = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta
        http-equiv="Content-Security-Policy"
        content="default-src 'none'; style-src 'unsafe-inline'"
      />
      <meta name="color-scheme" content="light dark" />
      <title>${kata.name}: ${verdictWord(report).toLowerCase()}</title>
      <style>
        ${new Html(style)}
      </style>
    </head>
    <body>
      <main>${verdictSection(data)} ${sections.map((section) => section(data))}</main>
      <footer>
        <p>
          Same code and same seed give the same answer. Code ${report.subjectHash.slice(0, 12)},
          checks ${report.suiteHash.slice(0, 12)}, version ${report.kataVersion} of the kata.
        </p>
      </footer>
    </body>
  </html>`;
  return `${reportBeginning}\n${page.markup}\n`;
}
