/**
 * What is to be graded, and which part of it here: written beside the results, so that parts can be put together
 * by somebody who has nothing but their folders.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../arguments.ts";
import type { GradeScope } from "../grade/grade-options.ts";
import type { Submission } from "./find-submissions.ts";

export interface Shard {
  /** From 1. */
  index: number;
  of: number;
}

export type ScopeOfAll = Omit<GradeScope, "seed">;

export interface Plan {
  schemaVersion: 1;
  kata: string;
  kataVersion: number;
  suiteHash: string;
  scope: ScopeOfAll;
  seeds: number[];
  shard: Shard;
  submissions: Submission[];
}

/** One grade: somebody's file under one seed. */
export interface Unit {
  submission: Submission & { file: string };
  seed: number;
}

export const wholeShard: Shard = { index: 1, of: 1 };
export const planFile = "plan.json";
const seedsMax = 10_000;

export function allUnits({ submissions, seeds }: Pick<Plan, "submissions" | "seeds">): Unit[] {
  return submissions.flatMap((submission) => {
    const { name, file } = submission;
    return file === null ? [] : seeds.map((seed) => ({ submission: { name, file }, seed }));
  });
}

/** The share of one shard: every n-th, so that slow people and slow seeds are spread. */
export function unitsOf(plan: Plan): Unit[] {
  const { index, of } = plan.shard;
  return allUnits(plan).filter((_, position) => position % of === index - 1);
}

/** "1-50", "7" or "1,5,9". */
export function seedsIn(typed: string): number[] {
  const seeds = new Set<number>();
  for (const part of typed.split(",")) {
    const [, first, last = first] = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(part.trim()) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first === undefined || to < from || to - from >= seedsMax) {
      throw new UsageError(
        `Expected --seeds to be a range such as 1-50 of at most ${seedsMax} seeds, got "${typed}".`,
      );
    }
    for (let seed = from; seed <= to; seed += 1) seeds.add(seed);
  }
  return [...seeds].sort((left, right) => left - right);
}

export function shardIn(typed: string): Shard {
  const [, index, of] = /^(\d{1,6})\/(\d{1,6})$/.exec(typed) ?? [];
  const shard = { index: Number(index), of: Number(of) };
  if (index === undefined || shard.index < 1 || shard.index > shard.of) {
    throw new UsageError(`Expected --shard to be one of N parts, such as 1/4, got "${typed}".`);
  }
  return shard;
}

/** The plan in a folder of results; undefined where there is none. */
export function readPlan(folder: string): Plan | undefined {
  let text: string;
  try {
    text = readFileSync(path.join(folder, planFile), "utf8");
  } catch {
    return undefined;
  }
  const plan = JSON.parse(text) as Partial<Plan>;
  if (plan.schemaVersion === 1 && Array.isArray(plan.submissions)) return plan as Plan;
  throw new UsageError(`Expected ${path.join(folder, planFile)} to be what this command wrote.`);
}
