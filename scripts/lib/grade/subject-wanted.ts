/** From the words of the command line to the file that is meant. */
import path from "node:path";
import { UsageError } from "../arguments.ts";
import type { Kata } from "../kata/catalogue.ts";
import type { GradeCommandLine } from "./grade-options.ts";
import {
  attemptsByEdit,
  fileLocation,
  findKata,
  referenceLocation,
  startedAttempt,
  type SubjectLocation,
} from "./subject-location.ts";

export function subjectWanted(
  root: string,
  katas: readonly Kata[],
  { words, options }: GradeCommandLine,
): SubjectLocation {
  const isReference = options.reference || options.solution;
  const [first, second] = words;
  const named = options.subject ?? second;
  if (first === undefined && named === undefined && !isReference) return editedLast(root, katas);
  if (first !== undefined && !looksLikeFile(first)) {
    const kata = findKata(katas, first);
    if (isReference) return referenceLocation(root, kata);
    return named === undefined ? startedAttempt(root, kata) : fileLocation(root, kata, named);
  }
  if (isReference) return referenceLocation(root, onlyKata(katas, "--reference"));
  const file = named ?? first ?? "";
  return fileLocation(root, kataOfFile(katas, file), file);
}

function editedLast(root: string, katas: readonly Kata[]): SubjectLocation {
  const [latest] = attemptsByEdit(root, katas);
  if (latest === undefined)
    throw new UsageError("There is no attempt yet. Start one: npm run kata");
  process.stderr.write(`Grading ${latest.shownAs}, the attempt edited last.\n`);
  return latest;
}

function looksLikeFile(word: string): boolean {
  return word.includes("/") || /\.m?[jt]s$/.test(word);
}

/** The kata whose name stands in the path, or the only one there is. */
function kataOfFile(katas: readonly Kata[], file: string): Kata {
  const parts = path.resolve(file).split(path.sep);
  const kata = katas.find(({ name }) => parts.some((part) => part.replace(/\..*$/, "") === name));
  return kata ?? onlyKata(katas, file);
}

function onlyKata(katas: readonly Kata[], typed: string): Kata {
  const [kata, another] = katas;
  if (kata !== undefined && another === undefined) return kata;
  const names = katas.map(({ name }) => name).join(", ");
  throw new UsageError(`Expected a kata before ${typed}, one of ${names}.`);
}
