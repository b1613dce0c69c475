/**
 * A file that only ever grows, one JSON object a line: what happened, in the order in which it happened.
 *
 * A line is written by one call and ends with a line feed. Whoever is killed in between leaves at most one
 * torn line; it is passed over by readers, and the next append begins on a line of its own.
 */
import { closeSync, fstatSync, openSync, readFileSync, readSync, writeSync } from "node:fs";
import path from "node:path";
import { fileErrorCode, makeFolders } from "../kata/create-file.ts";

const lineFeed = 10;

/** Adds `entry` at the end; folders above the file are made where they are missing. */
export async function appendLine(file: string, entry: object): Promise<void> {
  await makeFolders(path.dirname(file));
  const descriptor = openSync(file, "a+");
  try {
    const beginning = endsTorn(descriptor) ? "\n" : "";
    writeSync(descriptor, `${beginning}${JSON.stringify(entry)}\n`);
  } finally {
    closeSync(descriptor);
  }
}

/** Every whole line that `isEntry` accepts, oldest first; none where there is no file. */
export function readLines<Entry>(
  file: string,
  isEntry: (candidate: unknown) => candidate is Entry,
): Entry[] {
  const entries: Entry[] = [];
  for (const line of textOf(file).split("\n")) {
    const candidate = parsed(line);
    if (isEntry(candidate)) entries.push(candidate);
  }
  return entries;
}

function endsTorn(descriptor: number): boolean {
  const { size } = fstatSync(descriptor);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(descriptor, last, 0, 1, size - 1);
  return last[0] !== lineFeed;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (fileErrorCode(error) === "ENOENT") return "";
    throw error;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
