import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { link, open, readdir, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import { AlreadyExistsError, NotFoundError, StorageError } from "./errors.ts";
import { refuseUnlessBytes, refuseUnlessObjectName, refuseUnlessPrefix } from "./object-names.ts";
import type { ObjectStore } from "./object-store.ts";

/**
 * The object store on a directory of a POSIX file system, for any number of threads and processes.
 * An object is a file of its own; the "/" of its name is a "+" there, so that the directory is flat
 * and a name may be the beginning of another.
 *
 *   putIfAbsent:   write .draft-… ─► sync it ─► link it under its name ─► sync the directory ─► unlink .draft-…
 *
 * `link` decides: it fails when the name is taken, for everybody but one, and what it links is whole.
 * `rename` would not do: it replaces what is there without a word. Nor would creating the file under its
 * name and then writing it: others would read the half of it.
 *
 * Whoever dies on the way leaves a draft behind, which nobody sees and nobody removes. The directory must
 * exist. Errors keep the system's error as `cause`.
 */
export function realObjectStore(directory: string): ObjectStore {
  return {
    async putIfAbsent(name, bytes) {
      refuseUnlessObjectName(name);
      refuseUnlessBytes(bytes);
      const draft = join(directory, `.draft-${randomBytes(12).toString("hex")}`);
      await attempt(`put ${name}`, async () => {
        try {
          await writeSynced(draft, bytes);
          await link(draft, join(directory, fileOf(name)));
          // Only now is the name safe: a power cut may take what no sync has covered.
          await syncDirectory(directory);
        } finally {
          await unlink(draft).catch(() => undefined);
        }
      });
    },

    async get(name) {
      refuseUnlessObjectName(name);
      return attempt(`get ${name}`, async () => {
        const bytes = await readFile(join(directory, fileOf(name)));
        return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
      });
    },

    async list(prefix) {
      refuseUnlessPrefix(prefix);
      const files = await attempt(`list ${prefix}`, () => readdir(directory));
      return files
        .filter((file) => !file.startsWith("."))
        .map((file) => file.replaceAll("+", "/"))
        .filter((name) => name.startsWith(prefix))
        .sort();
    },
  };
}

function fileOf(name: string): string {
  return name.replaceAll("/", "+");
}

async function writeSynced(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL);
  try {
    await handle.writeFile(bytes);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Runs a call; a refusal of the system becomes the error that object-store.ts names. */
async function attempt<Result>(what: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (cause) {
    const code = systemCode(cause);
    if (code === undefined) throw cause;
    const message = `Could not ${what}: ${code}.`;
    if (code === "EEXIST") throw new AlreadyExistsError(message, { cause });
    if (code === "ENOENT" && what.startsWith("get")) throw new NotFoundError(message, { cause });
    throw new StorageError(message, { cause });
  }
}

/** The code of an error that comes from the operating system, such as "ENOENT"; undefined for all others. */
function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
