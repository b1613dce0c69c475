import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { AtEnd } from "../../lib/bench/kata-bench.ts";

export function temporaryDirectory(atEnd: AtEnd, parent = tmpdir()): string {
  const made = mkdtempSync(path.join(parent, "systems-katas-bench-"));
  atEnd(() => rmSync(made, { recursive: true, force: true }));
  return made;
}
