/**
 * Installs from the lock file, and only when needed.
 *
 * After `installIfNeeded` resolves, `node_modules` holds what `package-lock.json` names for this
 * platform. Of several launches at once, one installs and the others wait for it. A stamp inside
 * `node_modules` makes the usual case two file hashes:
 *
 *     <hash of package-lock.json> <hash of node_modules/.package-lock.json> <platform>-<architecture>
 *
 * The second file is npm's own note of what it installed, rewritten by every npm command that changes
 * the folder; so a later `npm install` or `npm prune` invalidates the stamp.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { acquireInstallLock } from "./install-lock.mjs";
import { LaunchError } from "./launch-error.mjs";

export async function installIfNeeded(root) {
  if (isInstalled(root)) return;
  const release = await acquireInstallLock(root, () => isInstalled(root));
  if (release === undefined) return;

  let npm;
  const interrupt = (signal) => {
    npm?.kill(signal);
    release();
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  try {
    // Whoever held the lock before may have installed in the meantime.
    if (!isInstalled(root)) await install(root, (child) => (npm = child));
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    release();
  }
}

function isInstalled(root) {
  const lock = readIfPresent(path.join(root, "package-lock.json"));
  if (lock === undefined) throw new LaunchError(`Expected package-lock.json in ${root}.`);
  const installed = readIfPresent(path.join(root, "node_modules", ".package-lock.json"));
  if (installed === undefined) return false;

  const stampFile = path.join(root, "node_modules", ".systems-katas-stamp");
  const stamp = `${hash(lock)} ${hash(installed)} ${process.platform}-${process.arch}`;
  if (readIfPresent(stampFile) === stamp) return true;
  if (!holdsWhatTheLockNames(lock, installed)) return false;
  try {
    writeFileSync(stampFile, stamp);
  } catch {
    // A read-only checkout stays without a stamp and compares again next time.
  }
  return true;
}

/** Compares package by package: somebody may have installed without this launcher. */
function holdsWhatTheLockNames(lock, installed) {
  let wanted, present;
  try {
    wanted = JSON.parse(lock).packages;
    present = JSON.parse(installed).packages;
  } catch {
    return false;
  }
  return Object.entries(wanted).every(([folder, entry]) => {
    if (folder === "") return true;
    if (entry.optional === true && !isForThisPlatform(entry)) return true;
    return present[folder]?.version === entry.version;
  });
}

function isForThisPlatform(entry) {
  return (
    entry.os?.includes(process.platform) === true &&
    entry.cpu?.includes(process.arch) === true &&
    entry.libc === undefined
  );
}

async function install(root, onStart) {
  process.stderr.write("Installing what package-lock.json names, once (about 20 seconds) … ");
  const { exitCode, output } = await runNpmCi(root, onStart);
  if (exitCode === 0 && isInstalled(root)) {
    process.stderr.write("done.\n");
    return;
  }
  process.stderr.write("failed.\n");
  const lastLines = output.trim().split("\n").slice(-15).join("\n");
  throw new LaunchError(
    `${lastLines}\n\`npm ci\` did not install what package-lock.json names. Run it by hand in ${root} to see why.`,
  );
}

function runNpmCi(root, onStart) {
  return new Promise((resolve, reject) => {
    const npm = spawn("npm", ["ci", "--include=dev", "--no-audit", "--no-fund"], {
      cwd: root,
      env: environmentForNpm(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    onStart(npm);
    let output = "";
    npm.stdout.on("data", (chunk) => (output += chunk));
    npm.stderr.on("data", (chunk) => (output += chunk));
    npm.on("error", (error) => {
      reject(new LaunchError(`Expected \`npm\` on the PATH to install with: ${error.message}.`));
    });
    npm.on("close", (exitCode) => resolve({ exitCode, output }));
  });
}

/** Options meant for the command (`--only`, `--json`, …) reach npm as settings, and must not steer the install. */
function environmentForNpm() {
  const kept = ["only", "omit", "production", "global", "json", "dry_run", "long"];
  const names = new Set(kept.map((option) => `npm_config_${option}`));
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !names.has(name)));
}

function hash(text) {
  return createHash("sha256").update(text).digest("hex");
}

function readIfPresent(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  }
}
