/**
 * What lies beside a subject and bears on its score.
 *
 *     answers.json   what its owner has claimed, question by question
 *     scores.json    what somebody else says: a coach, or whoever listened
 *     NOTES.md       design notes
 *
 * An attempt, a reference and most submissions have a folder of their own. Any other file shares its folder with others, so its
 * answers and scores carry its name: `store.answers.json` beside `store.ts`.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { SubjectLocation } from "../grade/subject-location.ts";

export interface ScoreFiles {
  answers: string;
  scores: string;
  notes: string;
}

export function scoreFilesOf({ kind, file, ownsFolder }: SubjectLocation): ScoreFiles {
  const folder = path.dirname(file);
  const prefix = kind === "file" && ownsFolder !== true ? `${path.parse(file).name}.` : "";
  return {
    answers: path.join(folder, `${prefix}answers.json`),
    scores: path.join(folder, `${prefix}scores.json`),
    notes: path.join(folder, "NOTES.md"),
  };
}

/** Says what is wrong with a file of these; the file stays as it is. */
export class DamagedFile extends Error {
  override readonly name = "DamagedFile";
  readonly file: string;

  constructor(file: string, expected: string, got: string) {
    super(`${file}: expected ${expected}, got ${got}. The file is left as it is.`);
    this.file = file;
  }
}

export function parsedJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new DamagedFile(file, "JSON", (error as Error).message);
  }
}

/** What a value is, for a sentence about what was expected instead. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

export function isRecord(candidate: unknown): candidate is Record<string, unknown> {
  return typeof candidate === "object" && candidate !== null && !Array.isArray(candidate);
}
