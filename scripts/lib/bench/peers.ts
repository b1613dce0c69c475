/**
 * The packages that a bench compares with. They live in a folder of their own, so that learners install
 * no more than they need, and come on first use: all of them are fetched, and none runs a script then. One with
 * native code is made ready when a bench first wants it, which may take a compiler and minutes. One that cannot
 * be had is shown as missing, with the reason.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
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
    const unbuilt = await build(folder, name);
    if (unbuilt !== undefined) return { missing: unbuilt };
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
  return lockedAs(folder, name)?.version ?? "?";
}

interface Locked {
  readonly version?: string;
  readonly hasInstallScript?: boolean;
}

function lockedAs(folder: string, name: string): Locked | undefined {
  const lock = JSON.parse(readFileSync(path.join(folder, "package-lock.json"), "utf8")) as {
    packages: Readonly<Record<string, Locked>>;
  };
  return lock.packages[`node_modules/${name}`];
}

function isThere(folder: string, name: string): boolean {
  return existsSync(path.join(folder, "node_modules", name, "package.json"));
}

/** Resolves to why nothing was installed, if nothing was. */
async function install(folder: string): Promise<string | undefined> {
  process.stderr.write("Installing what the bench compares with, once … ");
  const problem = await npm(folder, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
  process.stderr.write(problem === undefined ? "done.\n" : "failed.\n");
  return problem;
}

/** Resolves to why it could not be made ready for this Node, if it could not: the next bench tries again. */
async function build(folder: string, name: string): Promise<string | undefined> {
  if (lockedAs(folder, name)?.hasInstallScript !== true) return undefined;
  const mark = path.join(
    ...[folder, "node_modules", name],
    `.ready-for-node-modules-${process.versions.modules}`,
  );
  if (existsSync(mark)) return undefined;
  process.stderr.write(`Making ${name} ready, once; minutes if it has to be compiled … `);
  const problem = await npm(folder, ["rebuild", name]);
  if (problem === undefined) writeFileSync(mark, "");
  process.stderr.write(problem === undefined ? "done.\n" : "failed.\n");
  return problem;
}

/** Resolves to what npm said when it failed. */
async function npm(folder: string, typed: readonly string[]): Promise<string | undefined> {
  const child = spawn("npm", [...typed, "--loglevel=error"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (text: Buffer) => (said += text.toString()));
  const exitCode = await new Promise<number | null>((resolve) => {
    child.on("error", (error) => {
      said += error.message;
      resolve(null);
    });
    child.on("close", resolve);
  });
  return exitCode === 0 ? undefined : `npm ${typed[0] ?? ""} failed: ${reasonIn(said)}`;
}

/** A compiler says much, and what it lacks in the middle of it. */
function reasonIn(said: string): string {
  return /\bError: (.+)/.exec(said)?.[1] ?? firstLine(said);
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}
