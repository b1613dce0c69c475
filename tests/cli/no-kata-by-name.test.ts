/**
 * Commands and judges serve every kata alike: what they know of one, the kata declares, or stands in a file
 * that has the name of the kata. Only tests may take one for an example.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { loadCatalogue } from "../../scripts/lib/kata/catalogue.ts";
import { pascalCase } from "../../scripts/lib/new-kata/kata-name.ts";

const root = path.resolve(import.meta.dirname, "../..");
const configuration = [
  ...["package.json", "tsconfig.json", "vitest.config.ts", "eslint.config.js", "knip.jsonc"],
  ...[".dependency-cruiser.cjs", "lint-staged.config.mjs", ".ci/run"],
];

test("no command, no judge and no configuration names a kata", async () => {
  const katas = (await loadCatalogue(root)).map(({ name }) => name);
  expect(katas).not.toEqual([]);
  const files = [...filesIn("scripts"), ...filesIn("tests/harness"), ...configuration];
  const naming = files.flatMap((file) => {
    const text = readFileSync(path.join(root, file), "utf8");
    const named = katas.filter((kata) => namingOf(kata).test(text));
    return named.filter((kata) => path.parse(file).name !== kata).map((kata) => `${file}: ${kata}`);
  });
  expect(naming).toEqual([]);
});

/** A single word may be any word: it is a name where it is quoted or part of a path. */
function namingOf(kata: string): RegExp {
  if (kata.includes("-")) return new RegExp(`${kata}|${pascalCase(kata)}`);
  return new RegExp(`["'\`/]${kata}["'\`/]`);
}

function filesIn(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const place = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : filesIn(place);
    return entry.name.endsWith(".test.ts") ? [] : [place];
  });
}
