/**
 * `npm run test:browser`: looks at reports in a real Chromium. It needs one that is installed; playwright-core, which
 * drives it, installs itself into the folder of these tests on the first run.
 */
import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import path from "node:path";
import { UsageError } from "./lib/arguments.ts";
import { runCommand } from "./lib/run-command.ts";

const root = path.dirname(import.meta.dirname);
const folder = path.join(root, "tests", "browser");

const command = {
  name: "test:browser",
  summary:
    "Tests the reports in a real Chromium: the one that CHROMIUM names, or that is installed.",
  words: ["file pattern"],
  options: {},
} as const;

await runCommand(command, async ({ words }) => {
  const chromium = findChromium();
  installDriver();
  const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
  const config = path.join(folder, "vitest.config.ts");
  const tests = spawn(process.execPath, [vitest, "run", "--config", config, ...words], {
    cwd: root,
    env: { ...process.env, CHROMIUM: chromium },
    stdio: "inherit",
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    tests.once("error", reject).once("close", resolve);
  });
  return exitCode === 0 ? 0 : 1;
});

function findChromium(): string {
  const named = process.env["CHROMIUM"] ?? "";
  if (named !== "") {
    if (isProgram(named)) return named;
    throw new UsageError(`Expected CHROMIUM to name a program, got ${named}.`);
  }
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter((each) => each !== "");
  const places = [
    ...names.flatMap((name) => folders.map((each) => path.join(each, name))),
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ];
  const found = places.find(isProgram);
  if (found !== undefined) return found;
  throw new UsageError(
    `These tests need Chromium, and none is installed: expected ${names.join(", ")} on the PATH, or CHROMIUM to name one. On Debian and Ubuntu: apt-get install chromium`,
  );
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function installDriver(): void {
  if (existsSync(path.join(folder, "node_modules/playwright-core/package.json"))) return;
  process.stderr.write("Installing playwright-core beside the browser tests, once …\n");
  const { status, stderr, error } = spawnSync("npm", ["ci", "--loglevel=error"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
  });
  if (status === 0) return;
  const [why = "npm ci failed"] = (error?.message ?? stderr).trim().split("\n");
  throw new UsageError(`Expected npm to install playwright-core in ${folder}: ${why}`);
}
