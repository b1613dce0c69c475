/**
 * The files of a candidate edition: what a learner sees of one kata, and what runs its visible tests. They are named
 * one by one, so that nothing hidden is ever among them.
 *
 *     README.md  package.json  package-lock.json  tsconfig.json  vitest.config.ts
 *     <kata>.ts  <kata>.test.ts  NOTES.md        in the shape in which a submission is graded
 *     katas/<kata>/                              brief, contract, promises, starter, visible tests
 *     katas/platform/                            ports and what learners test with
 *     scripts/                                   the launcher
 *     .github/workflows/grade.yml                grades from the full repository
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Kata } from "../kata/catalogue.ts";
import { attemptTemplates } from "../kata/templates.ts";
import { lockSubset, type LockFile } from "./lock-subset.ts";

/** The text of each file, by its place in the edition. */
export type HandoutFiles = Map<string, string>;

const ofKata = [
  "README.md",
  "contract.ts",
  "invariants.ts",
  "kata.ts",
  "starter.ts",
  "example.test.ts",
];
const asTheyAre = [
  "LICENSE",
  ".npmrc",
  "scripts/lib/launch/install.mjs",
  "scripts/lib/launch/install-lock.mjs",
  "scripts/lib/launch/launch-error.mjs",
];
const packages = ["@types/node", "fast-check", "vitest"];
const templates = path.join(import.meta.dirname, "template");

export async function handoutFiles(root: string, kata: Kata): Promise<HandoutFiles> {
  const textOf = (place: string) => readFileSync(path.join(root, place), "utf8");
  const fromTemplate = (name: string) =>
    filled(readFileSync(path.join(templates, `${name}.template`), "utf8"), kata);
  const attempt = await attemptTemplates(kata);
  const files: HandoutFiles = new Map([
    ["README.md", fromTemplate("README.md")],
    [".github/workflows/grade.yml", fromTemplate("grade.yml")],
    [".gitignore", "node_modules/\n"],
    ["scripts/launch.mjs", fromTemplate("launch.mjs")],
    ["vitest.config.ts", fromTemplate("vitest.config.ts")],
    ["tsconfig.json", typeScriptConfig(textOf("tsconfig.json"))],
    [`${kata.name}.ts`, attempt.subject],
    [`${kata.name}.test.ts`, attempt.test],
    ["NOTES.md", attempt.notes],
  ]);
  const copied = [
    ...asTheyAre,
    ...ofKata.map((name) => path.posix.join("katas", kata.name, name)),
    ...platformFiles(root, "katas/platform"),
  ];
  for (const place of copied) {
    if (existsSync(path.join(root, place))) files.set(place, textOf(place));
  }
  const brief = `katas/${kata.name}/README.md`;
  files.set(brief, beginningHere(files.get(brief) ?? "", kata));
  const manifest = manifestOf(kata, JSON.parse(textOf("package.json")) as Manifest);
  files.set("package.json", json(manifest));
  const lock = JSON.parse(textOf("package-lock.json")) as LockFile;
  const { name, version, license, devDependencies, engines } = manifest;
  const rootEntry = { name, version, license, devDependencies, engines };
  files.set("package-lock.json", json(lockSubset(lock, rootEntry, packages)));
  for (const [place, text] of files) {
    if (place.endsWith(".md")) files.set(place, withoutDeadLinks(place, text, files));
  }
  return files;
}

interface Manifest {
  version: string;
  license: string;
  engines: Record<string, string>;
  devDependencies: Record<string, string>;
}

function manifestOf(kata: Kata, { version, license, engines, devDependencies }: Manifest) {
  return {
    name: `${kata.name}-handout`,
    version,
    license,
    private: true,
    type: "module",
    engines,
    imports: {
      "#platform/*": "./katas/platform/*",
      "#katas/*": "./katas/*",
      "#subject": `./${kata.name}.ts`,
    },
    scripts: { kata: "node scripts/launch.mjs kata", test: "node scripts/launch.mjs test" },
    devDependencies: Object.fromEntries(
      Object.entries(devDependencies).filter(([name]) => packages.includes(name)),
    ),
  };
}

/** The compiler options of this repository, for the folders of the edition; enums are the candidate's to use. */
function typeScriptConfig(text: string): string {
  const { compilerOptions } = JSON.parse(text) as { compilerOptions: object };
  return json({
    compilerOptions: { ...compilerOptions, erasableSyntaxOnly: false },
    include: ["*.ts", "katas"],
  });
}

function platformFiles(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true })
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .flatMap((entry) => {
      const place = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return platformFiles(root, place);
      return entry.isFile() && !entry.name.includes(".test.") ? [place] : [];
    });
}

/** The full repository has several katas, and keeps attempts in a folder of their own. */
function beginningHere(brief: string, { name }: Kata): string {
  return brief
    .replace(`\`npm run kata ${name}\``, "`npm run kata`")
    .replace(`\`attempts/${name}/${name}.ts\``, `\`${name}.ts\``);
}

/** Links to what is not in the edition become their text. */
function withoutDeadLinks(place: string, text: string, files: HandoutFiles): string {
  return text.replaceAll(/\[([^\]]+)\]\(([^)\s]+)\)/g, (whole, words: string, link: string) => {
    const target = link.split("#")[0] ?? "";
    if (target === "" || /^[a-z]+:/.test(target)) return whole;
    const file = path.posix.join(path.posix.dirname(place), target).replace(/\/$/, "");
    const isThere =
      files.has(file) || [...files.keys()].some((name) => name.startsWith(`${file}/`));
    return isThere ? whole : words;
  });
}

function filled(text: string, kata: Kata): string {
  const levels = kata.levels.map(
    ({ title, minutes }, index) => `${index + 1}. ${title} (usually ${minutes} minutes)`,
  );
  return text
    .replaceAll("{{kata}}", kata.name)
    .replaceAll("{{title}}", kata.title)
    .replaceAll("{{levels}}", levels.join("\n"))
    .replaceAll("{{coreLevel}}", `${kata.coreLevel}`)
    .replaceAll("{{version}}", `${kata.version}`);
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
