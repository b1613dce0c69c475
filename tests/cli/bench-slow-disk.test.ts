/** Lanes in a process of their own; and, where there is a compiler, the disk whose sync takes its time there. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { startRemote } from "../../scripts/lib/bench/slow-disk/remote.ts";
import { compileSlowSyncs } from "../../scripts/lib/bench/slow-disk/slow-syncs.ts";

const folder = mkdtempSync(path.join(tmpdir(), "systems-katas-slow-disk-"));
const tearDowns: (() => unknown)[] = [];
afterAll(() => {
  for (const tearDown of tearDowns) tearDown();
  rmSync(folder, { recursive: true, force: true });
});

test("without a compiler, or without Linux, packages are missing, and the reason is told", () => {
  expect(compileSlowSyncs(folder, "no-such-compiler")).toEqual({
    missing: expect.stringMatching(/^its syncs cannot be slowed down/) as string,
  });
});

test("a process of its own runs lanes, and tells what fails and how it ends", async () => {
  const module = path.join(folder, "lanes.mjs");
  writeFileSync(
    module,
    `import { fdatasyncSync, openSync } from "node:fs";
    export async function open({ store }) {
      if (store === "none") throw new Error("There is no such store.");
      const file = openSync(${JSON.stringify(path.join(folder, "synced"))}, "w");
      return async (lane, clients, count) => {
        if (lane === "fails") throw new Error("The disk is full.");
        if (lane === "ends") process.exit(7);
        for (let done = 0; done < count; done++) fdatasyncSync(file);
        return clients * count;
      };
    }`,
  );
  const compiled = compileSlowSyncs(folder);
  // Where there is none, the process runs as it is: its syncs are not counted then.
  const library = "library" in compiled ? compiled.library : "";
  const request = {
    ...{ module: pathToFileURL(module), library, syncMs: 20 },
    countFile: path.join(folder, "count"),
    atEnd: (tearDown: () => unknown) => void tearDowns.push(tearDown),
  };
  const nowhere = startRemote({ ...request, input: { store: "none" } });
  await expect(nowhere).rejects.toThrow("There is no such store.");

  const remote = await startRemote({ ...request, input: { store: "file" } });
  const started = performance.now();
  expect(await remote.run("syncs", 2, 3)).toBe(6);
  const elapsedMs = performance.now() - started;
  expect(remote.processorMs()).toBeGreaterThan(0);
  if (library === "") expect(remote.barriers()).toBe(0);
  else {
    expect(remote.barriers()).toBe(3);
    expect(elapsedMs).toBeGreaterThanOrEqual(60);
  }
  await expect(remote.run("fails", 1, 1)).rejects.toThrow("The disk is full.");
  await expect(remote.run("ends", 1, 1)).rejects.toThrow("its process has ended with 7");
}, 30_000);
