import { fork, spawn, spawnSync, type ChildProcess } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorCode } from "#platform/errors.ts";
import { realClock } from "#platform/real-clock.ts";
import { realDisk } from "#platform/real-disk.ts";
import { registerDiskContract } from "./disk-contract.ts";

const root = mkdtempSync(path.join(tmpdir(), "systems-katas-disk-"));
const children = new Set<ChildProcess>();
let directories = 0;

/** The real disk as plain JavaScript, for processes of its own. */
const script = path.join(root, "real-disk.mjs");

beforeAll(async () => {
  const source = new URL("../../katas/platform/real-disk.ts", import.meta.url);
  await build({
    entryPoints: [fileURLToPath(source)],
    outfile: script,
    bundle: true,
    format: "esm",
    platform: "node",
  });
});

afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(root, { recursive: true, force: true });
});

function emptyDirectory(): string {
  const directory = path.join(root, `directory ${(directories += 1)}`);
  mkdirSync(directory);
  return directory;
}

describe("the real disk", () =>
  registerDiskContract(test, async () => ({ disk: realDisk(), directory: emptyDirectory() })));

describe("the real disk and the system", () => {
  test("an error says what could not be done, and has the system's error as its cause", async () => {
    const missing = path.join(root, "missing");
    const error: unknown = await realDisk()
      .open(missing)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: "NOT_FOUND",
      message: `Could not open ${missing}: ENOENT.`,
      cause: { code: "ENOENT" },
    });
  });

  test("a refusal of another kind is a StorageError", async () => {
    const directory = emptyDirectory();
    await expect(realDisk().open(directory)).rejects.toMatchObject({ code: "STORAGE" });
  });

  test.runIf(existsSync("/dev/full"))("an append without room rejects with DISK_FULL", async () => {
    const file = await realDisk().open("/dev/full");
    await expect(file.append(new Uint8Array(10))).rejects.toMatchObject({ code: "DISK_FULL" });
    await file.close();
  });

  test("an append that runs out of room rejects with DISK_FULL, and what was written stays", () => {
    const file = path.join(emptyDirectory(), "file");
    // A limit on the size of files, in blocks of 512 or 1024 bytes, stands for the end of the room.
    const program = `
      import { realDisk } from ${JSON.stringify(script)};
      const file = await realDisk().open(${JSON.stringify(file)}, { create: true });
      await file.append(new Uint8Array(1000));
      const code = await file.append(new Uint8Array(100_000)).then(() => "none", (error) => error.code);
      process.stdout.write(code + " " + (await file.size()));`;
    const { stdout, stderr } = spawnSync(
      "sh",
      ["-c", 'ulimit -f 8; exec "$0" --input-type=module -e "$1"', process.execPath, program],
      { encoding: "utf8" },
    );
    expect(`${stdout}${stderr}`).toMatch(/^DISK_FULL (4096|8192)$/);
  });

  test("the names of the lock are refused, since list does not show them", async () => {
    const disk = realDisk();
    const reserved = path.join(emptyDirectory(), ".disk-lock");
    for (const call of [
      disk.open(reserved, { create: true }),
      disk.remove(reserved),
      disk.rename(reserved, `${reserved}2`),
      disk.makeDirectory(reserved),
    ]) {
      await expect(call).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
  });

  test("bytes, positions and lengths that are none are refused", async () => {
    const file = await realDisk().open(path.join(emptyDirectory(), "file"), { create: true });
    const notBytes = "text" as unknown as Uint8Array;
    for (const call of [
      file.append(notBytes),
      file.read(-1, 1),
      file.read(0, NaN),
      file.truncate(0.5),
    ]) {
      await expect(call).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
    await file.close();
  });

  test("the real clock goes on and wakes up", async () => {
    const before = realClock.now();
    await realClock.sleep(5);
    expect(realClock.now()).toBeGreaterThan(before);
  });
});

