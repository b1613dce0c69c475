/**
 * The history of a case as the lines of a test that a learner can keep: ordinary calls of the contract against the
 * tools of katas/platform/testing, and what the promise says of their answers.
 */
import type { InvariantId } from "#katas/ledger/invariants.ts";
import type { PartCase } from "../harness/experiment.ts";
import type { TestBody } from "../harness/learner-test.ts";
import { badCallAsTest } from "./as-test/bad-calls.ts";
import { poolAsTest } from "./as-test/pools.ts";
import { scriptAsTest } from "./as-test/scripts.ts";
import { arrivalAsTest, processAsTest, readerAsTest } from "./as-test/sources.ts";
import { pausesAsTest, readingAsTest } from "./as-test/counted.ts";
import { workersAsTest } from "./as-test/workers.ts";
import type { PoolScript } from "./pool-script.ts";
import type { ProcessScript } from "./process-script.ts";
import type { Script } from "./script.ts";
import type { WorkerScript } from "./worker-script.ts";

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each promise has cases of its own type
type Writer = (testCase: any) => string[];

/** All others have scripts of validators. */
const writers: Partial<Readonly<Record<InvariantId, Writer>>> = {
  "ledger/metadata-stays-as-read": ({ part, of }: PartCase) =>
    part === 0 ? scriptAsTest(of as Script) : processAsTest(of as ProcessScript),
  "ledger/bad-arguments-are-refused": badCallAsTest,
  "ledger/retries-are-spread": pausesAsTest,
  "ledger/only-what-is-new-is-read": readingAsTest,
  "ledger/never-more-in-flight": poolOrWorkersAsTest,
  "ledger/no-slot-is-lost": (script: PoolScript) => poolAsTest(script),
  "ledger/overload-is-refused": poolOrWorkersAsTest,
  "ledger/every-task-settles-once": (script: PoolScript) => poolAsTest(script),
  "ledger/threads-answer-alike": workersAsTest,
  "ledger/all-workers-work": workersAsTest,
  "ledger/a-lost-worker-loses-no-task": workersAsTest,
  "ledger/no-worker-is-left": workersAsTest,
  "ledger/counts-add-up": ({ part, of }: PartCase) =>
    part === 0 ? workersAsTest(of as WorkerScript) : poolAsTest(of as PoolScript, true),
  "ledger/readers-agree": readerAsTest,
  "ledger/batch-and-stream-agree": processAsTest,
  "ledger/each-effect-exactly-once": processAsTest,
  "ledger/poison-is-quarantined": processAsTest,
  "ledger/a-stream-does-not-wait": arrivalAsTest,
};

function poolOrWorkersAsTest({ part, of }: PartCase): string[] {
  return part === 0 ? poolAsTest(of as PoolScript) : workersAsTest(of as WorkerScript);
}

/** Those that try many orders. */
const tryingTimeoutMs = 30_000;

export function asTest(id: InvariantId, content: unknown): TestBody {
  const lines = (writers[id] ?? scriptAsTest)(content as Script);
  return lines.some((line) => line.includes("tryInterleavings"))
    ? { lines, timeoutMs: tryingTimeoutMs }
    : { lines };
}
