/**
 * The katas of this repository: every folder under `katas/` that holds a `kata.ts`.
 * Nothing here knows a kata by name; a new folder is a new kata.
 */
import { readdir } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";

export interface Level {
  title: string;
  minutes: number;
}

/** One promise of a kata, as its `invariants.ts` states it. */
export interface KataPromise {
  id: string;
  level: number;
  sentence: string;
  interleavings: boolean;
}

export interface Kata {
  name: string;
  title: string;
  version: number;
  coreLevel: number;
  levels: readonly Level[];
  /** Its suite is not proven yet: whoever names it gets it, and no list offers it. */
  draft?: boolean;
  /** What each later version changed, if the kata says so. */
  changes?: readonly { version: number; change: string }[];
  /** The folder of the brief, the contract and the starter. */
  folder: string;
}

/** All katas, the one with the shortest core first. */
export async function loadCatalogue(root: string): Promise<Kata[]> {
  const folders = await readdir(path.join(root, "katas"), { withFileTypes: true });
  const katas: Kata[] = [];
  for (const entry of folders) {
    if (!entry.isDirectory()) continue;
    const folder = path.join(root, "katas", entry.name);
    if (!(await readdir(folder)).includes("kata.ts")) continue;
    const module = (await import(pathToFileURL(path.join(folder, "kata.ts")).href)) as {
      kata: Omit<Kata, "folder">;
    };
    katas.push({ ...module.kata, folder });
  }
  return katas.sort(
    (left, right) => coreMinutes(left) - coreMinutes(right) || (left.name < right.name ? -1 : 1),
  );
}

export function isOffered({ draft = false }: Kata): boolean {
  return !draft;
}

export async function loadPromises(kata: Kata): Promise<KataPromise[]> {
  const file = pathToFileURL(path.join(kata.folder, "invariants.ts")).href;
  const module = (await import(file)) as { invariants: readonly KataPromise[] };
  return [...module.invariants];
}

/** The minutes that an interviewer's part of the kata usually takes. */
export function coreMinutes(kata: Kata): number {
  return kata.levels
    .slice(0, kata.coreLevel)
    .reduce((minutes, level) => minutes + level.minutes, 0);
}
