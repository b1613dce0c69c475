/**
 * What an attempt remembers of the kata it began with, and what has changed since.
 *
 * `.attempt.json` holds the kata's version, its promises and a hash of its contract, so the differences
 * follow from the two versions themselves and nobody has to write them down. It is written once and never edited.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Kata, KataPromise } from "./catalogue.ts";
import { fileErrorCode } from "./create-file.ts";

export interface Beginning {
  kata: string;
  kataVersion: number;
  contractHash: string;
  promises: { id: string; level: number; sentence: string }[];
}

export async function beginningOf(
  kata: Kata,
  promises: readonly KataPromise[],
): Promise<Beginning> {
  const contract = await readFile(path.join(kata.folder, "contract.ts"));
  return {
    kata: kata.name,
    kataVersion: kata.version,
    contractHash: createHash("sha256").update(contract).digest("hex").slice(0, 16),
    promises: promises.map(({ id, level, sentence }) => ({ id, level, sentence })),
  };
}

/** The note of an attempt; `undefined` when there is none, a sentence when it cannot be read. */
export async function readBeginning(file: string): Promise<Beginning | string | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (fileErrorCode(error) === "ENOENT") return undefined;
    return `${path.basename(file)} cannot be read (${fileErrorCode(error) ?? "unknown"}); the attempt works without it.`;
  }
  const parsed = parse(text);
  if (isBeginning(parsed)) return parsed;
  return `${path.basename(file)} is not what this command wrote; the attempt works, but changes of the kata cannot be shown.`;
}

/** One line for each difference between the kata an attempt began with and the kata of today. */
export function changesSince(then: Beginning, now: Beginning, kata: Kata): string[] {
  const announced = (kata.changes ?? [])
    .filter((change) => change.version > then.kataVersion)
    .map((change) => `version ${change.version}: ${change.change}`);
  const before = new Map(then.promises.map((promise) => [promise.id, promise]));
  const after = new Map(now.promises.map((promise) => [promise.id, promise]));
  const lines: string[] = [];
  for (const promise of now.promises) {
    const old = before.get(promise.id);
    if (old === undefined) lines.push(`new at level ${promise.level}: ${promise.sentence}`);
    else if (old.level !== promise.level)
      lines.push(`moved from level ${old.level} to ${promise.level}: ${promise.sentence}`);
    else if (old.sentence !== promise.sentence) lines.push(`reworded: ${promise.sentence}`);
  }
  for (const promise of then.promises) {
    if (!after.has(promise.id)) lines.push(`retired: ${promise.sentence}`);
  }
  if (then.contractHash !== now.contractHash) {
    lines.push(`contract.ts has changed: read katas/${kata.name}/contract.ts again`);
  }
  return [...announced, ...lines];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isBeginning(value: unknown): value is Beginning {
  if (typeof value !== "object" || value === null) return false;
  const candidate = value as Partial<Record<keyof Beginning, unknown>>;
  return (
    typeof candidate.kataVersion === "number" &&
    typeof candidate.contractHash === "string" &&
    Array.isArray(candidate.promises) &&
    candidate.promises.every(
      (promise: unknown) =>
        typeof promise === "object" && promise !== null && "id" in promise && "sentence" in promise,
    )
  );
}