describe("the lock of the real disk", () => {
  test("another process cannot lock a directory that this one holds", async () => {
    const directory = emptyDirectory();
    const lock = await realDisk().lock(directory);
    expect(await startLocker(directory).answer).toBe("LOCKED");
    await lock.release();
    expect(await startLocker(directory).answer).toBe("locked");
  });

  test("a directory that is not there cannot be locked", async () => {
    const absent = path.join(root, "absent");
    await expect(realDisk().lock(absent)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("a path through a symbolic link leads to the same lock", async () => {
    const directory = emptyDirectory();
    const link = `${directory} link`;
    spawnSync("ln", ["-s", directory, link]);
    const lock = await realDisk().lock(directory);
    await expect(realDisk().lock(link)).rejects.toMatchObject({ code: "LOCKED" });
    await lock.release();
  });

  test("SIGKILL of the holder frees the directory", async () => {
    const directory = emptyDirectory();
    for (let round = 0; round < 3; round += 1) {
      const holder = startLocker(directory);
      expect(await holder.answer).toBe("locked");
      await expect(realDisk().lock(directory)).rejects.toMatchObject({ code: "LOCKED" });
      await holder.kill();
      expect(await lockCode(directory)).toBe("free");
    }
  });

  test("a killed holder that its parent has not waited for yet is dead nevertheless", async () => {
    const directory = emptyDirectory();
    // The shell starts the holder and then sleeps in its place: `sleep` never waits for children.
    const parent = spawn(
      "sh",
      [
        "-c",
        '"$0" --input-type=module -e "$1" & echo $!; exec sleep 60',
        process.execPath,
        lockerProgram(directory),
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    children.add(parent);
    const holder = await new Promise<number>((resolve) =>
      parent.stdout.once("data", (text: Buffer) => resolve(Number(text.toString()))),
    );
    await until(async () => tokensOf(directory).some((token) => token.startsWith("held-")));
    expect(await lockCode(directory)).toBe("LOCKED");
    process.kill(holder, "SIGKILL");
    await until(async () => (await lockCode(directory)) === "free");
    parent.kill("SIGKILL");
  });

  test("a reused process id is not taken for the holder", async () => {
    const directory = emptyDirectory();
    const lock = await realDisk().lock(directory);
    const place = path.join(directory, ".disk-lock");
    const [token = ""] = tokensOf(directory);
    await lock.release();
    const [free = ""] = tokensOf(directory);
    // This very process, as it would look had its id belonged to an earlier one.
    const fields = token.split("-");
    const earlier = [...fields.slice(0, 3), "1", fields[4]].join("-");
    renameSync(path.join(place, free), path.join(place, earlier));
    expect(await lockCode(directory)).toBe("free");
  });

  test("a token of an earlier start of the machine is stale", async () => {
    const directory = emptyDirectory();
    mkdirSync(path.join(directory, ".disk-lock"));
    writeFileSync(path.join(directory, ".disk-lock", `held-b007.1-${process.pid}-1-aa`), "");
    expect(await lockCode(directory)).toBe("free");
  });

  test("a lock directory that a power cut has emptied is filled again, by one of many", async () => {
    const directory = emptyDirectory();
    mkdirSync(path.join(directory, ".disk-lock"));
    const answers = await Promise.allSettled(
      Array.from({ length: 8 }, () => realDisk().lock(directory)),
    );
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("what an opener left that was killed while it laid down the token is cleared away", async () => {
    const directory = emptyDirectory();
    mkdirSync(path.join(directory, ".disk-lock-draft-dead"));
    await (await realDisk().lock(directory)).release();
    expect(readdirSync(directory)).toEqual([".disk-lock"]);
  });

  test("two tokens are refused with the way out", async () => {
    const directory = emptyDirectory();
    mkdirSync(path.join(directory, ".disk-lock"));
    for (const name of ["free-1", "free-2"]) {
      writeFileSync(path.join(directory, ".disk-lock", name), "");
    }
    await expect(realDisk().lock(directory)).rejects.toMatchObject({
      code: "STORAGE",
      message: expect.stringContaining("remove .disk-lock") as string,
    });
  });

  test("releasing twice, or after the directory is gone, is no error", async () => {
    const directory = emptyDirectory();
    const lock = await realDisk().lock(directory);
    await lock.release();
    const other = await realDisk().lock(directory);
    await lock.release();
    expect(await lockCode(directory)).toBe("LOCKED");
    rmSync(directory, { recursive: true });
    await other.release();
  });

  test("of processes that race for a fresh and for a stale lock exactly one wins", async () => {
    const directory = emptyDirectory();
    for (let round = 0; round < 3; round += 1) {
      // The first round finds no lock at all, the later ones that of a killed process.
      const signal = `${directory} ${round}`;
      const lockers = Array.from({ length: 4 }, () => startLocker(directory, signal));
      await realClock.sleep(500);
      writeFileSync(signal, "");
      const answers = await Promise.all(lockers.map(({ answer }) => answer));
      expect(answers.sort()).toEqual(["LOCKED", "LOCKED", "LOCKED", "locked"]);
      await Promise.all(lockers.map((locker) => locker.kill()));
    }
  }, 30_000);
});

// ── Processes that lock ───────────────────────────────────────────────────────────────────────

/** Says "locked" or the code of the error, keeps what it has, and lives until it is killed. */
function lockerProgram(directory: string, signal?: string): string {
  const wait = `while (!existsSync(${JSON.stringify(signal)}));`;
  return `
    import { existsSync } from "node:fs";
    import { realDisk } from ${JSON.stringify(script)};
    ${signal === undefined ? "" : wait}
    const answer = await realDisk().lock(${JSON.stringify(directory)}).then(() => "locked", (error) => error.code);
    process.send?.(answer);
    setInterval(() => undefined, 1000);`;
}

function startLocker(
  directory: string,
  signal?: string,
): { answer: Promise<string>; kill: () => Promise<void> } {
  const file = path.join(root, `locker-${children.size}.mjs`);
  writeFileSync(file, lockerProgram(directory, signal));
  const child = fork(file, { execArgv: [] });
  children.add(child);
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    answer: new Promise((resolve) => child.once("message", (answer: string) => resolve(answer))),
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

function tokensOf(directory: string): string[] {
  const place = path.join(directory, ".disk-lock");
  return existsSync(place) ? readdirSync(place) : [];
}

/** "free" when the directory could be locked; it is released again. */
async function lockCode(directory: string): Promise<string> {
  try {
    await (await realDisk().lock(directory)).release();
    return "free";
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < 500; look += 1) {
    if (await condition()) return;
    await realClock.sleep(10);
  }
  throw new Error("Waited in vain for five seconds.");
}
