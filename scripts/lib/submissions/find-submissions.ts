/**
 * Who has handed in what: every folder of `DIR`, and every file beside them.
 *
 *     DIR/<name>/<kata>.ts     with <kata>.test.ts, NOTES.md, scores.json beside it
 *     DIR/<name>.ts            with <name>.test.ts beside it
 *
 * A folder without the file is somebody who has handed in nothing, and is said to be. What begins with a dot is
 * nobody's.
 */
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../arguments.ts";
import { fileNameFor } from "./file-name.ts";

export interface Submission {
  name: string;
  /** Relative to the folder of all submissions; null where nothing was handed in. */
  file: string | null;
}

export interface Found {
  /** By name. */
  submissions: Submission[];
  /** What lies there and is nobody's. */
  passedOver: string[];
}

const endings = [".ts", ".mts", ".js", ".mjs"];

export function findSubmissions(folder: string, kata: string, typed = folder): Found {
  const found: Submission[] = [];
  const passedOver: string[] = [];
  for (const entry of namesIn(folder, typed)) {
    if (entry.startsWith(".") || entry === "node_modules") continue;
    const kind = kindOf(path.join(folder, entry));
    const ending = endings.find((candidate) => entry.endsWith(candidate));
    const isCompanion = /\.(test|d)\.m?[jt]s$/.test(entry);
    if (kind === "folder") {
      const file = endings
        .map((candidate) => path.join(entry, kata + candidate))
        .find((candidate) => kindOf(path.join(folder, candidate)) === "file");
      found.push({ name: entry, file: file ?? null });
    } else if (kind === "file" && ending !== undefined && !isCompanion) {
      found.push({ name: entry.slice(0, -ending.length), file: entry });
    } else if (!isCompanion) passedOver.push(entry);
  }
  refuseNamesakes(found);
  if (found.length === 0) {
    throw new UsageError(
      `Expected submissions in ${typed}, as <name>/${kata}.ts or <name>.ts, found none.`,
    );
  }
  return { submissions: found.sort(byName), passedOver };
}

function refuseNamesakes(found: readonly Submission[]): void {
  const seen = new Map<string, Submission>();
  for (const submission of found) {
    const fileName = fileNameFor(submission.name);
    const other = seen.get(fileName);
    if (other !== undefined) {
      throw new UsageError(
        `Expected one submission for each name, got two of "${submission.name}": ${placeOf(other)} and ${placeOf(submission)}. Rename one of them.`,
      );
    }
    seen.set(fileName, submission);
  }
}

function placeOf({ name, file }: Submission): string {
  return file ?? `${name}/`;
}

function namesIn(folder: string, typed: string): string[] {
  const kind = kindOf(folder);
  if (kind !== "folder") {
    throw new UsageError(
      `Expected a folder of submissions, but ${kind === undefined ? `there is no ${typed}` : `${typed} is a file`}.`,
    );
  }
  return readdirSync(folder);
}

/** Nothing for a link that leads nowhere and for what is neither. */
function kindOf(place: string): "file" | "folder" | undefined {
  try {
    const found = statSync(place);
    if (found.isFile()) return "file";
    return found.isDirectory() ? "folder" : undefined;
  } catch {
    return undefined;
  }
}

function byName(left: Submission, right: Submission): number {
  return left.name < right.name ? -1 : left.name > right.name ? 1 : 0;
}
