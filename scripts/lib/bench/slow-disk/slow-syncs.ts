/**
 * The disk of fixed latency for packages with native code, which ask the kernel for a sync by themselves: a small
 * library that is preloaded into the process in which they run. It is compiled where it is needed, in an instant.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";

const source = path.join(import.meta.dirname, "slow-syncs.c");

/** The compiled library in `directory`, or why there is none. */
export type SlowSyncs = { readonly library: string } | { readonly missing: string };

export function compileSlowSyncs(directory: string, compiler = "cc"): SlowSyncs {
  if (process.platform !== "linux") {
    return { missing: `its syncs cannot be slowed down on ${process.platform}, only on Linux` };
  }
  const library = path.join(directory, "slow-syncs.so");
  const typed = ["-O2", "-shared", "-fPIC", "-o", library, source, "-ldl"];
  const { status, error, stderr } = spawnSync(compiler, typed, { encoding: "utf8" });
  if (status === 0) return { library };
  const why = error?.message ?? stderr.trim().split("\n")[0] ?? "";
  return { missing: `its syncs cannot be slowed down without a C compiler (${why})` };
}

/** What a process needs in its environment for syncs of this length, counted in `countFile`. */
export function slowSyncsEnvironment(library: string, syncMs: number, countFile: string) {
  return {
    LD_PRELOAD: library,
    SLOW_SYNC_NANOSECONDS: `${Math.round(syncMs * 1e6)}`,
    SLOW_SYNC_COUNT: countFile,
  };
}
