/** A directory that is gone when the bench ends, however it ends. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { AtEnd } from "./kata-bench.ts";

/** Of a bench that was interrupted: what lies in memory would stay there. */
const left = new Set<string>();
process.once("exit", () => left.forEach(remove));

export function temporaryDirectory(atEnd: AtEnd, parent = tmpdir()): string {
  const made = mkdtempSync(path.join(parent, "systems-katas-bench-"));
  left.add(made);
  atEnd(() => remove(made));
  return made;
}

function remove(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
  left.delete(directory);
}
