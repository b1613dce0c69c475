/** What runs in a process whose syncs are slow: a package, or bare syncs, which no package can beat. */
import { fdatasync, fdatasyncSync, openSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";
import type { RunRemote } from "../../lib/bench/slow-disk/remote.ts";
import { openNativeStore } from "./native-stores.ts";
import { among } from "./puts.ts";

/** Not a package: syncs of a file. */
export const bareSyncs = "bare syncs";

export interface SlowInput {
  /** The name of a package, or `bareSyncs`. */
  readonly store: string;
  readonly directory: string;
}

export async function open(input: unknown): Promise<RunRemote> {
  const { store, directory } = input as SlowInput;
  if (store === bareSyncs) return syncsOf(openSync(path.join(directory, "file"), "w"));
  const exports: unknown = createRequire(import.meta.url)(store);
  const { put, putQueued } = await openNativeStore(store, exports, directory);
  return (lane, writers, count) => among(writers, lane === "queued" ? putQueued : put)(count);
}

/** "shared" makes one sync for all who wait when it begins; else one follows the other. */
function syncsOf(file: number): RunRemote {
  const sync = promisify(fdatasync);
  let next: Promise<void> | null = null;
  let last: Promise<void> = Promise.resolve();
  const shared = (): Promise<void> => {
    next ??= last.then(() => {
      next = null;
      last = sync(file);
      return last;
    });
    return next;
  };
  return async (lane, writers, count) => {
    if (lane === "shared") return among(writers, shared)(count);
    for (let done = 0; done < count; done++) fdatasyncSync(file);
    return count;
  };
}
