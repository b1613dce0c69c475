/** Puts the parts of one run together: the plan of the whole, and every grade of it, from wherever it was made. */
import path from "node:path";
import { UsageError } from "../arguments.ts";
import { readGrade, type GradeFile } from "./grade-files.ts";
import { allUnits, readPlan, wholeShard, type Plan } from "./plan.ts";

export interface Merged {
  plan: Plan;
  grades: GradeFile[];
}

const missingShownMax = 5;

export function mergeParts(folders: readonly string[], kata: string | undefined): Merged {
  const parts = folders.map((folder) => ({ folder, plan: planIn(folder) }));
  const [first, ...others] = parts;
  if (first === undefined) throw new UsageError("Expected a folder after --merge.");
  if (kata !== undefined && kata !== first.plan.kata) {
    throw new UsageError(`Expected parts of ${kata}, got ${first.plan.kata} in ${first.folder}.`);
  }
  for (const other of others) refuseDifference(first, other);
  const seeds = [...new Set(parts.flatMap(({ plan }) => plan.seeds))].sort(
    (left, right) => left - right,
  );
  const plan = { ...first.plan, seeds, shard: wholeShard };
  const missing: string[] = [];
  const grades = allUnits(plan).flatMap(({ submission: { name }, seed }) => {
    const grade = gradeIn(folders, name, seed);
    if (grade === undefined) missing.push(`${name}, seed ${seed}`);
    return grade === undefined ? [] : [grade];
  });
  if (missing.length > 0) {
    const shards = parts.map(({ plan: { shard } }) => `${shard.index}/${shard.of}`).join(", ");
    const more = missing.length - missingShownMax;
    throw new UsageError(
      `Expected all parts of the run, got ${shards}: ${missing.length} grades are missing.\n  ${missing.slice(0, missingShownMax).join("\n  ")}${more > 0 ? `\n  and ${more} more` : ""}`,
    );
  }
  return { plan, grades };
}

function planIn(folder: string): Plan {
  const plan = readPlan(folder);
  if (plan !== undefined) return plan;
  throw new UsageError(
    `Expected grades of \`npm run grade <kata> -- --submissions DIR --out ${folder}\` in ${folder}, found none.`,
  );
}

interface Part {
  folder: string;
  plan: Plan;
}

/** Parts of one run differ in their shards and seeds, and in nothing else. */
function refuseDifference(one: Part, other: Part): void {
  const same = ["kata", "kataVersion", "suiteHash", "scope", "submissions"] as const;
  const words = {
    kata: "katas",
    kataVersion: "versions of the kata",
    suiteHash: "suites",
    scope: "options",
    submissions: "submissions",
  };
  for (const field of same) {
    if (JSON.stringify(one.plan[field]) === JSON.stringify(other.plan[field])) continue;
    throw new UsageError(
      `Expected parts of one run, but ${one.folder} and ${other.folder} were graded with different ${words[field]}.`,
    );
  }
}

function gradeIn(folders: readonly string[], name: string, seed: number): GradeFile | undefined {
  let found: { folder: string; grade: GradeFile } | undefined;
  for (const folder of folders) {
    const grade = readGrade(folder, name, seed);
    if (grade === undefined) continue;
    if (found !== undefined && found.grade.key !== grade.key) {
      throw new UsageError(
        `${name} was graded with seed ${seed} in ${found.folder} and in ${folder}, and the code was not the same. Grade one of the parts again.`,
      );
    }
    found ??= { folder, grade };
  }
  return found?.grade;
}

export function partFolder(typed: string): string {
  return path.resolve(process.env["INIT_CWD"] ?? process.cwd(), typed);
}
