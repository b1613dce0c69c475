/**
 * One installer at a time.
 *
 * The lock is the file `.install-lock`, created exclusively; it holds `<pid> <host> <nonce>` and its
 * holder touches it every second. It is stale when its process is gone from this host, or when
 * nobody has touched it for a minute.
 *
 * Two launches may find the same stale lock. Only the one that creates `.install-lock.<nonce>` may
 * remove it, so nobody removes a lock that was taken a moment ago.
 */
import { randomUUID } from "node:crypto";
import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LaunchError } from "./launch-error.mjs";

const pollMs = 100;
const touchMs = 1_000;
const untouchedMsMax = 60_000;
const waitMsMax = 15 * 60_000;

/** Resolves to the function that releases the lock, or to undefined once `isDone` holds without it. */
export async function acquireInstallLock(root, isDone) {
  const lockFile = path.join(root, ".install-lock");
  const waitEnds = Date.now() + waitMsMax;
  let announced = false;
  while (Date.now() < waitEnds) {
    const release = tryToAcquire(lockFile);
    if (release !== undefined) return release;
    if (isDone()) return undefined;
    removeIfStale(lockFile);
    if (!announced && holderOf(lockFile) !== undefined) {
      process.stderr.write("Another launch is installing; waiting for it …\n");
      announced = true;
    }
    await sleep(pollMs);
  }
  throw new LaunchError(
    `Another launch has been installing for too long. If none is running, remove ${lockFile}.`,
  );
}

function tryToAcquire(lockFile) {
  const nonce = randomUUID();
  try {
    writeFileSync(lockFile, `${process.pid} ${hostname()} ${nonce}`, { flag: "wx" });
  } catch (error) {
    if (error.code === "EEXIST") return undefined;
    if (["EACCES", "EPERM", "EROFS"].includes(error.code)) {
      throw new LaunchError(
        `${path.dirname(lockFile)} is read-only and not installed: run \`npm ci\` where it can be written, then use it from here.`,
      );
    }
    throw error;
  }
  const touching = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(lockFile, now, now);
    } catch {
      // Removed by hand: nothing is left to keep fresh.
    }
  }, touchMs);
  touching.unref();
  return () => {
    clearInterval(touching);
    if (holderOf(lockFile)?.nonce === nonce) rmSync(lockFile, { force: true });
  };
}

function removeIfStale(lockFile) {
  const holder = holderOf(lockFile);
  if (holder === undefined || !isStale(holder)) return;
  const claimFile = `${lockFile}.${holder.nonce}`;
  try {
    writeFileSync(claimFile, "", { flag: "wx" });
  } catch {
    return;
  }
  // Between reading and claiming, somebody else may have finished the removal.
  if (holderOf(lockFile)?.nonce === holder.nonce) rmSync(lockFile, { force: true });
  rmSync(claimFile, { force: true });
}

function holderOf(lockFile) {
  try {
    const [pid, host, nonce] = readFileSync(lockFile, "utf8").split(" ");
    return {
      pid: Number(pid),
      host,
      // An empty lock is one whose holder died, or still writes, between creating and filling it.
      nonce: nonce === undefined ? "empty" : nonce.replaceAll(/[^\w-]/g, ""),
      untouchedMs: Date.now() - statSync(lockFile).mtimeMs,
    };
  } catch {
    return undefined;
  }
}

function isStale(holder) {
  if (holder.untouchedMs > untouchedMsMax) return true;
  return holder.host === hostname() && holder.pid > 0 && !isAlive(holder.pid);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
