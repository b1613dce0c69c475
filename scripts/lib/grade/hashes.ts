/** SHA-256 of what was judged and of what judged it: of contents and relative names, never of absolute paths. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/** The checks of a kata, the harness, and the promises that they judge. */
export function suiteHash(root: string, kata: string): string {
  const folders = [
    "katas/platform",
    path.join("katas", kata),
    "tests/harness",
    path.join("tests", kata),
  ];
  const files = folders.flatMap((folder) => sourceFiles(path.join(root, folder)));
  return filesHash(files, root);
}

/** A subject and what it imports. */
export function subjectHash(root: string, inputs: readonly string[]): string {
  const [subject = ""] = inputs;
  const isOfRepository = (file: string) => file.startsWith(path.join(root, "katas") + path.sep);
  const own = inputs.filter((file) => !isOfRepository(file) || file === subject);
  return filesHash(own, path.dirname(subject));
}

/** Contents and names relative to `base`, whatever the order of the files. */
export function filesHash(files: readonly string[], base: string): string {
  const hash = createHash("sha256");
  const named = files.map(
    (file) => [path.relative(base, file).replaceAll(path.sep, "/"), file] as const,
  );
  for (const [name, file] of named.sort(([left], [right]) => (left < right ? -1 : 1))) {
    const bytes = readFileSync(file);
    hash.update(`${name}\n${bytes.length}\n`).update(bytes);
  }
  return hash.digest("hex");
}

/** Neither tests nor the implementations that prove the suite change what it judges. */
const notJudging = new Set(["impostors", "alternates", "README.md"]);

function sourceFiles(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const place = path.join(folder, entry.name);
    if (notJudging.has(entry.name)) return [];
    if (entry.isDirectory()) return sourceFiles(place);
    return /\.m?[jt]s$/.test(entry.name) && !/\.test\./.test(entry.name) ? [place] : [];
  });
}
