/**
 * `npm run bench <kata> [file]`: the reference, your code, what people would install, and the limit,
 * side by side in one run. Exits 0 when it has measured, whatever the figures are.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { UsageError } from "./lib/arguments.ts";
import type { CommandDeclaration } from "./lib/command-declaration.ts";
import type { BenchReport } from "./lib/bench/bench-report.ts";
import { comparedLines, otherRun } from "./lib/bench/compare.ts";
import type { KataBench } from "./lib/bench/kata-bench.ts";
import { benchMarkdown } from "./lib/bench/markdown-table.ts";
import { benchPage } from "./lib/bench/page.ts";
import { loadPeers, type Peers, versionOf } from "./lib/bench/peers.ts";
import { type Listener, runBench } from "./lib/bench/run-bench.ts";
import { type Contestants, contestantsOf } from "./lib/bench/subjects.ts";
import { courseTable, growthTable, loadTable } from "./lib/bench/table.ts";
import { markedFile, writeBetweenMarkers } from "./lib/grade/between-markers.ts";
import { replaceFile } from "./lib/grade/replace-file.ts";
import { findKata } from "./lib/grade/subject-location.ts";
import { type Kata, loadCatalogue } from "./lib/kata/catalogue.ts";
import { coloursFor } from "./lib/terminal/colours.ts";
import { wrap } from "./lib/terminal/text.ts";
import { reportFile, writePage } from "./lib/report/write-report.ts";
import { runCommand } from "./lib/run-command.ts";

const declaration = {
  name: "bench",
  summary: `Measures the reference, your attempt or a file, packages that people would use instead,
and the limit, in slices next to each other. Compare the ratios: rates depend on the machine.
Of an attempt the last result stays beside it, in bench.json and bench.html; the score reads it.`,
  words: ["kata", "file"],
  options: {
    growth: {
      type: "flag",
      plainWord: true,
      help: "Also how cost grows with writers, keys, nodes, versions or workers.",
    },
    alone: {
      type: "flag",
      plainWord: true,
      help: "Without packages to compare with: installs nothing.",
    },
    rounds: { type: "number", valueName: "N", help: "Slices of each; 15 unless told." },
    slice: { type: "number", valueName: "MS", help: "The length of most slices; 100 unless told." },
    keys: { type: "number", valueName: "N", help: "How many keys stores are filled with." },
    json: { type: "flag", help: "One object on standard output." },
    html: { type: "text", valueName: "FILE", help: "Writes the page with the charts there, too." },
    markdown: {
      type: "text",
      valueName: "FILE",
      help: "Writes the reference's table between the markers of FILE, too.",
    },
    compare: {
      type: "text",
      valueName: "FILE",
      help: "Also how far the medians are from those that --json printed in another run.",
    },
  },
} as const satisfies CommandDeclaration;

const root = path.dirname(import.meta.dirname);
const peersFolder = path.join(root, "scripts", "bench");

/** Told nothing: the one object is printed at the end. */
const silent: Listener = {
  course: () => undefined,
  load: () => undefined,
  growth: () => undefined,
  failed: () => undefined,
};

// What lies about in temporary directories goes with the process, and not before.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));

