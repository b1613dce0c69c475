/**
 * Creates a file whole or not at all, and never replaces one.
 *
 * The text goes to a file with a name of its own first; linking it to its final name is one step, and
 * fails when the name is taken. Whoever is interrupted leaves at most a `.new-…` file beside it.
 */
import { randomUUID } from "node:crypto";
import { link, lstat, mkdir, stat, unlink, writeFile } from "node:fs/promises";
import path from "node:path";

/** Resolves to false, having changed nothing, when the name is taken. */
export async function createFile(file: string, text: string): Promise<boolean> {
  const draft = path.join(path.dirname(file), `.new-${randomUUID()}-${path.basename(file)}`);
  // A file that is there needs no draft, so an attempt in a read-only folder can still be opened.
  if (await isTaken(file)) return false;
  try {
    await writeFile(draft, text, { flag: "wx", flush: true });
    return await linkOrWrite(draft, file, text);
  } finally {
    await unlink(draft).catch(() => undefined);
  }
}

/**
 * Makes a folder and those above it; one that is there is left as it is.
 * Node's own recursive way never returns where the kernel answers "no such place" inside a folder that is there.
 */
export async function makeFolders(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
  } catch (error) {
    const parent = path.dirname(folder);
    if (fileErrorCode(error) !== "ENOENT" || parent === folder) throw error;
    await makeFolders(parent);
    // Tried once more and not again, even if the parent was there: another launch may just have made it.
    await makeFolder(folder);
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (fileErrorCode(error) !== "EEXIST" || !(await isFolder(folder))) throw error;
  }
}

export function fileErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

function isFolder(place: string): Promise<boolean> {
  return stat(place).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function isTaken(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}

async function linkOrWrite(draft: string, file: string, text: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (fileErrorCode(error) === "EEXIST") return false;
  }
  // Some file systems, such as Windows drives under WSL2, know no links.
  try {
    await writeFile(file, text, { flag: "wx", flush: true });
    return true;
  } catch (error) {
    if (fileErrorCode(error) === "EEXIST") return false;
    throw error;
  }
}
