/**
 * `npm run bench <kata> [file]`: the reference, your code, what people would install, and the limit,
 * side by side in one run. Exits 0 when it has measured, whatever the figures are.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { loadSubject } from "../tests/harness/subject-loader.ts";
import { type CommandDeclaration, UsageError } from "./lib/arguments.ts";
import type { BenchedSubject, KataBench } from "./lib/bench/kata-bench.ts";
import { loadPeers, type Peers, versionOf } from "./lib/bench/peers.ts";
import { type CourseResult, runCourse } from "./lib/bench/race.ts";
import { courseTable } from "./lib/bench/table.ts";
import { attemptLocation, fileLocation, findKata } from "./lib/grade/subject-location.ts";
import { type Kata, loadCatalogue } from "./lib/kata/catalogue.ts";
import { coloursFor } from "./lib/kata/colours.ts";
import { runCommand } from "./lib/run-command.ts";

const declaration = {
  name: "bench",
  summary: `Measures the reference, your attempt or a file, packages that people would use instead,
and the limit, in slices next to each other. Compare the ratios: rates depend on the machine.`,
  words: ["kata", "file"],
  options: {
    rounds: { type: "number", valueName: "N", help: "slices of each; 15 unless told" },
    json: { type: "flag", help: "one object on standard output" },
  },
} as const satisfies CommandDeclaration;

const root = path.dirname(import.meta.dirname);
const peersFolder = path.join(root, "scripts", "bench");
const sliceMs = 100;

await runCommand(declaration, async ({ words, options }) => {
  const katas = await loadCatalogue(root);
  const kata = findKata(katas, words[0] ?? askedForKata(katas));
  const bench = await benchOf(kata);
  const subjects = await subjectsOf(kata, words[1]);
  const peers = await loadPeers(peersFolder, bench.peers);
  const rounds = Math.max(1, options.rounds ?? 15);

  const colours = coloursFor(process.stdout);
  const results: CourseResult[] = [];
  const tearDowns: (() => unknown)[] = [];
  const courses = bench.courses(subjects, loadedPeers(peers), (each) => tearDowns.push(each));
  try {
    for (const course of courses) {
      const result = await runCourse(course, { rounds, sliceMs, seed: 1 });
      results.push(result);
      if (!options.json) process.stdout.write(`${courseTable(result, colours)}\n\n`);
    }
  } finally {
    for (const tearDown of tearDowns.reverse()) await tearDown();
  }
  const missing = [...peers].flatMap(([name, peer]) =>
    "missing" in peer ? [{ name, why: peer.missing }] : [],
  );
  if (options.json) {
    const versions = bench.peers.map((name) => [name, versionOf(peersFolder, name)]);
    const report = {
      schemaVersion: 1,
      kata: kata.name,
      node: process.versions.node,
      platform: process.platform,
      peers: Object.fromEntries(versions) as Record<string, string>,
      missing,
      courses: results,
    };
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  } else {
    for (const { name, why } of missing) process.stdout.write(`${name} is missing: ${why}\n`);
  }
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

/** The reference, and beside it the file that is named or the attempt if there is one. */
async function subjectsOf(
  kata: Kata,
  named: string | undefined,
): Promise<BenchedSubject<unknown>[]> {
  const reference = path.join(root, "solutions", kata.name, `${kata.name}.ts`);
  const subjects = [{ name: "reference", exports: (await loadSubject(reference)).exports }];
  const attempt = attemptLocation(root, kata).file;
  if (named !== undefined) {
    const { file } = fileLocation(root, kata, named);
    subjects.push({ name: path.basename(named), exports: (await loadSubject(file)).exports });
  } else if (existsSync(attempt)) {
    subjects.push({ name: "attempt", exports: (await loadSubject(attempt)).exports });
  }
  return subjects;
}

function loadedPeers(peers: Peers): ReadonlyMap<string, unknown> {
  const loaded = new Map<string, unknown>();
  for (const [name, peer] of peers) if ("exports" in peer) loaded.set(name, peer.exports);
  return loaded;
}
