/** The archive of attempts, launch against launch, and what an attempt remembers of its kata. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { archiveAttempt, listArchive, restoreAttempt } from "../../scripts/lib/kata/archive.ts";
import {
  attemptOf,
  attemptsFolder,
  isUntouched,
  startAttempt,
  unwritable,
  type Attempt,
} from "../../scripts/lib/kata/attempt.ts";
import { beginningOf, changesSince, readBeginning } from "../../scripts/lib/kata/beginning.ts";
import {
  loadCatalogue,
  loadPromises,
  type Kata,
  type KataPromise,
} from "../../scripts/lib/kata/catalogue.ts";
import { createFile, fileErrorCode } from "../../scripts/lib/kata/create-file.ts";
import { typeScriptConfig } from "../../scripts/lib/kata/templates.ts";

const root = path.resolve(import.meta.dirname, "../..");
let folder: string;
let kata: Kata;
let promises: KataPromise[];
let attempt: Attempt;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "kata-archive-"));
  const [first] = await loadCatalogue(root);
  if (first === undefined) throw new Error("Expected a kata.");
  kata = first;
  promises = await loadPromises(kata);
  attempt = attemptOf(folder, kata);
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("launches that put attempts away at once lose none and share no number", async () => {
  const written = new Set<string>();
  const launch = async (name: string) => {
    for (let round = 0; round < 12; round += 1) await writtenAndPutAway(`${name}-${round}`);
  };
  // Another launch may move the folder between making it and writing into it: then this one begins the round
  // again. A folder moves only when somebody has put a file away, so somebody always gets on.
  const writtenAndPutAway = async (name: string): Promise<void> => {
    for (;;) {
      try {
        mkdirSync(attempt.folder, { recursive: true });
        // Each launch writes a file of its own; the archive moves whatever is there.
        if (await createFile(path.join(attempt.folder, `${name}.ts`), name)) written.add(name);
        await archiveAttempt(kata, attempt);
        return;
      } catch (error) {
        if (fileErrorCode(error) !== "ENOENT") throw error;
      }
    }
  };
  await Promise.all(["first", "second", "third"].map(launch));
  await archiveAttempt(kata, attempt);
  const archive = path.join(folder, ".history", kata.name);
  const names = readdirSync(archive);
  expect(names.filter((name) => name.startsWith("."))).toEqual([]);
  const numbers = names.map((name) => name.split("-")[0]);
  expect(new Set(numbers).size).toBe(numbers.length);
  const kept = names.flatMap((name) =>
    readdirSync(path.join(archive, name))
      .filter((file) => !file.startsWith(".new-"))
      .map((file) => readFileSync(path.join(archive, name, file), "utf8")),
  );
  expect(new Set(kept)).toEqual(written);
});

test("a marker that a killed launch has left costs its number and nothing else", async () => {
  mkdirSync(path.join(folder, ".history", kata.name, ".1"), { recursive: true });
  await startAttempt(root, kata, promises, attempt);
  const archived = await archiveAttempt(kata, attempt);
  expect(path.basename(archived ?? "")).toBe("2-level-1");
  expect((await listArchive(attempt)).map(({ number }) => number)).toEqual([2]);
});

test("an attempt that was put away comes back whole, and the present one is put away first", async () => {
  await startAttempt(root, kata, promises, attempt);
  writeFileSync(attempt.subjectFile, "export const level = 2;");
  await archiveAttempt(kata, attempt);
  await startAttempt(root, kata, promises, attempt);
  const { restored, putAway } = await restoreAttempt(kata, attempt, 1);
  expect(restored).toBe("1-level-2");
  expect(path.basename(putAway ?? "")).toBe("2-level-1");
  expect(readFileSync(attempt.subjectFile, "utf8")).toBe("export const level = 2;");
  await expect(restoreAttempt(kata, attempt, 9)).rejects.toThrow("one of 2, got 9");
});

test("even a file in the attempt's place is put away and kept", async () => {
  writeFileSync(attempt.folder, "precious");
  await expect(startAttempt(root, kata, promises, attempt)).rejects.toThrow("Expected a folder");
  const archived = await archiveAttempt(kata, attempt);
  expect(readFileSync(archived ?? "", "utf8")).toBe("precious");
  expect(await archiveAttempt(kata, attempt)).toBe(undefined);
});

test("an attempt is untouched until something in it differs from what a start makes", async () => {
  expect(await startAttempt(root, kata, promises, attempt)).toBe(true);
  expect(await startAttempt(root, kata, promises, attempt)).toBe(false);
  expect(await isUntouched(kata, attempt)).toBe(true);
  writeFileSync(path.join(attempt.folder, "wal.ts"), "");
  expect(await isUntouched(kata, attempt)).toBe(false);
});

test("a file is created whole or not at all, and never replaced", async () => {
  const file = path.join(folder, "notes.md");
  const created = await Promise.all(
    ["a", "b", "c"].map((text) => createFile(file, text.repeat(9))),
  );
  expect(created.filter(Boolean)).toHaveLength(1);
  expect(readFileSync(file, "utf8")).toMatch(/^(a{9}|b{9}|c{9})$/);
  expect(readdirSync(folder)).toEqual(["notes.md"]);
});

test("an attempt remembers its promises, so that a newer kata can say what has changed", async () => {
  await startAttempt(root, kata, promises, attempt);
  const then = await readBeginning(attempt.beginningFile);
  if (then === undefined || typeof then === "string") throw new Error("Expected a beginning.");
  const now = await beginningOf(kata, promises);
  expect(changesSince(then, now, kata)).toEqual([]);

  const [first, second, third, ...others] = now.promises;
  if (first === undefined || second === undefined || third === undefined) {
    throw new Error("Expected at least three promises.");
  }
  const newer = {
    ...now,
    kataVersion: kata.version + 1,
    contractHash: "other",
    promises: [
      { ...second, sentence: "Said differently." },
      { ...third, level: third.level + 1 },
      ...others,
      { id: "new", level: 2, sentence: "Promised from now on." },
    ],
  };
  const changes = [{ version: kata.version + 1, change: "a clearer contract" }];
  expect(changesSince(then, newer, { ...kata, changes })).toEqual([
    `version ${kata.version + 1}: a clearer contract`,
    "reworded: Said differently.",
    `moved from level 1 to 2: ${third.sentence}`,
    "new at level 2: Promised from now on.",
    `retired: ${first.sentence}`,
    `contract.ts has changed: read katas/${kata.name}/contract.ts again`,
  ]);
});

test("a note that is missing or damaged is said to be, and is no obstacle", async () => {
  expect(await readBeginning(attempt.beginningFile)).toBe(undefined);
  mkdirSync(attempt.folder);
  writeFileSync(attempt.beginningFile, "[");
  expect(await readBeginning(attempt.beginningFile)).toContain("not what this command wrote");
});

test("attempts elsewhere get an editor configuration that finds this repository", () => {
  expect(attemptsFolder(root, {})).toBe(path.join(root, "attempts"));
  expect(attemptsFolder(root, { ATTEMPTS_DIR: folder })).toBe(folder);
  expect(typeScriptConfig(root, path.join(root, "attempts"))).toContain('"../tsconfig.json"');
  const elsewhere = JSON.parse(typeScriptConfig(root, folder)) as { extends: string };
  expect(existsSync(elsewhere.extends)).toBe(true);
});

test("a place that cannot be written is one sentence, whatever the reason", () => {
  const refused = Object.assign(new Error("no"), { code: "EROFS" });
  expect(String(unwritable(refused, "there"))).toContain("Set ATTEMPTS_DIR");
  const full = Object.assign(new Error("no"), { code: "ENOSPC" });
  expect(String(unwritable(full, "there"))).toContain("The disk is full");
});
