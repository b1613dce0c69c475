/**
 * Earlier attempts, kept for ever.
 *
 *     attempts/.history/<kata>/
 *       1-level-2/      the first attempt that was put away, at level 2 then
 *       2-level-1/
 *       .3              number 3 is taken: somebody is putting an attempt away, or was killed doing it
 *
 * An attempt moves in and out by one rename each, so at any moment it is whole in one place. A number belongs
 * to whoever makes its marker; the marker goes once the archive is there. So two launches never choose
 * the same name, and no rename meets a name that is taken.
 */
import { mkdir, readdir, readFile, rename, rmdir, stat } from "node:fs/promises";
import path from "node:path";
import { UsageError } from "../arguments.ts";
import { kindOf, unwritable, type Attempt } from "./attempt.ts";
import type { Kata } from "./catalogue.ts";
import { fileErrorCode, makeFolders } from "./create-file.ts";
import { declaredLevel } from "./declared-level.ts";

export interface Archived {
  number: number;
  name: string;
  folder: string;
  editedLast: Date;
}

/** What is in the archive of a kata, oldest first. */
export async function listArchive(attempt: Attempt): Promise<Archived[]> {
  const archive = archiveFolder(attempt);
  const archived: Archived[] = [];
  for (const name of await namesIn(archive)) {
    const number = numberOf(name);
    if (number === undefined || name.startsWith(".")) continue;
    const folder = path.join(archive, name);
    const file = path.join(folder, path.basename(attempt.subjectFile));
    const edited = await stat(file)
      .catch(() => stat(folder))
      .catch(() => undefined);
    // Somebody brought it back between listing and looking.
    if (edited === undefined) continue;
    archived.push({ number, name, folder, editedLast: edited.mtime });
  }
  return archived.sort((left, right) => left.number - right.number);
}

/**
 * Moves whatever has the attempt's place into the archive.
 * Resolves to its new folder, or to undefined when nothing was there.
 */
export async function archiveAttempt(kata: Kata, attempt: Attempt): Promise<string | undefined> {
  const kind = await kindOf(attempt.folder);
  if (kind === "absent") return undefined;
  if (kind === "folder" && (await readdir(attempt.folder)).length === 0) return undefined;

  const archive = archiveFolder(attempt);
  await makeArchive(archive);
  const suffix = `level-${await levelOf(kata, attempt)}`;
  for (;;) {
    const { number, release } = await takeNumber(archive);
    const folder = path.join(archive, `${number}-${suffix}`);
    try {
      await rename(attempt.folder, folder);
      return folder;
    } catch (error) {
      // Another launch has moved it first: it is safe already.
      if (fileErrorCode(error) === "ENOENT") return undefined;
      if (!["ENOTEMPTY", "EEXIST"].includes(fileErrorCode(error) ?? ""))
        throw unwritable(error, attempt.folder);
    } finally {
      await release();
    }
  }
}

/** Puts the present attempt away and brings archived attempt `number` back to its place. */
export async function restoreAttempt(
  kata: Kata,
  attempt: Attempt,
  number: number,
): Promise<{ restored: string; putAway: string | undefined }> {
  const wanted = await archivedNumber(kata, attempt, number);
  let putAway: string | undefined;
  for (;;) {
    putAway = (await archiveAttempt(kata, attempt)) ?? putAway;
    try {
      await rename(wanted.folder, attempt.folder);
      return { restored: wanted.name, putAway };
    } catch (error) {
      // Another launch began an attempt just now: it is put away too.
      if (["ENOTEMPTY", "EEXIST", "ENOTDIR"].includes(fileErrorCode(error) ?? "")) continue;
      if (fileErrorCode(error) === "ENOENT") await archivedNumber(kata, attempt, number);
      throw unwritable(error, attempt.folder);
    }
  }
}

async function archivedNumber(kata: Kata, attempt: Attempt, number: number): Promise<Archived> {
  const archived = await listArchive(attempt);
  const wanted = archived.find((candidate) => candidate.number === number);
  if (wanted !== undefined) return wanted;
  const numbers = archived.map((candidate) => candidate.number).join(", ");
  throw new UsageError(
    archived.length === 0
      ? `Nothing to restore: no attempt at ${kata.name} was put away yet.`
      : `Expected the number of an archived attempt, one of ${numbers}, got ${number}.`,
  );
}

function archiveFolder(attempt: Attempt): string {
  return path.join(path.dirname(attempt.folder), ".history", path.basename(attempt.folder));
}

async function makeArchive(archive: string): Promise<void> {
  try {
    await makeFolders(archive);
  } catch (error) {
    if (["EEXIST", "ENOTDIR"].includes(fileErrorCode(error) ?? "")) {
      throw new UsageError(
        `Expected a folder for archived attempts at ${archive}, but found a file there or above it. Nothing was changed. Move it away.`,
      );
    }
    throw unwritable(error, archive);
  }
}

async function takeNumber(
  archive: string,
): Promise<{ number: number; release: () => Promise<void> }> {
  for (;;) {
    const numbers = (await namesIn(archive)).map(numberOf);
    const number = Math.max(0, ...numbers.filter((taken) => taken !== undefined)) + 1;
    const marker = path.join(archive, `.${number}`);
    const release = () => rmdir(marker).catch(() => undefined);
    try {
      await mkdir(marker);
    } catch (error) {
      if (fileErrorCode(error) === "EEXIST") continue;
      throw unwritable(error, archive);
    }
    // The marker may have been free because its archive was finished after we had listed.
    const finished = (await namesIn(archive)).some(
      (name) => !name.startsWith(".") && numberOf(name) === number,
    );
    if (!finished) return { number, release };
    await release();
  }
}

/** The number in "3-level-2" and in the marker ".3". */
function numberOf(name: string): number | undefined {
  const match = /^\.?(\d+)(?:-|$)/.exec(name);
  return match === null ? undefined : Number(match[1]);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (fileErrorCode(error) === "ENOENT") return [];
    if (fileErrorCode(error) === "ENOTDIR") {
      throw new UsageError(
        `Expected a folder for archived attempts at ${folder}, but found a file there or above it. Nothing was changed. Move it away.`,
      );
    }
    throw unwritable(error, folder);
  }
}

async function levelOf(kata: Kata, attempt: Attempt): Promise<number> {
  const source = await readFile(attempt.subjectFile, "utf8").catch(() => "");
  return declaredLevel(source, kata).level;
}
