/**
 * The name of a kata that is to be: it names four folders and, in other spellings, the things inside.
 */
import { lstatSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../arguments.ts";

/** What lies beside the katas and is shared by all of them. */
const sharedFolders: Readonly<Record<string, string>> = {
  platform: "katas/platform",
  harness: "tests/harness",
  cli: "tests/cli",
  rubric: "tests/rubric",
  browser: "tests/browser",
  examples: "rubric/examples",
};

/** Where a kata lives, in the order in which it is written. */
export const kataFolders = ["katas", "solutions", "rubric", "tests"] as const;

/** The name as it was typed, or a `UsageError` that says which one would do. */
export function newKataName(root: string, typed: string | undefined): string {
  if (typed === undefined) {
    throw new UsageError(
      "Expected the name of the new kata after `npm run new-kata`, such as my-kata, got nothing.",
    );
  }
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(typed)) {
    const near = kebabCase(typed);
    const suggestion = near === "" ? "" : ` Did you mean "${near}"?`;
    throw new UsageError(
      `Expected small letters, digits and single hyphens, beginning with a letter, such as my-kata, got "${typed}".${suggestion}`,
    );
  }
  const shared = sharedFolders[typed];
  if (shared !== undefined) {
    throw new UsageError(
      `Expected a name of its own for the kata, got "${typed}": ${shared} is shared by all katas.`,
    );
  }
  const taken = kataFolders
    .map((folder) => `${folder}/${typed}`)
    .filter((place) => isThere(root, place));
  if (taken.length > 0) {
    throw new UsageError(
      `Expected a name that no kata has, got "${typed}": ${taken.join(" and ")} ${taken.length === 1 ? "is" : "are"} there already. Nothing was written.`,
    );
  }
  return typed;
}

/** "my-kata" as types are written: "MyKata". */
export function pascalCase(name: string): string {
  return name
    .split("-")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

/** "my-kata" as a title: "My kata". */
export function titleCase(name: string): string {
  const words = name.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function kebabCase(text: string): string {
  return text
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "");
}

function isThere(root: string, place: string): boolean {
  return lstatSync(path.join(root, place), { throwIfNoEntry: false }) !== undefined;
}
