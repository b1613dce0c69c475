import { writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundleSubject } from "../subject-bundle.ts";

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");

/** The scripts of a run, as plain JavaScript: Node 20 starts no thread and no process from TypeScript. */
export interface StressScripts {
  host: string;
  client: string;
  subject: string;
}

/** Bundles the kata's host and client and the subject into `directory`. */
export async function writeScripts(
  directory: string,
  sources: { host: string; client: string; subject: string },
): Promise<StressScripts> {
  const subject = await bundleSubject(sources.subject);
  const extension = subject.kind === "script" ? "cjs" : "mjs";
  const scripts = {
    host: await bundleScript(sources.host, path.join(directory, "host.mjs")),
    client: await bundleScript(sources.client, path.join(directory, "client.mjs")),
    subject: path.join(directory, `subject.${extension}`),
  };
  writeFileSync(scripts.subject, subject.code);
  return scripts;
}

/** Bundles a script of ours, with all that it imports, into the module `file`; answers its path. */
export async function bundleScript(source: string, file: string): Promise<string> {
  await build({
    entryPoints: [source],
    outfile: file,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "silent",
    tsconfigRaw: { compilerOptions: { target: "es2023", verbatimModuleSyntax: true } },
    alias: {
      "#platform": path.join(repository, "katas/platform"),
      "#katas": path.join(repository, "katas"),
    },
  });
  return file;
}
