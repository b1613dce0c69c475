import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, readlink, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { DiskLock } from "./disk.ts";
import { LockedError, StorageError } from "./errors.ts";

/**
 * The exclusive right to a directory, for one holder on this machine, whichever thread or process.
 * Node offers no lock that the system takes back when a process dies, so the lock is a *token*:
 * one empty file whose name says who holds it.
 *
 *   <directory>/.disk-lock/free-<nonce>
 *   <directory>/.disk-lock/held-<machine>-<process id>-<start of the process>-<nonce>
 *
 * Taking, taking over and releasing are one and the same step: *rename* the token from the name that
 * was seen to a name that never was. That is a compare-and-swap: of all who saw the same name one
 * succeeds, and whoever comes later with an old name finds it gone (ENOENT) and looks again. So of two
 * openers that race for the token of a dead process exactly one wins, however slow the other is.
 *
 * The directory `.disk-lock` arrives together with its token: it is filled under another name and
 * renamed into place, which fails when one with a token is there already. It stays for ever. Should a
 * power cut have kept it but not its token, then it is empty and renaming over it works again.
 *
 * A holder is dead when no process has its id, or the one that has it began at another time (ids are
 * reused), or the machine was started again. A killed process counts as alive until its last thread
 * has ended: until then a write may still be on its way to the file.
 *
 * Limits: one machine with a file system that follows POSIX. A holder in another container cannot be
 * seen and counts as alive. A thread that ends without releasing keeps the lock until its process ends.
 */
export async function lockDirectory(directory: string): Promise<DiskLock> {
  const place = join(directory, LOCK_NAME);
  const mine = heldName(await ownHolder());
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    const [token, ...more] = await tokensIn(place);
    if (token === undefined) {
      await layDownToken(directory);
    } else if (more.length === 0) {
      const holder = holderOf(token);
      if (holder !== undefined && (await isAlive(holder))) {
        throw new LockedError(`${directory} is held by process ${holder.processId}.`);
      }
      if (await renameToken(place, token, mine)) return lockHeldAs(place, mine);
    }
    // Several tokens: the directory was read while a token changed its name. Look again.
  }
  throw new StorageError(
    `Could not lock ${directory}: expected one token in ${place}, found ${(await tokensIn(place)).length}. ` +
      `If no process uses the directory, remove ${LOCK_NAME}.`,
  );
}

/** Everything in a directory whose name begins like this belongs to its lock. */
export const LOCK_NAME = ".disk-lock";

/** Every look but the last lost a race, so somebody else made progress. */
const LOOKS_MAX = 1000;

function lockHeldAs(place: string, mine: string): DiskLock {
  return {
    async release() {
      // A token that is gone was released before, or removed with its directory.
      await renameToken(place, mine, freeName());
    },
  };
}

// ── The token ─────────────────────────────────────────────────────────────────────────────────

interface Holder {
  /** Differs after every start of the machine, and between containers; see `machineName`. */
  machine: string;
  processId: number;
  /** When the process began, in a unit of the system's choosing. */
  start: string;
}

function freeName(): string {
  return `free-${nonce()}`;
}

function heldName(holder: Holder): string {
  return `held-${holder.machine}-${holder.processId}-${holder.start}-${nonce()}`;
}

/** Undefined for a free token. */
function holderOf(token: string): Holder | undefined {
  const [state, machine, processId, start] = token.split("-");
  if (state !== "held" || machine === undefined || start === undefined) return undefined;
  return { machine, processId: Number(processId), start };
}

function nonce(): string {
  return randomBytes(8).toString("hex");
}

async function tokensIn(place: string): Promise<string[]> {
  return (await unlessCode("ENOENT", readdir(place))) ?? [];
}

/** True when this call renamed the token; false when somebody else had done so before. */
async function renameToken(place: string, from: string, to: string): Promise<boolean> {
  const renamed = rename(join(place, from), join(place, to)).then(() => true);
  return (await unlessCode("ENOENT", renamed)) ?? false;
}

