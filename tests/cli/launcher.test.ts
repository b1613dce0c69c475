/**
 * The launcher against a checkout of its own and an npm that only pretends: it notes each call in
 * `npm-calls`, takes a moment, and lays out what the real one would.
 */
import { spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000 });

const repository = path.resolve(import.meta.dirname, "../..");
const lock = JSON.stringify({
  packages: {
    "": { name: "systems-katas" },
    "node_modules/tsx": { version: "4.23.15" },
    "node_modules/elsewhere": { version: "1.0.0", optional: true, os: ["sunos"], cpu: ["x64"] },
  },
});
const fakeNpm = `#!/bin/sh
echo "$@" >> npm-calls
sleep 0.2
rm -rf node_modules
[ -e fail ] && { echo "npm error: no network"; exit 1; }
mkdir node_modules
ln -s "${repository}/node_modules/tsx" node_modules/tsx
cp package-lock.json node_modules/.package-lock.json
echo "added 1 package"
`;
const command = `
const [what, ...words]: string[] = process.argv.slice(2);
if (what === "exit") process.exitCode = Number(words[0]);
else if (what === "wait") { console.log("waiting"); setInterval(() => undefined, 1000); }
else console.log(JSON.stringify([what, ...words]));
`;

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;
let checkout: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "systems-katas-launch-"));
  checkout = path.join(folder, "a check out");
  mkdirSync(path.join(checkout, "scripts", "lib"), { recursive: true });
  mkdirSync(path.join(folder, "bin"));
  for (const part of ["launch.mjs", "lib/launch"]) {
    cpSync(path.join(repository, "scripts", part), path.join(checkout, "scripts", part), {
      recursive: true,
    });
  }
  writeFileSync(path.join(checkout, "package.json"), '{ "type": "module" }');
  writeFileSync(path.join(checkout, "package-lock.json"), lock);
  writeFileSync(path.join(checkout, "scripts", "echo.ts"), command);
  writeFileSync(path.join(folder, "bin", "npm"), fakeNpm, { mode: 0o755 });
  chmodSync(folder, 0o755);
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function start(words: string[], options: { uid?: number; onOutput?: (pid: number) => void } = {}) {
  const launcher = path.join(checkout, "scripts", "launch.mjs");
  const child = spawn(process.execPath, [launcher, "echo", ...words], {
    cwd: folder,
    env: { PATH: `${path.join(folder, "bin")}:${process.env["PATH"] ?? ""}` },
    stdio: ["ignore", "pipe", "pipe"],
    ...(options.uid === undefined ? {} : { uid: options.uid }),
  });
  return new Promise<Ended>((resolve) => {
    let stdout = "";
    let stderr = "";
    const heard = () => {
      if (child.pid !== undefined) options.onOutput?.(child.pid);
    };
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      heard();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
      heard();
    });
    child.on("close", (code, signal) => {
      resolve({ code, signal, stdout, stderr });
    });
  });
}

const npmCalls = () => {
  const file = path.join(checkout, "npm-calls");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
};

