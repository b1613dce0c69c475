/**
 * The planted bugs of a kata: every file of its `impostors` folder, with what it says about itself.
 * What a file says is checked here once; nobody who reads a `PlantedBug` looks again.
 */
import { readdir } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { bundleSubject, type SubjectBundle } from "../../../tests/harness/subject-bundle.ts";
import type { KataPromise } from "../kata/catalogue.ts";

export interface PlantedBug {
  /** The file's name without its ending. */
  name: string;
  /** How far it is right apart from its bug. */
  level: number;
  /** The promise that must catch it, and that promise's level. */
  promise: string;
  promiseLevel: number;
  misconception: string;
  /** Only real processes and threads show it. */
  stressOnly: boolean;
  /** An implementation of its own rather than an edit of the solution. */
  independent: boolean;
}

export interface LoadedPlantedBug {
  bug: PlantedBug;
  bundle: SubjectBundle;
}

/** A file among the planted bugs that does not say what one has to say. */
export class PlantedBugError extends Error {
  override readonly name = "PlantedBugError";
}

export async function loadPlantedBugs(
  root: string,
  kata: string,
  promises: readonly KataPromise[],
): Promise<LoadedPlantedBug[]> {
  const folder = path.join(root, "tests", kata, "impostors");
  const solutions = path.join(root, "solutions") + path.sep;
  const files = (await readdir(folder)).filter((name) => name.endsWith(".ts")).sort();
  return Promise.all(
    files.map(async (name) => {
      const file = path.join(folder, name);
      const bundle = await bundleSubject(file, path.relative(root, file));
      const exports = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
      const independent = !bundle.inputs.some((input) => input.startsWith(solutions));
      return { bug: { ...saidBy(bundle.file, exports, promises), independent }, bundle };
    }),
  );
}

/** What the exports of a planted bug say, or a PlantedBugError that says what is wrong with them. */
export function saidBy(
  file: string,
  { level, impostor }: Readonly<Record<string, unknown>>,
  promises: readonly KataPromise[],
): Omit<PlantedBug, "independent"> {
  const refuse = (expected: string): never => {
    throw new PlantedBugError(`${file}: expected ${expected}.`);
  };
  if (typeof impostor !== "object" || impostor === null) return refuse("an export `impostor`");
  const said = impostor as Record<string, unknown>;
  const named = promises.find(({ id }) => id === said["promise"]);
  if (named === undefined) return refuse("`impostor.promise` to be the id of a promise");
  const { id: promise, level: promiseLevel } = named;
  if (said["level"] !== promiseLevel) {
    return refuse(`\`impostor.level\` to be ${promiseLevel}, the level of ${promise}`);
  }
  if (typeof level !== "number" || level < promiseLevel) {
    return refuse(`the export \`level\` to be at least ${promiseLevel}, the level of ${promise}`);
  }
  const { misconception } = said;
  if (typeof misconception !== "string" || !misconception.includes(" ")) {
    return refuse("`impostor.misconception` to be a sentence");
  }
  const stressOnly = said["stressOnly"] === true;
  const name = path.basename(file, ".ts");
  return { name, level, promise, promiseLevel, misconception, stressOnly };
}
