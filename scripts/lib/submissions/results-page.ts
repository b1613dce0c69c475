/** The table of promises × people as one page: it loads nothing and runs nothing. */
import { escaped } from "../report/html.ts";
import type { Person, PromiseResult, Results } from "./results.ts";

const marks: Readonly<Record<PromiseResult["status"], string>> = {
  held: "✓",
  broken: "✗",
  undecided: "?",
  hung: "∞",
  crashed: "☠",
  "outside-world": "⇥",
  declined: "–",
  "not-attempted": "·",
  "not-run": "·",
};

export function resultsPage(results: Results): string {
  const { kata, kataVersion, suiteHash, seeds, partial, promises, people } = results;
  const passing = people.filter(({ verdict }) => verdict === "pass").length;
  const seedText = seeds.length === 1 ? `seed ${seeds[0] ?? ""}` : `seeds ${seeds.join(", ")}`;
  const heads = promises.map(
    ({ id, level, sentence }) =>
      `<th class="promise" scope="col" title="${escaped(sentence)}"><span>${level} · ${escaped(id.slice(id.indexOf("/") + 1))}</span></th>`,
  );
  const sums = promises.map(({ id }) => {
    const held = people.filter((person) => person.promises[id]?.status === "held").length;
    return `<td>${held}</td>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(kata)}: ${people.length} submissions</title>
<style>
  body { font: 15px/1.4 system-ui, sans-serif; margin: 2rem; color: #1a1a1a; background: #fff; }
  .table { overflow-x: auto; }
  table { border-collapse: collapse; }
  th, td { padding: .25rem .5rem; border-bottom: 1px solid #ddd; text-align: center; }
  th[scope=row], td.text { text-align: left; }
  th.promise { vertical-align: bottom; font-weight: normal; }
  th.promise span { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; }
  .held, .pass { color: #14691f; }
  .broken, .hung, .crashed, .outside-world, .undecided, .fail, .not-graded, .not-handed-in { color: #a3121b; font-weight: 600; }
  .not-attempted, .not-run, .declined, .incomplete { color: #666; }
  @media (prefers-color-scheme: dark) {
    body { color: #e8e8e8; background: #161616; }
    th, td { border-color: #444; }
    a { color: #8ab4f8; }
    .held, .pass { color: #7bd88f; }
    .broken, .hung, .crashed, .outside-world, .undecided, .fail, .not-graded, .not-handed-in { color: #ff8a80; }
    .not-attempted, .not-run, .declined, .incomplete { color: #aaa; }
  }
</style>
<h1>${escaped(kata)}</h1>
<p>${passing} of ${people.length} pass${partial ? "; not a full grade" : ""}.</p>
<div class="table">
<table>
<thead><tr><th scope="col">name</th><th scope="col">verdict</th><th scope="col">level</th><th scope="col">score</th>${heads.join("")}<th scope="col">problem</th></tr></thead>
<tbody>
${people.map((person) => row(person, results)).join("\n")}
</tbody>
<tfoot><tr><th scope="row">held by</th><td></td><td></td><td></td>${sums.join("")}<td></td></tr></tfoot>
</table>
</div>
<p>✓ held · ✗ broken · ? undecided · ∞ hung · ☠ crashed · ⇥ left the simulated world · – declined · · not attempted or not run. A count is the number of seeds.</p>
<p>kata version ${kataVersion} · suite ${escaped(suiteHash)} · ${escaped(seedText)}</p>
</html>
`;
}

function row(person: Person, { promises }: Results): string {
  const name = escaped(person.name);
  // The page's name is made of small letters, digits and hyphens only.
  const linked = person.page === null ? name : `<a href="${person.page}">${name}</a>`;
  const cells = promises.map(({ id, sentence }) => {
    const result = person.promises[id];
    if (result === undefined) return "<td></td>";
    const count = result.of === 1 || result.seeds === result.of ? "" : ` ${result.seeds}`;
    return `<td class="${result.status}" title="${result.status}: ${escaped(sentence)}">${marks[result.status]}${count}</td>`;
  });
  const score = person.score.total === null ? "" : `${person.score.total}`;
  return `<tr><th scope="row">${linked}</th><td class="${person.verdict}">${person.verdict.replaceAll("-", " ")}</td><td>${person.levelReached}</td><td>${score}</td>${cells.join("")}<td class="text">${escaped(person.problem ?? "")}</td></tr>`;
}
