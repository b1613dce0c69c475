/**
 * Runs bundles of a learner's tests, one list after another, until whoever started it is gone.
 *
 *     node --import tsx own-tests-process.ts '{"root": …, "folder": …}'
 *
 * Every list gets a worker of its own, which keeps notes (trial-notes.ts). Here, only "something happened"
 * and "the list is through" are said.
 */
import path from "node:path";
import { createVitest, type Vitest } from "vitest/node";
import { cpuSecondsMaxVariable, notesFileVariable } from "./trial-notes.ts";

export interface TrialList {
  bundles: string[];
  notesFile: string;
  /** The work after which no bundle of the list is begun; null for no end. */
  cpuSecondsMax: number | null;
}

export type TrialMessage = { kind: "heard" } | { kind: "done"; late: string[] };

const memoryMegabytesMax = 512;
const testMsMax = 60_000;
const hookMsMax = 10_000;

const { root, folder } = JSON.parse(process.argv[2] ?? "") as { root: string; folder: string };

process.on("disconnect", () => process.kill(-process.pid, "SIGKILL"));
// The terminal's ctrl-C is for the command, which ends this process.
process.on("SIGINT", () => undefined);

class InTheOrderGiven {
  shard<Files>(files: Files): Files {
    return files;
  }
  sort<Files>(files: Files): Files {
    return files;
  }
}

/** What was thrown outside every test. */
let late: string[] = [];
const vitest = await prepare();
await vitest.standalone();
process.on("message", (list: TrialList) => void run(list));

async function run({ bundles, notesFile, cpuSecondsMax }: TrialList): Promise<void> {
  process.env[notesFileVariable] = notesFile;
  process.env[cpuSecondsMaxVariable] = String(cpuSecondsMax ?? Infinity);
  late = [];
  const project = vitest.getRootProject();
  await vitest.runTestSpecifications(
    bundles.map((bundle) => project.createSpecification(bundle)),
    true,
  );
  tell({ kind: "done", late });
}

function prepare(): Promise<Vitest> {
  const heard = () => tell({ kind: "heard" });
  return createVitest("test", {
    config: false,
    root,
    watch: false,
    pool: "forks",
    // One worker for all of a list, in the order given.
    isolate: false,
    maxWorkers: 1,
    sequence: { sequencer: InTheOrderGiven },
    execArgv: [`--max-old-space-size=${memoryMegabytesMax}`],
    runner: path.join(import.meta.dirname, "..", "child", "own-test-runner.ts"),
    // Bundles are run as they are.
    server: { deps: { external: [new RegExp(`/${path.basename(folder)}/`)] } },
    include: [path.join(folder, "*.mjs")],
    testTimeout: testMsMax,
    hookTimeout: hookMsMax,
    teardownTimeout: 500,
    silent: true,
    update: false,
    cache: false,
    reporters: [
      {
        onTestModuleCollected: heard,
        onTestCaseResult: heard,
        onTestModuleEnd: heard,
        onTestRunEnd: (_modules, unhandled) => {
          late = unhandled.map(({ message }) => message);
        },
      },
    ],
  });
}

function tell(message: TrialMessage): void {
  process.send?.(message);
}
