/** The command itself, in a repository with the tiny kata and two planted bugs. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSignatures } from "../../scripts/lib/grade/looks-like.ts";
import { loadCatalogue, loadPromises } from "../../scripts/lib/kata/catalogue.ts";
import { fillMatrix } from "../../scripts/lib/matrix/fill-matrix.ts";
import { loadPlantedBugs } from "../../scripts/lib/matrix/planted-bug.ts";
import { readRecord, recordFile } from "../../scripts/lib/matrix/recorded-row.ts";
import { type Finished, GradeRepository, kata } from "./grade-repository.ts";

const repository = new GradeRepository();
const page = path.join(repository.root, "tests", kata, "kill-matrix.md");
const skips = bug("skips", "count += count === 0 ? 1 : 2; return count;");
const exits = bug("exits", "process.exit(3);");
let written: Finished;

/** Writes a bug at level 1 in `increment`. */
function bug(name: string, increment: string): string {
  return repository.write(
    `tests/${kata}/impostors/${name}.ts`,
    `export const level = 1;
export const impostor = { promise: "${kata}/counts-up", level: 1, misconception: "nobody counts" };
export function createCounter() {
  let count = 0;
  return {
    async increment(): Promise<number> { ${increment} },
    async read(): Promise<number> { return count; },
  };
}
`,
  );
}

beforeAll(async () => {
  written = await repository.matrix(kata);
}, 60_000);
afterAll(() => repository.remove());

describe("npm run matrix", { timeout: 60_000 }, () => {
  it("writes the page, goes on after a bug that ends the process, and names the violated rules", () => {
    expect(readFileSync(page, "utf8")).toMatch(/\| exits +\| own +\| · +\| c +\|/);
    expect(readFileSync(page, "utf8")).toMatch(/\| skips +\| own +\| · +\| ● +\|/);
    expect(written.stdout).toContain(`Wrote tests/${kata}/kill-matrix.md`);
    expect(written.stdout).toContain(`✗ exits names ${kata}/counts-up, which is crashed (`);
    expect(written.code).toBe(1);
  });

  it("writes what the bugs look like", () => {
    expect(readSignatures(repository.root, kata)).toEqual([
      {
        ...{ impostor: "skips", misconception: "nobody counts", level: 1 },
        ...{ broken: [`${kata}/counts-up`], features: { [`${kata}/counts-up`]: ["too many"] } },
      },
    ]);
  });

  it("lets a row stand until its code changes, and with --seconds does not believe it", async () => {
    const stood = await repository.matrix(kata);
    expect(stood.stdout).toContain(
      "0 new, 0 changed, 0 judged again, 0 changed and not judged, 2 as",
    );
    const again = await repository.matrix("--check", "--seconds", "60", "--draw", "any");
    expect(again.stdout).toContain("0 new, 0 changed, 2 judged again");
    expect(again.stdout).not.toContain("differs");
    const source = readFileSync(skips, "utf8");
    writeFileSync(skips, `${source}// Changed.\n`);
    const changed = await repository.matrix("--check");
    expect(changed.stdout).toContain(
      "0 new, 1 changed, 0 judged again, 0 changed and not judged, 1 as",
    );
    const late = await repository.matrix("--check", "--seconds", "0");
    expect(late.stdout).toContain(
      "0 new, 0 changed, 0 judged again, 1 changed and not judged, 1 as",
    );
    expect(changed.stdout + late.stdout).not.toContain("differs");
    writeFileSync(skips, source);
  });

  it("compares with --check, writes nothing and names each difference", async () => {
    const marked = readFileSync(page, "utf8").replace(/(\| skips .*)●/, "$1·");
    writeFileSync(page, marked);
    const record = readRecord(repository.root, kata).filter(({ impostor }) => impostor !== "skips");
    writeFileSync(recordFile(repository.root, kata), JSON.stringify(record));
    const { stdout, code } = await repository.matrix("--check");
    expect(stdout).toContain(`✗ tests/${kata}/kill-matrix.md differs: skips at 1.2: was ·, is ●.`);
    expect(stdout).toContain("kill-matrix.json differs: skips is new.");
    expect(readFileSync(page, "utf8")).toBe(marked);
    expect(code).toBe(1);
  });

  it("says which katas there are when it is asked for another one", async () => {
    const { stdout, stderr, code } = await repository.matrix("tiny-conter");
    expect(stderr).toContain(`Did you mean "${kata}"?`);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });
});

it("a matrix is filled in the order of the bugs, whichever is judged first", async () => {
  const [found] = await loadCatalogue(repository.root);
  const promises = found === undefined ? [] : await loadPromises(found);
  const plantedBugs = await loadPlantedBugs(repository.root, kata, promises);
  const rows = await fillMatrix({
    ...{ root: repository.root, kata, promises, plantedBugs },
    budget: { seed: 1, effort: 1, effortElsewhere: 1 },
    onStart: () => undefined,
    onRow: () => undefined,
  });
  expect(rows.map(({ bug: { name } }) => name)).toEqual(
    [exits, skips].map((file) => path.basename(file, ".ts")),
  );
  expect(rows.map(({ cells }) => cells.get(`${kata}/counts-up`)?.status)).toEqual([
    "crashed",
    "broken",
  ]);
}, 60_000);