/** A pid that surely belongs to nobody: that of a process which has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await new Promise((resolve) => child.on("close", resolve));
  return child.pid ?? 0;
}

describe("the launcher", () => {
  it("installs once when nothing is installed, in a path with spaces, and keeps standard output clean", async () => {
    const first = await start(["hello world", "--json"]);
    expect(first).toMatchObject({ code: 0, stdout: '["hello world","--json"]\n' });
    expect(first.stderr.trim().split("\n")).toHaveLength(1);

    const second = await start(["again"]);
    expect(second).toMatchObject({ code: 0, stdout: '["again"]\n', stderr: "" });
    expect(npmCalls()).toEqual(["ci --include=dev --no-audit --no-fund"]);
  });

  it("installs again when the lock file names something else", async () => {
    await start(["one"]);
    writeFileSync(path.join(checkout, "package-lock.json"), lock.replace("4.23.15", "4.23.16"));
    await start(["two"]);
    expect(npmCalls()).toHaveLength(2);
  });

  it("accepts what somebody installed by hand", async () => {
    await start(["one"]);
    rmSync(path.join(checkout, "node_modules", ".systems-katas-stamp"));
    writeFileSync(path.join(checkout, "package-lock.json"), `${lock}\n`);
    expect(await start(["two"])).toMatchObject({ code: 0, stderr: "" });
    expect(npmCalls()).toHaveLength(1);
  });

  it("installs once when several launches begin at the same time", async () => {
    const ended = await Promise.all([start(["one"]), start(["two"]), start(["three"])]);
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(npmCalls()).toHaveLength(1);
    expect(existsSync(path.join(checkout, ".install-lock"))).toBe(false);
  });

  it("recovers the lock of a launch that died, once, however many find it", async () => {
    const lockFile = path.join(checkout, ".install-lock");
    writeFileSync(lockFile, `${String(await deadPid())} ${hostname()} dead-nonce`);
    const ended = await Promise.all([start(["one"]), start(["two"]), start(["three"])]);
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(npmCalls()).toHaveLength(1);
    expect(existsSync(lockFile)).toBe(false);
  });

  it("waits for a launch that is still installing", async () => {
    const lockFile = path.join(checkout, ".install-lock");
    writeFileSync(lockFile, `${String(process.pid)} ${hostname()} living-nonce`);
    const ended = await start(["one"], {
      onOutput: () => {
        rmSync(lockFile, { force: true });
      },
    });
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain("Another launch is installing");
  });

  it("says in one sentence that a read-only checkout is not installed", async () => {
    const uid = process.getuid?.() === 0 ? 65_534 : undefined;
    chmodSync(checkout, 0o555);
    const ended = await start(["one"], uid === undefined ? {} : { uid });
    chmodSync(checkout, 0o755);
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toContain("is read-only and not installed");
  });

  it("works in a read-only checkout that is installed", async () => {
    await start(["one"]);
    rmSync(path.join(checkout, "node_modules", ".systems-katas-stamp"));
    const uid = process.getuid?.() === 0 ? 65_534 : undefined;
    for (const each of [checkout, path.join(checkout, "node_modules")]) chmodSync(each, 0o555);
    const ended = await start(["two"], uid === undefined ? {} : { uid });
    for (const each of [checkout, path.join(checkout, "node_modules")]) chmodSync(each, 0o755);
    expect(ended).toMatchObject({ code: 0, stdout: '["two"]\n', stderr: "" });
  });

  it("shows what npm said when it fails, and tries again next time", async () => {
    writeFileSync(path.join(checkout, "fail"), "");
    const failed = await start(["one"]);
    expect(failed).toMatchObject({ code: 2, stdout: "" });
    expect(failed.stderr).toContain("npm error: no network");
    rmSync(path.join(checkout, "fail"));
    expect(await start(["two"])).toMatchObject({ code: 0 });
  });

  it("passes the exit code on", async () => {
    expect(await start(["exit", "1"])).toMatchObject({ code: 1 });
    expect(await start(["exit", "2"])).toMatchObject({ code: 2 });
  });

  it("ends at ctrl-C while it installs, and leaves no lock", async () => {
    const ended = await start(["one"], { onOutput: (pid) => process.kill(pid, "SIGINT") });
    expect(ended).toMatchObject({ code: 130, stdout: "" });
    expect(existsSync(path.join(checkout, ".install-lock"))).toBe(false);
  });

  it("leaves ctrl-C to the command once that runs", async () => {
    await start(["one"]);
    const ended = await start(["wait"], { onOutput: (pid) => process.kill(pid, "SIGINT") });
    expect(ended).toMatchObject({ code: null, signal: "SIGINT", stdout: "waiting\n" });
  });

  it.each([
    ["a Node that is too old", "versions", '{ node: "18.1.0" }', "needs Node 20, 22 or 24"],
    ["Windows", "platform", '"win32"', "runs on Linux, macOS and WSL2, not on win32"],
  ])("refuses %s with one sentence", async (_, name, value, sentence) => {
    const launcher = path.join(checkout, "scripts", "launch.mjs");
    const source = readFileSync(launcher, "utf8");
    writeFileSync(
      launcher,
      `Object.defineProperty(process, "${name}", { value: ${value} });\n${source}`,
    );
    const ended = await start(["one"]);
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toContain(sentence);
    expect(ended.stderr.trim().split("\n")).toHaveLength(1);
    expect(npmCalls()).toEqual([]);
  });
});
