/**
 * Keeps a generated part of a Markdown file: what stands between its two markers is replaced, all else stays.
 *
 *     <!-- grades of the references: npm run grade -- --reference --all --markdown README.md -->
 *     …
 *     <!-- end -->
 *
 * What a part holds, its marker says in its first words; a file may have several.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../arguments.ts";
import { replaceFile } from "./replace-file.ts";

export const gradesOfReferences = "grades of the references";
const end = "<!-- end -->";

/** The file that a person typed, with markers in it; else a UsageError. */
export function markedFile(typed: string, holds = gradesOfReferences): string {
  const file = path.resolve(process.env["INIT_CWD"] ?? process.cwd(), typed);
  betweenMarkers(textOf(file, typed), typed, "", holds);
  return file;
}

export function writeBetweenMarkers(file: string, text: string, holds = gradesOfReferences): void {
  replaceFile(file, betweenMarkers(textOf(file, file), file, text, holds));
}

export function betweenMarkers(
  whole: string,
  name: string,
  text: string,
  holds = gradesOfReferences,
): string {
  const begin = new RegExp(`<!-- ${holds}\\b[^]*?-->\\n`);
  const beginning = begin.exec(whole);
  const from = beginning === null ? -1 : beginning.index + beginning[0].length;
  const to = from === -1 ? -1 : whole.indexOf(end, from);
  if (to === -1) {
    throw new UsageError(
      `Expected ${name} to have a line <!-- ${holds} --> and after it a line ${end}.`,
    );
  }
  return `${whole.slice(0, from)}\n${text}\n\n${whole.slice(to)}`;
}

function textOf(file: string, typed: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new UsageError(`Expected ${typed} to be a file that can be read.`);
  }
}
