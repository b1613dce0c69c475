/** A generated file changes whole or not at all: whoever is killed meanwhile leaves the old one, and a draft. */
import { renameSync, rmSync, writeFileSync } from "node:fs";

export function replaceFile(file: string, text: string): void {
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
