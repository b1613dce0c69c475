/**
 * Which file is to be graded: an attempt, the reference, or any file.
 * What is not there is a UsageError that names what was expected and the nearest match.
 */
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { didYouMean, UsageError } from "../arguments.ts";
import { attemptOf, attemptsFolder } from "../kata/attempt.ts";
import type { Kata } from "../kata/catalogue.ts";
import { nearest } from "../nearest.ts";
import { frozenWorkAt } from "./frozen-work.ts";

export interface SubjectLocation {
  kata: Kata;
  kind: "attempt" | "reference" | "file";
  /** Absolute. */
  file: string;
  /** As the grade and its commands call it. */
  shownAs: string;
  /** What has to be typed after `npm run grade` to name this subject: words, then options. */
  words: string[];
  options: string[];
  /** Where the subject's own tests lie, if there are any. */
  testFile: string;
  /** A file that has its folder to itself, as an attempt has: what lies beside it is its own. */
  ownsFolder?: boolean;
}

export function findKata(katas: readonly Kata[], typed: string): Kata {
  const kata = katas.find(({ name }) => name === typed);
  if (kata !== undefined) return kata;
  const names = katas.map(({ name }) => name);
  throw new UsageError(
    `There is no kata "${typed}".${didYouMean(typed, names) || ` Expected ${names.join(", ")}.`}`,
  );
}

export function attemptLocation(root: string, kata: Kata): SubjectLocation {
  const { subjectFile, testFile } = attemptOf(attemptsFolder(root), kata);
  return {
    kata,
    kind: "attempt",
    file: subjectFile,
    shownAs: shortName(root, subjectFile),
    words: [kata.name],
    options: [],
    testFile,
  };
}

/** The attempt at `kata`, which has to be there. */
export function startedAttempt(root: string, kata: Kata): SubjectLocation {
  const location = attemptLocation(root, kata);
  if (isFile(location.file)) return location;
  throw new UsageError(
    `There is no attempt at ${kata.name} yet: expected ${location.shownAs}. Start one: npm run kata ${kata.name}`,
  );
}

/** An attempt that a bell has frozen in this folder. */
export function frozenLocation(root: string, kata: Kata, folder: string): SubjectLocation {
  const attempt = attemptLocation(root, kata);
  const file = path.join(folder, path.basename(attempt.file));
  const shownAs = shortName(root, file);
  return {
    ...attempt,
    file,
    shownAs,
    words: [kata.name, shownAs],
    testFile: path.join(folder, path.basename(attempt.testFile)),
  };
}

/** Every attempt there is, the one edited last first. */
export function attemptsByEdit(root: string, katas: readonly Kata[]): SubjectLocation[] {
  return katas
    .map((kata) => attemptLocation(root, kata))
    .filter(({ file }) => isFile(file))
    .sort((left, right) => editedMs(right) - editedMs(left));
}

export function referenceLocation(root: string, kata: Kata): SubjectLocation {
  const folder = path.join(root, "solutions", kata.name);
  const file = path.join(folder, `${kata.name}.ts`);
  if (!isFile(file)) throw new UsageError(`Expected the reference at ${shortName(root, file)}.`);
  return {
    kata,
    kind: "reference",
    file,
    shownAs: shortName(root, file),
    words: [kata.name],
    options: ["--reference"],
    testFile: path.join(folder, `${kata.name}.test.ts`),
  };
}

/** Any file; a relative path counts from where the command was typed. */
export function fileLocation(root: string, kata: Kata, typed: string): SubjectLocation {
  // npm changes to the repository's folder; INIT_CWD is where the person is.
  const places = [process.env["INIT_CWD"], process.cwd(), root].filter(
    (place) => place !== undefined,
  );
  const candidates = places.map((place) => path.resolve(place, typed));
  const file = candidates.find(isFile);
  if (file === undefined) throw new UsageError(missingFile(typed, candidates[0] ?? typed));
  if (!/\.(ts|mts|js|mjs)$/.test(file)) {
    throw new UsageError(`Expected a .ts, .js or .mjs file, got ${typed}.`);
  }
  const attempt = attemptLocation(root, kata);
  if (file === attempt.file) return attempt;
  const shownAs = shortName(root, file);
  if (frozenWorkAt(file, kata) !== undefined) return frozenLocation(root, kata, path.dirname(file));
  return {
    kata,
    kind: "file",
    file,
    shownAs,
    words: [kata.name, shownAs],
    options: [],
    testFile: file.replace(/\.(m?[jt]s)$/, ".test.$1"),
  };
}

/** The line that grades this subject with these options, ready to be typed. */
export function commandFor(
  { words, options }: SubjectLocation,
  ...more: readonly string[]
): string {
  const all = [...options, ...more];
  const typed = ["npm run grade", ...words.map(quoted)];
  return [...typed, ...(all.length === 0 ? [] : ["--", ...all])].join(" ");
}

/** Relative to the repository where it lies inside. */
export function shortName(root: string, file: string): string {
  const fromRoot = path.relative(root, file);
  return fromRoot.startsWith("..") ? file : fromRoot;
}

function missingFile(typed: string, wanted: string): string {
  if (isDirectory(wanted)) return `Expected a file, but ${typed} is a folder.`;
  const folder = path.dirname(wanted);
  const names = isDirectory(folder) ? readdirSync(folder).sort() : [];
  const near = nearest(path.basename(wanted), names);
  const hint = near === undefined ? "" : ` Did you mean "${path.join(path.dirname(typed), near)}"?`;
  return `There is no file ${typed}.${hint}`;
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isDirectory(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function editedMs({ file }: SubjectLocation): number {
  return statSync(file).mtimeMs;
}

function quoted(word: string): string {
  return /^[\w./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
