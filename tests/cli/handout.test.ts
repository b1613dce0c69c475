/** `npm run handout <kata>`: what is in a candidate edition, what is not, and the way there and back. */
import { spawn } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { handoutFiles, type HandoutFiles } from "../../scripts/lib/handout/handout-files.ts";
import { lockSubset, type LockFile } from "../../scripts/lib/handout/lock-subset.ts";
import { loadCatalogue } from "../../scripts/lib/kata/catalogue.ts";
import { attemptTemplates } from "../../scripts/lib/kata/templates.ts";
import type { Results } from "../../scripts/lib/submissions/results.ts";
import { finished, type Finished } from "./grade-repository.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const root = path.resolve(import.meta.dirname, "../..");
const kata = "hash-ring";
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "hand out "));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("no line of a solution, a hidden test or a rubric is in any edition", async () => {
  const katas = await loadCatalogue(root);
  const begun = await Promise.all(katas.map(attemptTemplates));
  const open = new Set([
    ...linesBelow("katas"),
    ...begun.flatMap((texts) => Object.values(texts).join("\n").split("\n")),
  ]);
  const hidden = new Set(
    ["solutions", "tests", "rubric"].flatMap(linesBelow).filter((line) => !open.has(line)),
  );
  expect(hidden.size).toBeGreaterThan(10_000);
  for (const each of katas) {
    for (const [place, text] of await handoutFiles(root, each)) {
      // Tools are the same everywhere, and so is the licence.
      if (/^(package-lock\.json|scripts\/|LICENSE)/.test(place)) continue;
      const lines = text
        .split("\n")
        .filter((line) => !/^import .* from "(node:|vitest\/config")/.test(line));
      const found = lines.filter((line) => hidden.has(line.trim()));
      expect(found, place).toEqual([]);
    }
  }
});

