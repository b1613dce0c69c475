/**
 * Which imports a subject may not have: solutions, tests, rubric, scripts, other katas, other packages.
 *
 * Types count too, and so do the files that it imports. A built-in of Node is never refused here.
 * Files that are themselves part of the repository may import their own folder; a planted bug may
 * import the solution of its own kata.
 */
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";
import type { FileReference } from "typescript";
import { ts } from "./typescript.ts";

export interface ForbiddenImport {
  file: string;
  line: number;
  specifier: string;
  reason: string;
}

export interface ImportRules {
  root: string;
  kata: string;
}

const protectedFolders = ["solutions", "tests", "rubric", "scripts", "katas"];

export interface ImportsOfSubject {
  forbidden: ForbiddenImport[];
  /** The subject and its own files. */
  files: string[];
}

export function forbiddenImports(subject: string, rules: ImportRules): ImportsOfSubject {
  const start = realpathSync(subject);
  const forbidden: ForbiddenImport[] = [];
  const waiting = [start];
  const seen = new Set(waiting);
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    const source = readFileSync(file, "utf8");
    for (const { fileName: specifier, pos } of importsOf(source)) {
      const meaning = meaningOf(specifier, file, start, rules);
      if (meaning.kind === "forbidden") {
        const line = source.slice(0, pos).split("\n").length;
        forbidden.push({ file, line, specifier, reason: meaning.reason });
      } else if (meaning.kind === "own file" && !seen.has(meaning.file)) {
        seen.add(meaning.file);
        waiting.push(meaning.file);
      }
    }
  }
  return { forbidden, files: [...seen] };
}

type Meaning =
  { kind: "allowed" } | { kind: "own file"; file: string } | { kind: "forbidden"; reason: string };

const allowed: Meaning = { kind: "allowed" };

function importsOf(source: string): FileReference[] {
  return ts.preProcessFile(source, true, true).importedFiles;
}

function meaningOf(
  specifier: string,
  importer: string,
  subject: string,
  rules: ImportRules,
): Meaning {
  const { root, kata } = rules;
  if (isBuiltin(specifier)) return allowed;
  if (specifier.startsWith("#platform/")) {
    return meaningOfFile(path.join(root, "katas/platform", specifier.slice(10)), subject, rules);
  }
  if (specifier.startsWith("#katas/")) {
    return meaningOfFile(path.join(root, "katas", specifier.slice(7)), subject, rules);
  }
  const isFile = specifier.startsWith(".") || path.isAbsolute(specifier);
  if (isFile) return meaningOfFile(path.resolve(path.dirname(importer), specifier), subject, rules);
  return {
    kind: "forbidden",
    reason: `"${specifier}" is another package: use #platform/…, #katas/${kata}/contract.ts, your own files and what Node brings.`,
  };
}

function meaningOfFile(wanted: string, subject: string, { root, kata }: ImportRules): Meaning {
  const file = existingFile(wanted);
  const inRepository = path.relative(realpathSync(root), file).split(path.sep);
  const [folder = "..", within = "", ...rest] = inRepository;
  if (folder === "katas" && within === "platform") {
    if (rest[0] !== "testing") return allowed;
    return refused(
      "katas/platform/testing is for tests: your code gets its ports from its caller.",
    );
  }
  if (file === path.join(realpathSync(root), "katas", kata, "contract.ts")) return allowed;
  if (folder === "node_modules") return refused("other packages are not there in an interview.");
  if (!protectedFolders.includes(folder)) return ownFile(file);
  if (isOfSameFolder(file, subject, realpathSync(root))) return ownFile(file);
  if (folder === "solutions" && within === kata && isPlantedBug(subject, root, kata))
    return ownFile(file);
  return refused(reasons[folder] ?? "it is not yours.");
}

const reasons: Readonly<Record<string, string>> = {
  solutions: "the solution is there to be read, not to be handed in.",
  tests: "tests judge the code; code does not know them.",
  rubric: "the rubric is for people.",
  scripts: "nothing imports the scripts.",
  katas: "of the katas, only the contract of this one and katas/platform can be used.",
};

function refused(reason: string): Meaning {
  return { kind: "forbidden", reason };
}

function ownFile(file: string): Meaning {
  return /\.[cm]?[jt]s$/.test(file) && existsSync(file) ? { kind: "own file", file } : allowed;
}

/** True for the files beside the subject, when the subject itself lies in a protected folder. */
function isOfSameFolder(file: string, subject: string, root: string): boolean {
  const home = path.dirname(subject);
  const depth = path.relative(root, home).split(path.sep).length;
  return depth >= 2 && !path.relative(root, home).startsWith("..") && isInside(file, home);
}

function isPlantedBug(subject: string, root: string, kata: string): boolean {
  return isInside(subject, path.join(realpathSync(root), "tests", kata, "impostors"));
}

function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== "" && !relative.startsWith("..") && !path.isAbsolute(relative);
}

/** The file that a specifier means: as written, or with the endings that may be left out. */
function existingFile(wanted: string): string {
  const withoutJs = wanted.replace(/\.(m?)js$/, ".$1ts");
  const candidates = [
    wanted,
    withoutJs,
    `${wanted}.ts`,
    `${wanted}.js`,
    path.join(wanted, "index.ts"),
  ];
  const found = candidates.find((file) => existsSync(file) && statSync(file).isFile());
  return found === undefined ? wanted : realpathSync(found);
}