/** Puts a free token in place unless one is there. Afterwards there is one, whoever laid it down. */
async function layDownToken(directory: string): Promise<void> {
  await stat(directory);
  const draft = join(directory, `${LOCK_NAME}-draft-${nonce()}`);
  try {
    await mkdir(draft);
    await writeFile(join(draft, freeName()), "");
    await rename(draft, join(directory, LOCK_NAME));
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Others were faster: their token is in place, or they cleared this draft away as a leftover.
    if (!["ENOTEMPTY", "EEXIST", "ENOENT"].includes(codeOf(error) ?? "")) throw error;
    return;
  }
  // Drafts of openers that were killed right here. A living one that loses its draft looks again.
  for (const name of await readdir(directory)) {
    if (name.startsWith(`${LOCK_NAME}-draft-`)) {
      await rm(join(directory, name), { recursive: true, force: true });
    }
  }
}

// ── Who lives ─────────────────────────────────────────────────────────────────────────────────

async function isAlive(holder: Holder): Promise<boolean> {
  const [boot, container] = holder.machine.split(".");
  const [ownBoot, ownContainer] = (await machineName()).split(".");
  if (boot !== ownBoot) return false;
  if (container !== ownContainer) return true;
  const start = await startOfProcess(holder.processId);
  return start === "unknown" || start === holder.start;
}

let own: Promise<Holder> | undefined;

function ownHolder(): Promise<Holder> {
  own ??= (async () => ({
    machine: await machineName(),
    processId: process.pid,
    start: await startOfProcess(process.pid),
  }))();
  return own;
}

/**
 * "<this start of the machine>.<this space of process ids>". Linux counts the start of a process from
 * the start of the machine, so that has to be known as well; elsewhere it is a date and says enough.
 */
async function machineName(): Promise<string> {
  if (process.platform !== "linux") return "any.any";
  const boot = await unlessCode("ENOENT", readFile("/proc/sys/kernel/random/boot_id", "utf8"));
  const processIdSpace = await unlessCode("ENOENT", readlink("/proc/self/ns/pid"));
  return `${boot?.replaceAll(/[^0-9a-f]/g, "") ?? "any"}.${processIdSpace?.replaceAll(/\D/g, "") ?? "any"}`;
}

/** When a process began; "ended" when there is none of that id, "unknown" when the system will not say. */
async function startOfProcess(processId: number): Promise<string> {
  return process.platform === "linux" ? startFromProc(processId) : startFromPs(processId);
}

/** Positions in /proc/<id>/stat, counted from the field behind the command's name (see proc(5)). */
const STATE = 0;
const THREADS = 17;
const START = 19;

async function startFromProc(processId: number): Promise<string> {
  const line = await unlessCode("ENOENT", readFile(`/proc/${processId}/stat`, "utf8"));
  if (line === undefined) return exists(processId) ? "unknown" : "ended";
  const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
  const ended = fields[STATE] === "Z" || fields[STATE] === "X";
  // The first thread of a killed process may have ended while another is still inside a write.
  if (ended && Number(fields[THREADS]) <= 1) return "ended";
  return fields[START] ?? "unknown";
}

async function startFromPs(processId: number): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(
      "ps",
      ["-o", "stat=", "-o", "lstart=", "-p", String(processId)],
      { env: { PATH: process.env["PATH"] ?? "/bin:/usr/bin", LC_ALL: "C", TZ: "UTC" } },
    );
    const [state = "", ...date] = stdout.trim().split(/\s+/);
    if (state.startsWith("Z")) return "ended";
    return date.join("_").replaceAll("-", "_");
  } catch {
    return exists(processId) ? "unknown" : "ended";
  }
}

function exists(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}

// ── Errors of the system ──────────────────────────────────────────────────────────────────────

async function unlessCode<Result>(
  code: string,
  answer: Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (codeOf(error) === code) return undefined;
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