test("an edition is closed: every import and every link leads to a file of it", async () => {
  const files = await edition();
  const { imports } = JSON.parse(files.get("package.json") ?? "") as {
    imports: Record<string, string>;
  };
  expect(imports["#subject"]).toBe(`./${kata}.ts`);
  for (const [place, text] of files) {
    const imported = place.endsWith(".ts")
      ? [...text.matchAll(/(?:from|import) "([.#][^"]+)"/g)].map(([, name = ""]) => name)
      : [];
    const linked = place.endsWith(".md")
      ? [...text.matchAll(/\]\(([^)\s#]+)/g)].map(([, link = ""]) => link)
      : [];
    for (const name of [...imported, ...linked.filter((link) => !link.includes(":"))]) {
      expect(
        [...files.keys()].some((file) => leadsTo(file, place, name)),
        `${place}: ${name}`,
      ).toBe(true);
    }
  }
});

test("its brief begins with the command and the file of the edition", async () => {
  for (const each of await loadCatalogue(root)) {
    const brief = (await handoutFiles(root, each)).get(`katas/${each.name}/README.md`) ?? "";
    expect(brief).toContain(`Start: \`npm run kata\`, then open \`${each.name}.ts\`.`);
  }
});

test("its workflow grades it from the full repository, by the command that exists there", async () => {
  const workflow = (await edition()).get(".github/workflows/grade.yml") ?? "";
  expect(workflow).toContain(
    `npm run grade ${kata} -- --submissions ../submissions --out ../grades`,
  );
  expect(workflow).toContain("vars.KATAS_REPOSITORY");
  expect(workflow).not.toMatch(/\{\{\w/);
});

test("its lock file has what its packages need, nested ones in their places, and nothing else", () => {
  const lock: LockFile = {
    ...{ name: "all", version: "1", lockfileVersion: 3 },
    packages: {
      "": {},
      "node_modules/a": {
        version: "1",
        dependencies: { b: "1" },
        peerDependencies: { p: "1", q: "1" },
        peerDependenciesMeta: { q: { optional: true } },
      },
      "node_modules/a/node_modules/b": { version: "1", dependencies: { c: "1" } },
      "node_modules/b": { version: "2" },
      "node_modules/c": { version: "1", optionalDependencies: { d: "1", elsewhere: "1" } },
      "node_modules/d": { version: "1" },
      "node_modules/p": { version: "1" },
      "node_modules/q": { version: "1" },
    },
  };
  const { packages } = lockSubset(lock, { name: "some", version: "1" }, ["a"]) as LockFile;
  expect(Object.keys(packages)).toEqual(
    ["", "a", "a/node_modules/b", "c", "d", "p"].map((name) =>
      name === "" ? "" : `node_modules/${name}`,
    ),
  );
});

test("handed out, filled in, tested there, handed back and graded", async () => {
  const out = path.join(folder, "class/ann");
  const made = await run(root, "scripts/launch.mjs", "handout", kata, "--out", out);
  expect(made.code, made.stderr).toBe(0);
  installLike(out);
  copyFileSync(
    path.join(root, "solutions", kata, "in-the-interview.ts"),
    path.join(out, `${kata}.ts`),
  );
  const tested = await run(out, "scripts/launch.mjs", "test");
  expect(tested.stdout + tested.stderr).toMatch(/Tests .*\d+ passed/);
  expect(tested.code).toBe(0);

  const options = ["--quick", "--level", "1", "--out", path.join(folder, "graded")];
  const graded = await run(
    root,
    "scripts/launch.mjs",
    "grade",
    kata,
    "--submissions",
    path.dirname(out),
    ...options,
  );
  expect(graded.stderr).toContain("ann  seed 1  pass");
  expect(graded.code).toBe(0);
  const results = JSON.parse(
    readFileSync(path.join(folder, "graded/results.json"), "utf8"),
  ) as Results;
  expect(results.people).toMatchObject([{ name: "ann", verdict: "pass", problem: null }]);
});

test("a folder with something in it is left as it is", async () => {
  const out = path.join(folder, "taken");
  mkdirSync(out);
  writeFileSync(path.join(out, "mine.txt"), "precious");
  const { code, stdout, stderr } = await run(
    root,
    "scripts/launch.mjs",
    "handout",
    kata,
    "--out",
    out,
  );
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain('got "mine.txt" in it');
  expect(readdirSync(out)).toEqual(["mine.txt"]);
});

async function edition(): Promise<HandoutFiles> {
  const found = (await loadCatalogue(root)).find(({ name }) => name === kata);
  if (found === undefined) throw new Error(`Expected the kata ${kata}.`);
  return handoutFiles(root, found);
}

function leadsTo(file: string, from: string, name: string): boolean {
  const wanted = name
    .replace("#subject", `/${kata}.ts`)
    .replace(/^#platform\//, "/katas/platform/")
    .replace(/^#katas\//, "/katas/");
  const place = path.posix.resolve("/", path.posix.dirname(from), wanted);
  return `/${file}` === place || `/${file}`.startsWith(`${place}/`);
}

/** Trimmed lines that say something: none that any file may have. */
function linesBelow(place: string): string[] {
  return readdirSync(path.join(root, place), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|md)$/.test(entry.name))
    .flatMap((entry) => readFileSync(path.join(entry.parentPath, entry.name), "utf8").split("\n"))
    .map((line) => line.trim())
    .filter((line) => line.length >= 40);
}

/** What `npm ci` would have put there, with the launcher's stamp in this folder and not in this repository's. */
function installLike(out: string): void {
  const installed = path.join(root, "node_modules");
  mkdirSync(path.join(out, "node_modules"));
  for (const name of readdirSync(installed)) {
    if (name === ".systems-katas-stamp" || name === ".vite" || name === ".vite-temp") continue;
    symlinkSync(path.join(installed, name), path.join(out, "node_modules", name));
  }
}

function run(directory: string, ...typed: string[]): Promise<Finished> {
  const { PATH, HOME } = process.env;
  const environment = { PATH, HOME, NO_COLOR: "1" };
  return finished(
    spawn(process.execPath, typed, {
      cwd: directory,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
}
