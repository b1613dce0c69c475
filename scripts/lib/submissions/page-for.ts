/** One person's page: the verdict, what to fix first as a picture, and every promise. */
import type { GradeReport } from "../grade/grade-report.ts";
import { failurePicture } from "../grade/failure-picture.ts";
import { inOrderOfFixing } from "../grade/fix-first.ts";
import { coloursFor } from "../kata/colours.ts";
import { escapeHtml } from "./html.ts";

export function pageFor(report: GradeReport, name: string): string {
  const pictures = inOrderOfFixing(report.invariants).map((promise) =>
    failurePicture(promise, {
      columns: 100,
      colours: coloursFor({ isTTY: false }),
      kata: report.kata,
      commandWith: (...options) => `npm run grade ${report.kata} -- ${options.join(" ")}`,
      others: null,
    }),
  );
  const rows = report.invariants.map(
    ({ id, level, sentence, status, reason }) =>
      `<tr><td>${level}</td><td>${escapeHtml(status)}</td><td>${escapeHtml(sentence)}</td><td>${escapeHtml(id)}</td><td>${escapeHtml(reason ?? "")}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(name)}: ${escapeHtml(report.kata)}</title>
<style>
  body { font: 15px/1.4 system-ui, sans-serif; margin: 2rem; }
  table { border-collapse: collapse; }
  td { padding: .25rem .75rem .25rem 0; vertical-align: top; }
  pre { overflow-x: auto; }
</style>
<h1>${escapeHtml(name)}</h1>
<p>${escapeHtml(report.kata)}: ${report.verdict}${report.partial ? ", not a full grade" : ""}.</p>
${report.problem === null ? "" : `<pre>${escapeHtml(report.problem)}</pre>`}
${pictures.map((lines) => `<pre>${escapeHtml(lines.join("\n"))}</pre>`).join("\n")}
<table>
${rows.join("\n")}
</table>
<p>kata version ${report.kataVersion} · suite ${escapeHtml(report.suiteHash)} · seed ${report.seed} · subject ${escapeHtml(report.subjectHash)}</p>
</html>
`;
}
