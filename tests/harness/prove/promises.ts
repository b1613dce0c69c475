/** Asks promises of a subject in the test's own process, as the grader does in a child. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Budget, LoadedSubject, Suite, Verdict } from "../check.ts";
import { loadSubject } from "../subject-loader.ts";

/** What a kata hands to the proofs of its suite. */
export interface ProvenKata<Subject, Id extends string> {
  readonly kata: {
    readonly name: string;
    readonly coreLevel: number;
    readonly levels: readonly unknown[];
    readonly draft?: boolean;
  };
  readonly invariants: readonly ProvenPromise<Id>[];
  readonly suite: Suite<Subject, Id>;
}

export interface ProvenPromise<Id extends string> {
  readonly id: Id;
  readonly level: number;
  readonly sentence: string;
  readonly interleavings: boolean;
}

/** How hard a proof tries. */
export interface ProofBudget {
  /** Of the budget of a full grade. */
  effort?: number;
  /** For one test. */
  timeoutMs?: number;
}

/** A subject of any module: what it exports beside the factories is still to be looked at. */
export type AnySubject<Subject> = LoadedSubject<Subject & Readonly<Record<string, unknown>>>;

const seed = 1;

/** `place` is relative to the root of the repository. */
export async function subjectAt<Subject, Id extends string>(
  { suite }: ProvenKata<Subject, Id>,
  place: string,
): Promise<AnySubject<Subject>> {
  const subject = await loadSubject(inRepository(place));
  const problem = suite.exportsProblem(subject.exports);
  if (problem !== undefined) throw new TypeError(`${place}: ${problem}`);
  return subject as unknown as AnySubject<Subject>;
}

/** The TypeScript files of a folder, without their endings. */
export function namesIn(folder: string): string[] {
  const files = readdirSync(inRepository(folder)).filter((name) => name.endsWith(".ts"));
  return files.map((name) => path.basename(name, ".ts")).sort();
}

export function inRepository(place: string): string {
  return fileURLToPath(new URL(`../../../${place}`, import.meta.url));
}

/** What a subject is asked: everything up to its level that it does not decline. */
export function promisesOf<Subject, Id extends string>(
  { kata, invariants }: ProvenKata<Subject, Id>,
  { level = kata.levels.length, singleThreaded }: Readonly<Record<string, unknown>>,
): Id[] {
  return invariants
    .filter((invariant) => invariant.level <= Number(level))
    .filter(({ interleavings }) => singleThreaded === undefined || !interleavings)
    .map(({ id }) => id);
}

export function judge<Subject, Id extends string>(
  { suite }: ProvenKata<Subject, Id>,
  subject: AnySubject<Subject>,
  id: Id,
  budget: Omit<Budget, "seed">,
): Promise<Verdict> {
  return suite.checks[id](subject, { seed, ...budget });
}

/** What became of every promise that the subject is asked, by promise: "held", or why not. */
export async function judgeAll<Subject, Id extends string>(
  proven: ProvenKata<Subject, Id>,
  subject: AnySubject<Subject>,
  effort: number,
): Promise<Partial<Record<Id, string>>> {
  const outcomes: Partial<Record<Id, string>> = {};
  for (const id of promisesOf(proven, subject.exports)) {
    outcomes[id] = said(await judge(proven, subject, id, { effort }));
  }
  return outcomes;
}

/** Every promise of a subject, held. */
export function allHeld<Subject, Id extends string>(
  proven: ProvenKata<Subject, Id>,
  { exports }: AnySubject<Subject>,
): Partial<Record<Id, string>> {
  const held = promisesOf(proven, exports).map((id) => [id, "held"] as const);
  return Object.fromEntries(held) as Partial<Record<Id, string>>;
}

/** "held", or why not. */
export function said(verdict: Verdict): string {
  if (verdict.status === "held") return "held";
  const why = verdict.status === "broken" ? verdict.counterexample.therefore : verdict.reason;
  return `${verdict.status}: ${why}`;
}
