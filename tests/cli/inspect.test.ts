/** `npm run inspect`: what it refuses before it begins. What it finds is tested beside the reference. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000 });
const root = path.resolve(import.meta.dirname, "../..");

test("a directory without anything in it is no tree in good order", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "inspect "));
  try {
    const { status, stdout, stderr } = inspect("lsm-tree", folder);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toBe(
      `Expected a directory with the tables of lsm-tree; "${folder}" is empty.\n`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("without a kata it names those whose tables can be inspected", () => {
  const { status, stderr } = inspect();
  expect(status).toBe(2);
  expect(stderr).toBe("Expected a kata whose tables can be inspected (lsm-tree), got nothing.\n");
});

function inspect(...words: string[]) {
  const launcher = path.join(root, "scripts/launch.mjs");
  return spawnSync(process.execPath, [launcher, "inspect", ...words], { encoding: "utf8" });
}