await runCommand(declaration, async ({ words, options }) => {
  const katas = await loadCatalogue(root);
  const kata = findKata(katas, words[0] ?? askedForKata(katas));
  const bench = await benchOf(kata);
  const holds = `bench of ${kata.name}`;
  const markdown = options.markdown === undefined ? undefined : markedFile(options.markdown, holds);
  const other = options.compare === undefined ? null : otherRun(options.compare, kata.name);
  const page = options.html === undefined ? undefined : reportFile(options.html);
  const keyCount = keysOf(bench, kata, options.keys);
  const contestants = await contestantsOf(root, kata, words[1]);
  const { reference, beside } = contestants;
  const wantedPeers = options.alone ? [] : bench.peers;
  const peers = await loadPeers(peersFolder, wantedPeers);

  const tell = options.json ? silent : printing();
  const measured = await runBench(
    bench,
    {
      subjects: beside === null ? [reference] : [reference, beside],
      peers: loadedPeers(peers),
      keyCount,
    },
    {
      effort: {
        rounds: Math.max(1, options.rounds ?? 15),
        sliceMs: Math.max(1, options.slice ?? 100),
        seed: 1,
      },
      growth: options.growth,
    },
    tell,
  );
  const versions = wantedPeers.map((name) => [name, versionOf(peersFolder, name)]);
  const report: BenchReport = {
    schemaVersion: 1,
    kata: kata.name,
    subjectHash: beside?.hash ?? null,
    measuredAt: new Date().toISOString(),
    node: process.versions.node,
    platform: process.platform,
    notes: [
      ...bench.notes,
      ...(options.alone && bench.peers.length > 0 ? ["Without the packages to compare with."] : []),
      ...(keyCount === bench.keyCount || bench.keyCount === undefined
        ? []
        : [`With ${keyCount} keys instead of ${bench.keyCount}.`]),
    ],
    peers: Object.fromEntries(versions) as Record<string, string>,
    ...measured,
    missing: [
      ...[...peers].flatMap(([name, peer]) =>
        "missing" in peer ? [{ name, why: peer.missing }] : [],
      ),
      ...measured.missing,
    ],
  };

  if (options.json) process.stdout.write(jsonText(report));
  else {
    for (const { name, why } of report.missing) print(`${name} is missing: ${why}`);
    for (const note of report.notes) print(...wrap(note, 80));
  }
  // One object is all that --json prints.
  const tellOfBoth = options.json ? process.stderr : process.stdout;
  if (other !== null) tellOfBoth.write(`${comparedLines(report, other).join("\n")}\n`);
  if (markdown !== undefined) writeBetweenMarkers(markdown, benchMarkdown(report), holds);
  if (page !== undefined) keep(page, () => writePage(page, benchPage(report)));
  keepBeside(contestants, report);
  return 0;
});

function askedForKata(katas: readonly Kata[]): never {
  throw new UsageError(`Expected a kata, one of ${katas.map(({ name }) => name).join(", ")}.`);
}

async function benchOf(kata: Kata): Promise<KataBench<unknown>> {
  const file = path.join(peersFolder, `${kata.name}.ts`);
  if (!existsSync(file)) throw new UsageError(`There is no bench for ${kata.name} yet.`);
  const module = (await import(pathToFileURL(file).href)) as { bench: KataBench<unknown> };
  return module.bench;
}

function keysOf(bench: KataBench<unknown>, kata: Kata, typed: number | undefined): number {
  if (typed === undefined) return bench.keyCount ?? 0;
  if (bench.keyCount === undefined) {
    throw new UsageError(`The bench of ${kata.name} fills no store: it has no use for --keys.`);
  }
  if (typed >= 1) return typed;
  throw new UsageError(`Expected --keys to be at least 1, got ${typed}.`);
}

function loadedPeers(peers: Peers): ReadonlyMap<string, unknown> {
  const loaded = new Map<string, unknown>();
  for (const [name, peer] of peers) if ("exports" in peer) loaded.set(name, peer.exports);
  return loaded;
}

// ── What is told and kept ─────────────────────────────────────────────────────────────────────

function printing(): Listener {
  const colours = coloursFor(process.stdout);
  return {
    course: (result) => print(courseTable(result, colours), ""),
    load: (result) => print(loadTable(result, colours), ""),
    growth: (result) => print(growthTable(result, colours), ""),
    failed: ({ title, why }) => print(`Without your code, which failed: ${title}`, `  ${why}`),
  };
}

function print(...lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

/** Of an attempt the last result, whole or not at all. */
function keepBeside({ beside }: Contestants, report: BenchReport): void {
  if (beside?.location.kind !== "attempt") return;
  const folder = path.dirname(beside.location.file);
  const [data, page] = [path.join(folder, "bench.json"), path.join(folder, "bench.html")];
  keep(data, () => replaceFile(data, jsonText(report)));
  keep(page, () => writePage(page, benchPage(report)));
}

/** What could not be kept is said, and changes nothing of what was measured. */
function keep(file: string, write: () => void): void {
  try {
    write();
    process.stderr.write(`Kept: ${file}\n`);
  } catch (error) {
    process.stderr.write(`${file} could not be kept: ${(error as Error).message}\n`);
  }
}

function jsonText(report: BenchReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
