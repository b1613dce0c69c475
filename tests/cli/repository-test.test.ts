import { describe, expect, it, vi } from "vitest";
import { proveRepository } from "../../scripts/lib/test/prove-repository.ts";
import { inLanes, runTool } from "../../scripts/lib/test/tool.ts";

vi.setConfig({ testTimeout: 60_000 });

async function printed(run: () => Promise<number>): Promise<{ code: number; output: string }> {
  let output = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    output += text.toString();
    return true;
  });
  try {
    return { code: await run(), output };
  } finally {
    write.mockRestore();
  }
}

describe("the test of the repository", () => {
  it("ends with the number of tests that passed and failed, alone on a line", async () => {
    const { code, output } = await printed(() => proveRepository(["tests/cli/nearest.test.ts"]));
    expect(code).toBe(0);
    expect(output.trimEnd().split("\n").at(-1)).toMatch(/^\d+ passed, 0 failed$/);
  });

  it("fails when no test matches", async () => {
    const { code, output } = await printed(() => proveRepository(["no/such.test.ts"]));
    expect(code).toBe(1);
    expect(output).toContain("0 passed, 1 failed");
  });
});

describe("a tool", () => {
  const prettier = { title: "format", script: "prettier/bin/prettier.cjs" };

  it("is well when it exits 0", async () => {
    const run = await runTool({ ...prettier, arguments: ["--version"] });
    expect(run.ok).toBe(true);
    expect(run.output).toMatch(/\d+\.\d+/);
  });

  it("that fails keeps what it said", async () => {
    const run = await runTool({ ...prettier, arguments: ["--check", "no-such-file"] });
    expect(run.ok).toBe(false);
    expect(run.output).toContain("no-such-file");
  });
});

describe("lanes", () => {
  it("run every job once, never more at a time than there are lanes", async () => {
    let running = 0;
    let runningMax = 0;
    const done: number[] = [];
    const jobs = [1, 2, 3, 4, 5].map((job) => async () => {
      runningMax = Math.max(runningMax, (running += 1));
      await Promise.resolve();
      running -= 1;
      done.push(job);
    });
    await inLanes(2, jobs);
    expect(done.sort()).toEqual([1, 2, 3, 4, 5]);
    expect(runningMax).toBe(2);
  });
});
