/**
 * How the report looks: paper and ink, and one colour, which marks what is wrong and nothing else. Dark where the
 * reader's system is dark. The only fonts are those that are there.
 */
export const style = `
:root {
  --paper: #fcfbf8; --ink: #1d1c1a; --quiet: #625e57; --rule: #e2ded6; --wash: #f3f0ea;
  --fill: #45423d; --faint: #bdb7ab; --accent: #ab2f17; --accent-wash: #fbeae5;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "Book Antiqua", Georgia, serif;
  --sans: system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #161618; --ink: #e9e6df; --quiet: #a8a39a; --rule: #34332f; --wash: #202022;
    --fill: #c9c4ba; --faint: #5c5850; --accent: #ff9a7d; --accent-wash: #34211c;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 400 1rem/1.55 var(--sans); overflow-wrap: anywhere;
}
main, footer { max-width: 60rem; margin: 0 auto; padding: 0 1.25rem; }
main { padding-top: clamp(2rem, 6vw, 5rem); }
footer { padding-top: 3rem; padding-bottom: 4rem; color: var(--quiet); font-size: .8125rem; }
section { margin-top: clamp(3rem, 7vw, 5rem); }
h1, h2, p, dl, ol, ul, figure, blockquote { margin: 0; }
h1 { font: 400 clamp(2rem, 6vw, 3.25rem)/1.1 var(--serif); letter-spacing: -.015em; text-wrap: balance; }
h2 { font: 400 1.625rem/1.2 var(--serif); letter-spacing: -.01em; }
small { font-size: .75em; }
.lead { margin: .5rem 0 1.25rem; color: var(--quiet); max-width: 44rem; }
.quiet { color: var(--quiet); }
.wrong { color: var(--accent); }
.label, h2.label {
  font: 600 .75rem/1.4 var(--sans); letter-spacing: .08em; text-transform: uppercase; color: var(--quiet);
}
.unseen {
  position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
code, .path, .place { font-family: var(--mono); font-size: .8125rem; }
code { background: var(--wash); border-radius: 4px; padding: .15em .4em; user-select: all; box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.word { white-space: nowrap; }
.place { color: var(--quiet); font-size: .75rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
:focus-visible { outline: 2px solid var(--ink); outline-offset: 3px; border-radius: 4px; }

/* Verdict */
.eyebrow { font: 600 .75rem/1.4 var(--sans); letter-spacing: .08em; text-transform: uppercase; color: var(--quiet); margin-bottom: .75rem; }
.facts { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin-top: 1rem; color: var(--quiet); font-size: .875rem; }
.facts .path { color: var(--ink); }
.warning { color: var(--accent); }
.outcome {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); gap: 2rem 4rem;
  margin-top: clamp(2rem, 5vw, 3rem); padding: 1.75rem 0; border-top: 1px solid var(--ink); border-bottom: 1px solid var(--rule);
}
.big { font: 400 3rem/1.15 var(--serif); letter-spacing: -.02em; margin: .25rem 0 .5rem; font-variant-numeric: lining-nums; }
.big.quiet { color: var(--quiet); font-style: italic; }
.big small { font-size: .4em; letter-spacing: 0; color: var(--quiet); }
.fail .outcome > :first-child .big { color: var(--accent); }
.score-bar { display: block; width: 100%; height: 8px; margin: .5rem 0 .75rem; border-radius: 4px; }
.score-bar .room { fill: var(--rule); }
.score-bar .reached { fill: var(--fill); }
.score-bar .below { fill: var(--accent); }
.score-bar .bar { fill: var(--ink); }

/* Details */
summary { cursor: pointer; list-style: none; position: relative; padding: .875rem 0 .875rem 1.5rem; }
summary::-webkit-details-marker { display: none; }
summary::before {
  content: ""; position: absolute; left: .25rem; top: 1.3rem; width: .4rem; height: .4rem;
  border-right: 1.5px solid var(--quiet); border-bottom: 1.5px solid var(--quiet); transform: rotate(-45deg);
}
details[open] > summary::before { transform: rotate(45deg); }
details { border-top: 1px solid var(--rule); }
section > details:last-of-type { border-bottom: 1px solid var(--rule); }
details.plain, section > details.plain:last-of-type { border: 0; }
details.plain > summary { color: var(--quiet); padding-top: .25rem; padding-bottom: .25rem; }
details.plain > summary::before { top: .7rem; }

/* A failure */
.failure > summary .sentence { display: block; font: 400 1.1875rem/1.35 var(--serif); color: var(--accent); }
.failure > summary .place { display: block; margin-top: .25rem; }
.failure > summary::before { top: 1.45rem; }
.failure > :not(summary) { margin-left: 1.5rem; }
.failure > p { margin-top: 1rem; max-width: 44rem; }
.failure > p.quiet { font-size: .875rem; }
.failure[open] { padding-bottom: 2rem; }

/* A timeline */
.timeline { margin-top: .5rem; }
.timeline ol { list-style: none; padding: 0; counter-reset: event; border-bottom: 1px solid var(--rule); }
.timeline li { position: relative; min-height: 36px; padding-left: calc(var(--lanes) + .75rem); counter-increment: event; }
.lane-titles { position: relative; height: 22px; border-bottom: 1px solid var(--rule); }
svg.lanes { position: absolute; left: 0; top: 0; height: 100%; overflow: hidden; }
.lane-titles text { font: 500 11px var(--sans); fill: var(--quiet); }
.event { padding: 6px .5rem 6px 0; display: grid; grid-template-columns: minmax(7rem, 15rem) 1fr; gap: 0 1.25rem; align-items: baseline; font-size: .875rem; line-height: 1.6; }
.event .what { font-family: var(--mono); font-size: .8125rem; }
.event .detail { color: var(--quiet); }
.event .who { font-family: var(--sans); color: var(--quiet); font-size: .75rem; }
.event .remark { color: var(--ink); font-style: italic; }
.event .cross { color: var(--accent); font-weight: 700; margin-right: .4em; }
.crash .event .what { font-weight: 700; }
.loss .event .detail { color: var(--accent); }
.contradiction { background: var(--accent-wash); box-shadow: inset -3px 0 0 var(--accent); }
.contradiction .event .what, .contradiction .event .detail { color: var(--accent); font-weight: 600; }
figcaption { padding-top: 1rem; max-width: 44rem; font: 400 1.0625rem/1.5 var(--serif); }
figcaption .label { margin-right: .5em; }
.guide { stroke: var(--rule); stroke-width: 1; }
.life { fill: var(--faint); }
.span { fill: var(--faint); }
.call { fill: var(--fill); }
.at-risk { fill: var(--paper); stroke: var(--accent); stroke-width: 2; stroke-dasharray: 3 2; }
.unanswered { fill: var(--paper); stroke: var(--fill); stroke-width: 1.5; }
.dot { fill: var(--paper); stroke: var(--fill); stroke-width: 1.5; }
rect.contradicts, circle.contradicts { fill: var(--accent); stroke: none; }
.crash-line { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; }
@media (max-width: 40rem) {
  .event { grid-template-columns: 1fr; }
  .failure > :not(summary) { margin-left: 0; }
}

/* Levels */
.level > summary { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: center; }
.level .name { flex: 1 1 14rem; }
.level small { color: var(--quiet); margin-left: .4em; }
.level .count { flex: 0 0 8rem; text-align: right; color: var(--quiet); font-variant-numeric: tabular-nums; }
.level.wrong .count { color: var(--accent); }
.level.idle .name { color: var(--quiet); }
.tally .held { fill: var(--fill); }
.tally .empty { fill: none; stroke: var(--faint); stroke-width: 1.25; }
.tally .cross { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linecap: round; }
.scroll { overflow-x: auto; margin-bottom: 1.25rem; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem 1rem .5rem 0; border-top: 1px solid var(--rule); font-weight: 400; }
th.number, td.number { text-align: right; }
.scroll th[scope="row"] { min-width: 14rem; overflow-wrap: break-word; }
.scroll td, thead th { white-space: nowrap; }
thead th { border-top: 0; color: var(--quiet); font-size: .75rem; }
tr.wrong th > :first-child, tr.wrong td:nth-child(2) { color: var(--accent); }
@media (max-width: 40rem) { .level .count { flex: 1 1 auto; } }

/* Dimensions */
.dimensions { list-style: none; padding: 0; border-bottom: 1px solid var(--rule); }
.dimensions > li { border-top: 1px solid var(--rule); padding: .75rem 0; }
.dimension { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; align-items: center; }
.dimension .name { flex: 1 1 14rem; }
.dimension .ordinal { display: inline-block; width: 2rem; color: var(--quiet); font-variant-numeric: tabular-nums; }
.dimension .source { flex: 0 0 13rem; color: var(--quiet); font-size: .875rem; }
.dots .given { fill: var(--fill); }
.dots .claimed { fill: none; stroke: var(--accent); stroke-width: 1.5; }
.dots .none { fill: none; stroke: var(--faint); stroke-width: 1.25; }
.bound, blockquote { margin: .375rem 0 0 2rem; font-size: .875rem; color: var(--quiet); max-width: 44rem; }
.bound .label { color: var(--accent); margin-right: .5em; }
blockquote { font-family: var(--mono); font-size: .8125rem; border-left: 2px solid var(--rule); padding-left: .75rem; }

/* Measured, commands */
.measured { margin-top: 1.25rem; border-bottom: 1px solid var(--rule); }
.measured > div, .commands > div { display: grid; grid-template-columns: 9rem minmax(0, 1fr); gap: .25rem 1.25rem; }
.measured > div { padding: .875rem 0; border-top: 1px solid var(--rule); }
.commands { margin-top: 1.25rem; }
.commands > div { padding: .375rem 0; }
.failure > .commands { margin-top: 1rem; }
dt { color: var(--quiet); font-size: .875rem; }
dd { margin: 0; }
.lines { padding-left: 1.1rem; margin: .375rem 0; font-family: var(--mono); font-size: .8125rem; }
.counts { width: auto; }
.counts tr:first-child > * { border-top: 0; padding-top: 0; }
.squares { display: flex; flex-wrap: wrap; gap: 3px; margin: .5rem 0; max-width: 30rem; }
.squares span { width: 10px; height: 10px; border-radius: 2px; border: 1.25px solid var(--faint); }
.squares .caught { background: var(--fill); border-color: var(--fill); }
@media (max-width: 40rem) { .measured > div, .commands > div { grid-template-columns: minmax(0, 1fr); } }

/* History */
.trend { display: block; margin-top: 1.25rem; overflow: visible; }
.trend .floor { stroke: var(--rule); }
.trend .bar { stroke: var(--quiet); stroke-dasharray: 2 4; }
.trend .path { stroke: var(--fill); stroke-width: 1.5; }
.trend circle { fill: var(--paper); stroke: var(--fill); stroke-width: 2; }
.trend text { font: 500 11px var(--sans); fill: var(--quiet); }

@media print { details { break-inside: avoid; } code { background: none; padding: 0; } }
`;
