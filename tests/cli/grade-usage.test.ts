import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { GradeRepository, kata } from "./grade-repository.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let repository: GradeRepository;
beforeAll(() => {
  repository = new GradeRepository();
  repository.write("counter.ts", "export {};");
});
afterAll(() => repository.remove());

it.each([
  ["an unknown kata", ["tiny-couter"], `There is no kata "tiny-couter". Did you mean "${kata}"?`],
  ["no attempt at all", [], "There is no attempt yet. Start one: npm run kata"],
  ["no attempt at a kata", [kata], `There is no attempt at ${kata} yet`],
  ["no attempt for --all", ["--all"], "There is no attempt yet"],
  ["a missing file", [kata, "couner.ts"], 'There is no file couner.ts. Did you mean "counter.ts"?'],
  ["a folder", [kata, "./katas"], "Expected a file, but ./katas is a folder."],
  [
    "another kind of file",
    [kata, "package.json"],
    "Expected a .ts, .js or .mjs file, got package.json.",
  ],
  ["a level that is none", [kata, "counter.ts", "9"], "Expected a level from 1 to 3, got 9."],
  ["an unknown promise", [kata, "counter.ts", "--only", "count-up"], 'Did you mean "counts-up"?'],
  ["an unknown option", [kata, "--jsno"], 'Did you mean "--json"?'],
  [
    "two subjects",
    [kata, "counter.ts", "--reference"],
    "Expected either --reference or a file, got both.",
  ],
  [
    "a damaged token",
    [kata, "counter.ts", "--replay", "zzz"],
    'Expected a token such as 1.2, got "zzz".',
  ],
  ["--debug alone", [kata, "--debug"], "--debug needs --replay TOKEN"],
  ["no reference", [kata, "--reference"], "Expected the reference at solutions/"],
])("%s: exit 2, a sentence, nothing on standard output", async (_name, typed, sentence) => {
  const { code, stdout, stderr } = await repository.grade(...typed, "--json");
  expect(stderr).toContain(sentence);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
});
