/**
 * What every kata brings to hints and mock sessions: enough to ask in each phase, a way up for each
 * promise, and nothing that was copied from the reference. Katas are found and not named: one that has no
 * rubric shows here.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import type { KataRubric, PhaseId } from "../../rubric/shape.ts";

interface KataPromise {
  id: string;
  level: number;
}

const root = path.resolve(import.meta.dirname, "../..");
const phases: PhaseId[] = [
  ...(["clarify", "design", "implement"] as const),
  ...(["concurrency", "failure", "wrap-up"] as const),
];
/** So many equal words in a row are no chance. */
const copiedWords = 12;

const katas = foldersWith("katas", "kata.ts");
const rubrics = foldersWith("rubric", "kata-rubric.ts");

test("every kata has a rubric, and every rubric a kata", () => {
  expect(katas).not.toEqual([]);
  expect(rubrics).toEqual(katas);
});

describe.each(rubrics)("%s", async (folder) => {
  const rubric = await load<{ kataRubric: KataRubric }>(`rubric/${folder}/kata-rubric.ts`);
  const { kata, facts, probes, hints, changes, variants, operations, sheets } = rubric.kataRubric;
  const { invariants } = await load<{ invariants: readonly KataPromise[] }>(
    `katas/${folder}/invariants.ts`,
  );
  const { kata: declared } = await load<{ kata: { levels: readonly unknown[] } }>(
    `katas/${folder}/kata.ts`,
  );
  const promises = invariants.map(({ id }) => id);
  const levels = declared.levels.map((_, index) => index + 1);

  test("is filed under the name of its kata", () => {
    expect(kata).toBe(folder);
  });

  test("names nothing twice", () => {
    expect(repeated(facts.map(({ about }) => about))).toEqual([]);
    expect(repeated(probes.map(({ id }) => id))).toEqual([]);
    expect(repeated(hints.map(({ id }) => id))).toEqual([]);
    expect(repeated(changes.map(({ id }) => id))).toEqual([]);
    expect(repeated(variants.map(({ name }) => name))).toEqual([]);
    expect(repeated(operations.map(({ name }) => name))).toEqual([]);
  });

  test("has facts, probes and variants enough for more than one session", () => {
    expect(facts.length).toBeGreaterThanOrEqual(10);
    expect(probes.length).toBeGreaterThanOrEqual(12);
    expect(variants.length).toBeGreaterThanOrEqual(3);
  });

  test("has something to ask in every phase", () => {
    expect(phases.filter((phase) => !probes.some((probe) => probe.phase === phase))).toEqual([]);
  });

  test("every probe speaks for a dimension, and for each only once", () => {
    const wrong = probes.filter(
      ({ dimensions }) => dimensions.length === 0 || repeated(dimensions).length > 0,
    );
    expect(wrong).toEqual([]);
  });

  test("probes and hints name promises that exist", () => {
    const named = [...probes, ...hints].flatMap((entry) => entry.promises);
    expect(named.filter((id) => !promises.includes(id))).toEqual([]);
  });

  test("hints help with every level and every promise", () => {
    expect(levels.filter((level) => !hints.some((hint) => hint.level === level))).toEqual([]);
    expect(hints.filter(({ level }) => !levels.includes(level))).toEqual([]);
    const helped = hints.flatMap((hint) => hint.promises);
    expect(promises.filter((id) => !helped.includes(id))).toEqual([]);
  });

  test("a requirement can change at every level", () => {
    expect(levels.filter((level) => !changes.some((change) => change.level === level))).toEqual([]);
    expect(changes.filter(({ level }) => !levels.includes(level))).toEqual([]);
  });

  test("bounds only operations that the grade counts", () => {
    const counting = readFileSync(path.join(root, "tests", folder, "operation-counts.ts"), "utf8");
    const unknown = operations.filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(counting));
    expect(unknown).toEqual([]);
    expect(operations.filter(({ good }) => good <= 0)).toEqual([]);
  });

  test("has the rows of both sheets", () => {
    expect(sheets.design.map(({ row }) => row)).toEqual([
      ...["structure", "decoupling", "concurrency", "commit"],
    ]);
    expect(sheets.tradeOffs.map(({ row }) => row)).toEqual(["consistency", "cost", "mode"]);
  });

  test("has no text that is empty or has a space too many", () => {
    const texts = textsOf(rubric.kataRubric);
    expect(texts.filter((text) => text.trim() !== text || /^$| {2}|\n/.test(text))).toEqual([]);
  });

  test("copies no line of the reference", () => {
    const reference = referenceRuns(folder);
    const copied = textsOf(rubric.kataRubric).filter((text) => sharesARun(text, reference));
    expect(copied).toEqual([]);
  });
});

test.each(katas)("a line copied from the reference of %s would be noticed", (kata) => {
  const lines = referenceText(kata).split("\n");
  const line = lines.find((text) => wordsOf(text).length >= copiedWords) ?? "";
  expect(sharesARun(`Somebody wrote: ${line}`, referenceRuns(kata))).toBe(true);
});

function foldersWith(parent: string, file: string): string[] {
  return readdirSync(path.join(root, parent))
    .filter((folder) => existsSync(path.join(root, parent, folder, file)))
    .sort();
}

async function load<Module>(place: string): Promise<Module> {
  return (await import(pathToFileURL(path.join(root, place)).href)) as Module;
}

function repeated<Value>(values: readonly Value[]): Value[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

/** Every text of a value, however deep it lies. */
function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}

function referenceText(kata: string): string {
  const folder = path.join(root, "solutions", kata);
  const files = readdirSync(folder).filter((file) => /\.(ts|md)$/.test(file));
  return files.map((file) => readFileSync(path.join(folder, file), "utf8")).join("\n");
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

const runsByKata = new Map<string, Set<string>>();

/** Every run of words in the reference, gathered once. */
function referenceRuns(kata: string): Set<string> {
  const known = runsByKata.get(kata);
  if (known !== undefined) return known;
  const words = wordsOf(referenceText(kata));
  const runs = new Set(words.map((_, index) => words.slice(index, index + copiedWords).join(" ")));
  runsByKata.set(kata, runs);
  return runs;
}

function sharesARun(text: string, reference: Set<string>): boolean {
  const words = wordsOf(text);
  const starts = words.slice(copiedWords - 1).keys();
  return [...starts].some((index) =>
    reference.has(words.slice(index, index + copiedWords).join(" ")),
  );
}
