/** Asks promises of a subject in the test's own process, as the grader does in a child. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Subject } from "#katas/durable-kv/contract.ts";
import { type InvariantId, invariants } from "#katas/durable-kv/invariants.ts";
import { kata } from "#katas/durable-kv/kata.ts";
import type { LoadedSubject, Verdict } from "../harness/check.ts";
import { loadSubject } from "../harness/subject-loader.ts";
import { suite } from "./suite.ts";

/** A subject of any module: what it exports beside the factory is still to be looked at. */
export type AnySubject = LoadedSubject<Subject & Readonly<Record<string, unknown>>>;

const seed = 1;

/** `place` is relative to the root of the repository. */
export async function subjectAt(place: string): Promise<AnySubject> {
  const subject = await loadSubject(inRepository(place));
  const problem = suite.exportsProblem(subject.exports);
  if (problem !== undefined) throw new TypeError(`${place}: ${problem}`);
  return subject as unknown as AnySubject;
}

/** The TypeScript files of a folder, without their endings. */
export function namesIn(folder: string): string[] {
  const files = readdirSync(inRepository(folder)).filter((name) => name.endsWith(".ts"));
  return files.map((name) => path.basename(name, ".ts")).sort();
}

export function inRepository(place: string): string {
  return fileURLToPath(new URL(`../../${place}`, import.meta.url));
}

/** What a subject is asked: everything up to its level that it does not decline. */
export function promisesOf({
  level = kata.levels.length,
  singleThreaded,
}: Readonly<Record<string, unknown>>): InvariantId[] {
  return invariants
    .filter((invariant) => invariant.level <= Number(level))
    .filter(({ interleavings }) => singleThreaded === undefined || !interleavings)
    .map(({ id }) => id);
}

export function judge(subject: AnySubject, id: InvariantId, effort: number): Promise<Verdict> {
  return suite.checks[id](subject, { seed, effort });
}

/** What became of every promise that the subject is asked, by promise: "held", or why not. */
export async function judgeAll(
  subject: AnySubject,
  effort: number,
): Promise<Partial<Record<InvariantId, string>>> {
  const outcomes: Partial<Record<InvariantId, string>> = {};
  for (const id of promisesOf(subject.exports)) {
    outcomes[id] = said(await judge(subject, id, effort));
  }
  return outcomes;
}

/** Every promise of a subject, held. */
export function allHeld({ exports }: AnySubject): Partial<Record<InvariantId, string>> {
  return Object.fromEntries(promisesOf(exports).map((id) => [id, "held"]));
}

function said(verdict: Verdict): string {
  if (verdict.status === "held") return "held";
  const why = verdict.status === "broken" ? verdict.counterexample.therefore : verdict.reason;
  return `${verdict.status}: ${why}`;
}
