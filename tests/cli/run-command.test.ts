import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UsageError } from "../../scripts/lib/arguments.ts";
import { runCommand } from "../../scripts/lib/run-command.ts";

const command = {
  name: "grade",
  summary: "Grades an attempt.",
  words: ["kata"],
  options: { quick: { type: "flag", help: "Sooner." } },
} as const;

let stdout = "";
let stderr = "";
const { argv, exitCode } = process;

beforeEach(() => {
  stdout = stderr = "";
  vi.spyOn(process.stdout, "write").mockImplementation(
    (text) => ((stdout += text.toString()), true),
  );
  vi.spyOn(process.stderr, "write").mockImplementation(
    (text) => ((stderr += text.toString()), true),
  );
});

afterEach(() => {
  process.stdout.removeAllListeners("error");
  vi.restoreAllMocks();
  process.argv = argv;
  process.exitCode = exitCode;
});

const type = (...words: string[]) => {
  process.argv = ["node", "grade.ts", ...words];
};

describe("a command", () => {
  it("ends with the exit code that it returns", async () => {
    type("durable-kv", "--quick");
    await runCommand(command, ({ words, options }) => {
      expect(words).toEqual(["durable-kv"]);
      return options.quick ? 1 : 0;
    });
    expect(process.exitCode).toBe(1);
  });

  it("prints its help on request and runs nothing", async () => {
    type("--help");
    await runCommand(command, () => {
      throw new Error("ran");
    });
    expect(stdout).toContain("--quick");
    expect(stderr).toBe("");
  });

  it("that cannot begin exits 2 with its sentence on standard error only", async () => {
    type("--quik");
    await runCommand(command, () => 0);
    expect(process.exitCode).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toBe('`npm run grade` has no option --quik. Did you mean "--quick"?\n');
  });

  it("that finds a mistake later ends in the same way", async () => {
    type("durabel-kv");
    await runCommand(command, () => {
      throw new UsageError("Expected the name of a kata.");
    });
    expect(process.exitCode).toBe(2);
    expect(stderr).toBe("Expected the name of a kata.\n");
  });

  it("whose reader has gone ends quietly, and not as if it had passed", async () => {
    type();
    const exit = vi.spyOn(process, "exit").mockImplementation(() => undefined as never);
    await runCommand(command, () => 0);
    process.stdout.emit("error", Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    expect(exit).toHaveBeenCalledWith(141);
    expect(stderr).toBe("");
  });

  it("breaks its sentence between words on a terminal, and no command in it", async () => {
    type();
    const terminal = { isTTY: true, columns: 24, write: (text: string) => (stderr += text) };
    vi.stubGlobal("process", Object.create(process, { stderr: { value: terminal } }));
    await runCommand(command, () => {
      throw new UsageError("Session 1 is not over yet. End it: npm run mock hash-ring close");
    });
    vi.unstubAllGlobals();
    expect(stderr).toBe("Session 1 is not over\nyet. End it:\n  npm run mock hash-ring close\n");
  });

  it("that fails by a defect of its own shows where, and does not look like a failed grade", async () => {
    type();
    await runCommand(command, () => Promise.reject(new TypeError("a defect")));
    expect(process.exitCode).toBe(2);
    expect(stderr).toContain("TypeError: a defect\n    at ");
  });
});
