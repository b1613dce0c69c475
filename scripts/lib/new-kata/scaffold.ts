/**
 * The files of a new kata: those of `template/`, where everything is called `my-kata`, under its own name.
 *
 *     template/katas/kata.ts.template             katas/<name>/kata.ts
 *     template/solutions/my-kata.ts.template      solutions/<name>/<name>.ts
 *     template/tests/suite.ts.template            tests/<name>/suite.ts
 *
 * The files of the template end in `.template`, so that no tool takes them for code of this repository.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { format, resolveConfig } from "prettier";
import { kataFolders, pascalCase, titleCase } from "./kata-name.ts";

const template = path.join(import.meta.dirname, "template");
const ending = ".template";

export interface ScaffoldFile {
  /** Below the root of the repository. */
  place: string;
  text: string;
}

/** Formatted as the repository at `root` is, for how long a line gets depends on the name. */
export async function scaffoldOf(root: string, name: string): Promise<ScaffoldFile[]> {
  const config = (await resolveConfig(path.join(root, "package.json"))) ?? {};
  const files: ScaffoldFile[] = [];
  for (const folder of kataFolders) {
    for (const file of filesIn(path.join(template, folder))) {
      const inside = path.relative(path.join(template, folder), file).slice(0, -ending.length);
      const place = path.posix.join(folder, name, renamed(inside, name));
      const text = renamed(readFileSync(file, "utf8"), name);
      files.push({ place, text: await format(text, { ...config, filepath: place }) });
    }
  }
  return files;
}

function renamed(text: string, name: string): string {
  return text
    .replaceAll("my-kata", name)
    .replaceAll("MyKata", pascalCase(name))
    .replaceAll("My kata", titleCase(name));
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .flatMap((entry) => {
      const place = path.join(folder, entry.name);
      if (entry.isDirectory()) return filesIn(place);
      return entry.name.endsWith(ending) ? [place] : [];
    });
}
