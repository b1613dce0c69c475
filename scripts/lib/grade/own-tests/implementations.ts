/**
 * What a learner's tests are tried on: implementations that are right, each up to its level, and planted bugs.
 * What each says about itself is read from its exports, without the rest of it.
 */
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { Script } from "node:vm";
import { build } from "esbuild";
import type { KataPromise } from "../../kata/catalogue.ts";
import { saidBy } from "../../matrix/planted-bug.ts";

export interface RightImplementation {
  file: string;
  level: number;
}

export interface BugToCatch {
  name: string;
  file: string;
  promise: string;
  /** How far it is right apart from its bug. */
  level: number;
}

/**
 * The right implementations of a kata, the reference first. Those with one thread are left out: what they
 * decline, a test may ask for.
 */
export async function rightImplementations(
  root: string,
  kata: string,
  levels: number,
): Promise<RightImplementation[]> {
  const solution = path.join(root, "solutions", kata);
  const files = [
    path.join(solution, `${kata}.ts`),
    path.join(solution, "in-the-interview.ts"),
    ...filesIn(path.join(root, "tests", kata, "alternates")),
  ].filter((file) => existsSync(file));
  const said = await saidByFiles(root, files, ["level", "singleThreaded"]);
  return files.flatMap((file) => {
    const { level, singleThreaded } = said.get(file) ?? {};
    if (singleThreaded !== undefined) return [];
    return [{ file, level: typeof level === "number" ? level : levels }];
  });
}

/**
 * The planted bugs of promises that the attempt keeps, up to the level reached. What only real threads
 * show is left out, and so is what the attempt declines.
 */
export async function bugsToCatch(
  root: string,
  kata: string,
  promises: readonly KataPromise[],
  { levelMax, singleThreaded }: { levelMax: number; singleThreaded: boolean },
): Promise<BugToCatch[]> {
  const files = filesIn(path.join(root, "tests", kata, "impostors"));
  const said = await saidByFiles(root, files, ["level", "impostor"]);
  const declined = new Set(
    promises.filter(({ interleavings }) => singleThreaded && interleavings).map(({ id }) => id),
  );
  const bugs = files.flatMap((file) => {
    const bug = saidBy(path.relative(root, file), said.get(file) ?? {}, promises);
    const isMeant = !bug.stressOnly && bug.promiseLevel <= levelMax && !declined.has(bug.promise);
    return isMeant ? [{ name: bug.name, file, promise: bug.promise, level: bug.level }] : [];
  });
  return spreadOverPromises(
    bugs,
    promises.map(({ id }) => id),
  );
}

/** One of every promise, then another one of every promise: any beginning of the list is a fair sample. */
export function spreadOverPromises<Bug extends { promise: string }>(
  bugs: readonly Bug[],
  promises: readonly string[],
): Bug[] {
  const rounds: Bug[][] = [];
  for (const promise of promises) {
    const ofPromise = bugs.filter((bug) => bug.promise === promise);
    for (const [round, bug] of ofPromise.entries()) (rounds[round] ??= []).push(bug);
  }
  return rounds.flat();
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".ts"));
  return names.sort().map((name) => path.join(folder, name));
}

/** Some exports of each file; whatever they do not need is not even loaded. */
async function saidByFiles(
  root: string,
  files: readonly string[],
  names: readonly string[],
): Promise<Map<string, Record<string, unknown>>> {
  if (files.length === 0) return new Map();
  const prefix = "said-by:";
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: files.map((file, index) => ({ in: prefix + file, out: String(index) })),
    outdir: "said",
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    logLevel: "silent",
    treeShaking: true,
    tsconfigRaw: { compilerOptions: { target: "es2023", verbatimModuleSyntax: true } },
    alias: { "#platform": path.join(root, "katas/platform"), "#katas": path.join(root, "katas") },
    plugins: [
      {
        name: "said-by",
        setup: (plugin) => {
          plugin.onResolve({ filter: /^said-by:/ }, ({ path: specifier }) => ({
            path: specifier.slice(prefix.length),
            namespace: "said-by",
          }));
          plugin.onLoad({ filter: /./, namespace: "said-by" }, ({ path: file }) => ({
            contents: [
              `import * as subject from ${JSON.stringify(file)};`,
              ...names.map((name) => `export const ${name} = subject.${name};`),
            ].join("\n"),
            resolveDir: path.dirname(file),
          }));
        },
      },
    ],
  });
  const said = new Map<string, Record<string, unknown>>();
  for (const output of outputFiles) {
    const file = files[Number(path.basename(output.path, ".js"))];
    if (file === undefined) continue;
    const module = { exports: {} as Record<string, unknown> };
    const script = new Script(`(function (module, exports, require) {${output.text}\n})`);
    const load = script.runInThisContext() as LoadScript;
    load(module, module.exports, createRequire(file));
    said.set(file, { ...module.exports });
  }
  return said;
}

type LoadScript = (module: object, exports: object, require: (name: string) => unknown) => void;
