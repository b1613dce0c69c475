/**
 * The packages that a bench compares with. They live in a folder of their own, so that learners install
 * no more than they need, and come on first use. One that cannot be had is shown as missing.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** What became of each wanted package: its exports, or why it is missing. */
export type Peers = ReadonlyMap<string, Peer>;

type Peer = { exports: unknown } | { missing: string };

export async function loadPeers(folder: string, wanted: readonly string[]): Promise<Peers> {
  const manifest = path.join(folder, "package.json");
  const isInstalled = wanted.every((name) => isThere(folder, name));
  const problem = isInstalled ? undefined : await install(folder);
  const load = createRequire(manifest);
  const peerOf = async (name: string): Promise<Peer> => {
    if (!isThere(folder, name)) return { missing: problem ?? "npm left it out" };
    try {
      return { exports: await exportsOf(load, name) };
    } catch (error) {
      return { missing: error instanceof Error ? firstLine(error.message) : String(error) };
    }
  };
  const peers = new Map<string, Peer>();
  for (const name of wanted) peers.set(name, await peerOf(name));
  return peers;
}

async function exportsOf(load: NodeJS.Require, name: string): Promise<unknown> {
  try {
    return load(name) as unknown;
  } catch (error) {
    if ((error as NodeJS.ErrnoException | null)?.code !== "ERR_REQUIRE_ESM") throw error;
    return import(pathToFileURL(load.resolve(name)).href);
  }
}

/** As the folder's lock file names it: "3.2.0". */
export function versionOf(folder: string, name: string): string {
  const lock = JSON.parse(readFileSync(path.join(folder, "package-lock.json"), "utf8")) as {
    packages: Readonly<Record<string, { version?: string }>>;
  };
  return lock.packages[`node_modules/${name}`]?.version ?? "?";
}

function isThere(folder: string, name: string): boolean {
  return existsSync(path.join(folder, "node_modules", name, "package.json"));
}

/** Resolves to what npm said when it failed. */
async function install(folder: string): Promise<string | undefined> {
  process.stderr.write("Installing what the bench compares with, once … ");
  const npm = spawn("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  npm.stderr.on("data", (text: Buffer) => (said += text.toString()));
  const exitCode = await new Promise<number | null>((resolve) => {
    npm.on("error", (error) => {
      said += error.message;
      resolve(null);
    });
    npm.on("close", resolve);
  });
  process.stderr.write(exitCode === 0 ? "done.\n" : "failed.\n");
  return exitCode === 0 ? undefined : `npm ci failed: ${firstLine(said)}`;
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}
