/**
 * One hash over all the code that a row of the kill matrix follows from: the planted bug with what it
 * imports, the suite and the judging process with what they import, and the budget.
 */
import { createHash } from "node:crypto";
import path from "node:path";
import { build } from "esbuild";
import { filesHash } from "../grade/hashes.ts";
import type { MatrixBudget } from "./fill-matrix.ts";
import type { LoadedPlantedBug } from "./planted-bug.ts";

export async function fingerprintsOf(
  root: string,
  kata: string,
  plantedBugs: readonly LoadedPlantedBug[],
  budget: MatrixBudget,
): Promise<Map<string, string>> {
  const judges = filesHash(await filesThatJudge(root, kata), root);
  return new Map(
    plantedBugs.map(({ bug, bundle }) => {
      const hash = createHash("sha256")
        .update(judges)
        .update(filesHash(bundle.inputs, root))
        .update(JSON.stringify(budget));
      return [bug.name, hash.digest("hex").slice(0, 16)];
    }),
  );
}

/** The suite of a kata and the process that runs it, with every file of the repository that they import. */
async function filesThatJudge(root: string, kata: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [
      `tests/${kata}/suite.ts`,
      path.join(import.meta.dirname, "../grade/child/judge.ts"),
    ],
    outdir: root,
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    packages: "external",
    alias: { "#platform": path.join(root, "katas/platform"), "#katas": path.join(root, "katas") },
    logLevel: "silent",
  });
  return Object.keys(metafile.inputs).map((input) => path.resolve(root, input));
}
