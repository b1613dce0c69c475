import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { judgePromises } from "../../scripts/lib/grade/judge-promises.ts";
import { bundleSubject } from "../harness/subject-bundle.ts";
import { invariants } from "./grade-fixture/invariants.ts";
import { finished, GradeRepository, kata } from "./grade-repository.ts";

/** A counter with something in the way of an increment, or of its import. */
function counterWith(inIncrement: string, atImport = ""): string {
  return `
    ${atImport}
    export const level = 3;
    export function createCounter() {
      let count = 0;
      return {
        async increment(): Promise<number> { ${inIncrement}; return (count += 1); },
        async read(): Promise<number> { return count; },
      };
    }`;
}

vi.mock("../../scripts/lib/grade/limits.ts", () => import("./impatient-limits.ts"));
// Endless loops are given CPU seconds, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let repository: GradeRepository;
beforeAll(() => {
  repository = new GradeRepository();
});
afterAll(() => repository.remove());

/** The processes whose command line names this repository. */
function processesLeft(): string[] {
  const all = execFileSync("ps", ["-A", "-ww", "-o", "args="], { encoding: "utf8" }).split("\n");
  return all.filter((line) => line.includes(repository.root));
}

/** Judges every promise, without the command around it. */
async function judged(name: string, code: string) {
  const file = repository.write(name, code);
  const { problem, judgements } = await judgePromises({
    root: repository.root,
    kata,
    bundle: await bundleSubject(file, name),
    seed: 1,
    effort: 1,
    measure: false,
    choose: () => invariants.map(({ id }) => id),
  });
  const inOrder = invariants.map(({ id }) => judgements.get(id));
  return {
    problem,
    statuses: inOrder.map((judgement) => judgement?.status),
    reasons: inOrder.map((judgement) => judgement?.reason),
  };
}

describe("a subject that misbehaves costs only the promises that met it", () => {
  it("hangs in an endless loop", async () => {
    const loop = counterWith("while (true) {}");
    const { statuses, reasons } = await judged("loop.ts", loop);
    expect(statuses).toEqual(["held", "hung", "hung", "hung"]);
    expect(reasons[1]).toContain("an endless loop?");
    expect(processesLeft()).toEqual([]);
  });

  it("waits for what never comes", async () => {
    const { statuses } = await judged("never.ts", counterWith("await new Promise(() => {})"));
    expect(statuses).toEqual(["held", "hung", "hung", "hung"]);
  });

  it("ends the process", async () => {
    const { statuses, reasons } = await judged("exit.ts", counterWith("process.exit(0)"));
    expect(statuses).toEqual(["held", "crashed", "crashed", "crashed"]);
    expect(reasons[1]).toMatch(/It ended the process with exit code 0 at exit\.ts:7:\d+/);
  });

  it("ends the process from below", async () => {
    const { statuses } = await judged(
      "kill.ts",
      counterWith('process.kill(process.pid, "SIGKILL")'),
    );
    expect(statuses).toEqual(["held", "crashed", "crashed", "crashed"]);
  });

  it("leaves a rejection that nobody catches, even a late one", async () => {
    const late = "setImmediate(() => void Promise.reject(new Error('too late')))";
    const { statuses, reasons } = await judged("rejection.ts", counterWith(late));
    expect(statuses).toEqual(["held", "crashed", "crashed", "crashed"]);
    expect(reasons[1]).toMatch(/never caught: Error: too late \(rejection\.ts:7:\d+\)/);
  });

  it("throws outside any promise", async () => {
    const { statuses } = await judged(
      "outside.ts",
      counterWith("setImmediate(() => { throw new Error('nobody') })"),
    );
    expect(statuses).toEqual(["held", "crashed", "crashed", "crashed"]);
  });

  it("runs out of memory", async () => {
    const leak =
      "const kept: number[][] = []; for (;;) kept.push(new Array<number>(1e5).fill(kept.length))";
    const { statuses, reasons } = await judged("memory.ts", counterWith(leak));
    expect(statuses).toEqual(["held", "crashed", "crashed", "crashed"]);
    expect(reasons[1]).toContain("memory");
  });

  it("prints without end", async () => {
    const spam = 'for (let i = 0; i < 20000; i += 1) console.log("{", "x".repeat(100))';
    const { statuses } = await judged("spam.ts", counterWith(spam));
    expect(statuses).toEqual(["held", "held", "held", "held"]);
  });
});

describe("a subject that cannot be used is not judged, and the grade says why", () => {
  it.each([
    ["no export", "export const level = 1;", "expected it to export the function createCounter"],
    [
      "an endless loop at import",
      counterWith("", "while (true) {}"),
      "It hangs when it is imported",
    ],
    [
      "an endless wait at import",
      counterWith("", "await new Promise(() => {});"),
      "It hangs when it is imported",
    ],
    ["an exit at import", counterWith("", "process.exit(0);"), "exit code 0 at exit.ts:2:"],
    ["exports that are none", "module.exports = null;", "to export values by name, got null."],
    [
      "exports that throw when they are read",
      `module.exports = { get createCounter() { throw new Error("no"); } };`,
      "Its exports cannot be read: Error: no",
    ],
    [
      "exports that answer everything",
      "module.exports = new Proxy({}, { get: () => () => undefined });",
      "It hangs when it is imported",
    ],
    [
      "an error at import",
      counterWith("", 'throw new Error("no");'),
      "It throws when it is imported: Error: no",
    ],
  ])("%s", async (_name, code, reason) => {
    const { problem, statuses } = await judged("exit.ts", code);
    expect(problem).toContain(reason);
    expect(statuses).toEqual(Array(4).fill(undefined));
  });
});

it("ctrl-C ends everything with exit code 130", async () => {
  const file = repository.write("interrupted.ts", counterWith("while (true) {}"));
  const child = repository.start(kata, file, "--json");
  const end = finished(child);
  await vi.waitFor(() => expect(processesLeft().length).toBeGreaterThan(2), 30_000);
  child.kill("SIGINT");
  expect(await end).toMatchObject({ code: 130, stdout: "" });
  await vi.waitFor(() => expect(processesLeft()).toEqual([]), 5_000);
});
