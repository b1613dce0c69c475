/** `npm run grade <kata> -- --submissions DIR`, and `--merge` of its parts. */
import path from "node:path";
import { UsageError } from "../arguments.ts";
import { scopeOf, type GradeCommandLine } from "../grade/grade-options.ts";
import { suiteHash } from "../grade/hashes.ts";
import { loadSuite } from "../grade/replay.ts";
import { findKata } from "../grade/subject-location.ts";
import { loadPromises, type Kata } from "../kata/catalogue.ts";
import { harmless } from "../terminal/text.ts";
import { findSubmissions } from "./find-submissions.ts";
import { gradeUnits } from "./grade-units.ts";
import { mergeParts, partFolder } from "./merge-parts.ts";
import { seedsIn, shardIn, unitsOf, wholeShard, type Plan } from "./plan.ts";
import type { Results } from "./results.ts";
import {
  json,
  refuseForeignFolder,
  writeGrades,
  writePlan,
  writeResults,
} from "./write-results.ts";

const say = (line: string) => process.stderr.write(`${line}\n`);

/** Exit code 0 when everybody passes. */
export async function gradeSubmissions(
  root: string,
  katas: readonly Kata[],
  commandLine: GradeCommandLine,
  typed: string,
): Promise<number> {
  const { words, options } = commandLine;
  const kata = kataNamed(katas, words[0]);
  const promises = await loadPromises(kata);
  const { seed, ...scope } = scopeOf(commandLine, kata, promises);
  await loadSuite(root, kata.name);
  const folder = partFolder(typed);
  const out = options.out === undefined ? `${folder}-graded` : partFolder(options.out);
  if (isWithin(out, folder) || isWithin(folder, out)) {
    throw new UsageError(
      `Expected --out beside the submissions, got ${out} for those in ${folder}.`,
    );
  }
  const seeds = options.seeds === undefined ? [seed] : seedsIn(options.seeds);
  const shard = options.shard === undefined ? wholeShard : shardIn(options.shard);
  const { submissions, passedOver } = findSubmissions(folder, kata.name, typed);
  refuseForeignFolder(out, kata.name);
  for (const name of passedOver) say(`${harmless(name)} is nobody's: it was passed over.`);
  const plan: Plan = {
    schemaVersion: 1,
    kata: kata.name,
    kataVersion: kata.version,
    suiteHash: suiteHash(root, kata.name),
    scope,
    seeds,
    shard,
    submissions,
  };
  writePlan(out, plan);
  const units = unitsOf(plan);
  const grades = await gradeUnits({ root, kata, promises, plan, units, folder, out, say });
  return tell(writeResults(out, kata, plan, promises, grades), out, options.json);
}

export async function mergeGrades(
  katas: readonly Kata[],
  { words, options }: GradeCommandLine,
  typed: readonly string[],
): Promise<number> {
  const { plan, grades } = mergeParts(typed.map(partFolder), words[0]);
  const kata = kataNamed(katas, plan.kata);
  if (kata.version !== plan.kataVersion) {
    throw new UsageError(
      `Expected grades of version ${kata.version} of ${kata.name}, got version ${plan.kataVersion}.`,
    );
  }
  const out = partFolder(options.out ?? "");
  refuseForeignFolder(out, kata.name);
  writePlan(out, plan);
  writeGrades(out, grades);
  return tell(writeResults(out, kata, plan, await loadPromises(kata), grades), out, options.json);
}

function tell(results: Results, out: string, isJson: boolean): number {
  const passing = results.people.filter(({ verdict }) => verdict === "pass").length;
  const all = results.people.length;
  if (isJson) process.stdout.write(json(results));
  else {
    process.stdout.write(
      `${passing} of ${all} pass${results.partial ? " (not a full grade)" : ""}: ${path.join(out, "index.html")}\n`,
    );
  }
  return passing === all ? 0 : 1;
}

function kataNamed(katas: readonly Kata[], name: string | undefined): Kata {
  if (name !== undefined) return findKata(katas, name);
  throw new UsageError(
    `Expected a kata before --submissions, one of ${katas.map((kata) => kata.name).join(", ")}.`,
  );
}

function isWithin(place: string, folder: string): boolean {
  const relative = path.relative(folder, place);
  return !relative.startsWith("..") && !path.isAbsolute(relative);
}
