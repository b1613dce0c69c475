/**
 * Runs a learner's tests once, in a process of its own, and ends.
 *
 *     node --import tsx test-process.ts '<TestProcessOptions as JSON>'
 *
 * It prepares everything that does not depend on the learner's code, says "ready", and waits for the first
 * message; so a process started early answers a save in a third of the time. When whoever started
 * it is gone, it ends its whole process group, an endless loop in a test included.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { createVitest, type Reporter, type TestModule, type Vitest } from "vitest/node";
import {
  progressFileVariable,
  type TestFailure,
  type TestFileKind,
  type TestMessage,
  type TestProcessOptions,
} from "./test-messages.ts";

const testMsMax = 2_500;
const memoryMegabytesMax = 512;

const options = JSON.parse(process.argv[2] ?? "") as TestProcessOptions;

process.on("disconnect", () => process.kill(-process.pid, "SIGKILL"));
// The terminal's ctrl-C is for the command, which ends this process.
process.on("SIGINT", () => undefined);

const vitest = await prepare();
process.once("message", (go: { progressFile: string }) => void run(go.progressFile));
tell({ kind: "ready" });

function prepare(): Promise<Vitest> {
  const inRoot = (...parts: string[]) => path.join(options.root, ...parts);
  return createVitest(
    "test",
    {
      config: false,
      root: options.root,
      watch: false,
      pool: "forks",
      execArgv: [`--max-old-space-size=${memoryMegabytesMax}`],
      testTimeout: testMsMax,
      hookTimeout: testMsMax,
      teardownTimeout: 500,
      setupFiles: [path.join(import.meta.dirname, "test-progress.ts")],
      cache: false,
      reporters: [reporter()],
    },
    {
      resolve: {
        alias: [
          { find: /^#platform\//, replacement: inRoot("katas", "platform", path.sep) },
          { find: /^#katas\//, replacement: inRoot("katas", path.sep) },
          { find: /^#subject$/, replacement: options.subjectFile },
          // An attempt may lie where no node_modules is above it.
          { find: /^vitest$/, replacement: inRoot("node_modules", "vitest", "dist", "index.js") },
          {
            find: /^fast-check$/,
            replacement: inRoot("node_modules", "fast-check", "lib", "fast-check.js"),
          },
        ],
      },
    },
  );
}

async function run(progressFile: string): Promise<void> {
  process.env[progressFileVariable] = progressFile;
  await vitest.standalone();
  const project = vitest.getRootProject();
  const files = [options.visibleTestFile, options.ownTestFile].filter((file) => existsSync(file));
  const specifications = files.map((file) => project.createSpecification(file));
  await vitest.runTestSpecifications(specifications, true);
  process.send?.({ kind: "done" } satisfies TestMessage, undefined, undefined, () =>
    process.exit(0),
  );
}

function reporter(): Reporter {
  return {
    onTestModuleCollected: (module) =>
      tell({
        kind: "collected",
        file: fileKind(module),
        tests: [...module.children.allTests()].map((test) => test.fullName),
      }),
    onTestCaseResult: (test) => {
      const { state, errors } = test.result();
      const failure = errors?.[0];
      tell({
        kind: "ended",
        file: fileKind(test.module),
        test: test.fullName,
        state: state === "pending" ? "failed" : state,
        ...(failure === undefined ? {} : { failure: failureOf(failure) }),
      });
    },
    onTestModuleEnd: (module) => {
      for (const error of module.errors()) {
        tell({ kind: "file-problem", file: fileKind(module), failure: failureOf(error) });
      }
    },
    onUserConsoleLog: (log) => tell({ kind: "output", text: log.content }),
    onTestRunEnd: (_modules, unhandled) => {
      for (const error of unhandled) {
        tell({ kind: "late-problem", failure: failureOf(error) });
      }
    },
  };
}

function fileKind(module: TestModule): TestFileKind {
  return path.resolve(module.moduleId) === path.resolve(options.ownTestFile) ? "own" : "visible";
}

interface VitestError {
  name?: string;
  message: string;
  stacks?: readonly { file: string; line: number }[];
}

function failureOf(error: VitestError): TestFailure {
  const known = [options.subjectFile, options.visibleTestFile, options.ownTestFile];
  const frame = error.stacks?.find(({ file }) => known.includes(path.resolve(file)));
  return {
    name: error.name ?? "Error",
    message: error.message,
    ...(frame === undefined ? {} : { at: `${path.basename(frame.file)}:${frame.line}` }),
  };
}

function tell(message: TestMessage): void {
  process.send?.(message);
}
