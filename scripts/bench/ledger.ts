/** ledger: its pool on two worker threads against an ideal split of the same work, and against other pools. */
import { fileURLToPath } from "node:url";
import { realClock } from "../../katas/platform/real-clock.ts";
import { realWorkers } from "../../katas/platform/real-workers.ts";
import type { Subject } from "../../katas/ledger/contract.ts";
import type { AtEnd, KataBench } from "../lib/bench/kata-bench.ts";
import type { Lane, Round } from "../lib/bench/race.ts";

const workerCount = 2;
/** Two threads that had a processor each do nearly twice the work of one. */
const scalingMin = 1.8;

const tasksFile = new URL("./ledger/tasks.mjs", import.meta.url);
const piscinaFile = new URL("./ledger/piscina-worker.mjs", import.meta.url);
const poolifierFile = fileURLToPath(new URL("./ledger/poolifier-worker.mjs", import.meta.url));

const sizes = [
  { name: "50 µs", taskMs: 0.05, ofSplit: 0.9, sliceMs: 200 },
  { name: "1 ms", taskMs: 1, ofSplit: 0.95, sliceMs: 400 },
  // Long enough that one task more or less on one of the workers does not show.
  { name: "10 ms", taskMs: 10, ofSplit: 0.97, sliceMs: 1500 },
];

export const bench: KataBench<Subject> = {
  peers: ["piscina", "tinypool", "poolifier"],
  notes: [
    "The ideal split tells each thread once how many tasks are its own. Rounds in which it was not nearly twice as fast as one thread are run again: then something else had the second processor.",
  ],
  courses: ({ subjects, peers, atEnd }) =>
    sizes.map(({ name, taskMs, ofSplit, sliceMs }) => ({
      title: `Tasks of ${name} on ${workerCount} threads, all submitted at once`,
      goals: [
        { against: idealSplit, atLeast: ofSplit },
        { against: "piscina", atLeast: taskMs < 1 ? 2 : 0 },
        { against: "poolifier", atLeast: taskMs < 1 ? 1.3 : 0 },
      ].filter(({ atLeast }) => atLeast > 0),
      sliceMs,
      isSound,
      lanes: async () => {
        const turns = await turnsIn(taskMs);
        return [
          { name: oneThread, kind: "peer", run: splitAmong(1, turns, atEnd) },
          { name: idealSplit, kind: "limit", run: splitAmong(workerCount, turns, atEnd) },
          ...subjects.map(({ name: subject, exports }): Lane => {
            const spin = poolOf(exports, workerCount, atEnd);
            return { name: subject, kind: "subject", run: allAtOnce(() => spin(turns)) };
          }),
          ...[...peers].flatMap(([peer, exports]): Lane[] => {
            const spin = peerPools[peer]?.(exports, atEnd);
            if (spin === undefined) return [];
            return [{ name: peer, kind: "peer", run: allAtOnce(() => spin(turns)) }];
          }),
        ];
      },
    })),
  growths: ({ subjects }) => [
    {
      title: "Tasks of 50 µs as workers join: what one of them takes",
      axis: "workers",
      sizes: [1, 2, 4, 8],
      sliceMs: 200,
      lanes: async (count, atEnd) => {
        const turns = await turnsIn(0.05);
        return [
          { name: idealSplit, kind: "limit", run: splitAmong(count, turns, atEnd) },
          ...subjects.map(({ name, exports }): Lane => {
            const spin = poolOf(exports, count, atEnd);
            return { name, kind: "subject", run: allAtOnce(() => spin(turns)) };
          }),
        ];
      },
    },
  ],
};

const oneThread = "one thread";
const idealSplit = "the ideal split";

/** The second processor is often somebody else's for a while: then there is nothing to compare with. */
function isSound(round: Round): boolean {
  return (round.get(idealSplit) ?? 0) >= scalingMin * (round.get(oneThread) ?? Infinity);
}

function allAtOnce(submit: () => Promise<unknown>): Lane["run"] {
  return async (count) => (await Promise.all(Array.from({ length: count }, submit))).length;
}

/** Each thread is told once how many tasks are its own. */
function splitAmong(threads: number, turns: number, atEnd: AtEnd): Lane["run"] {
  const workers = Array.from({ length: threads }, () => realWorkers({ module: tasksFile }).start());
  atEnd(() => Promise.all(workers.map((worker) => worker.terminate())));
  return async (count) => {
    const shares = workers.map((worker, index) => {
      const share = Math.floor((count + index) / threads);
      worker.post([{ kind: "spinMany", input: { turns, count: share } }]);
      return new Promise((resolve) => worker.onMessage(resolve));
    });
    return (await Promise.all(shares)).length;
  };
}

/** Found out on a thread, with nothing beside it; the fastest of some tries is the least disturbed. */
async function turnsIn(taskMs: number): Promise<number> {
  const worker = realWorkers({ module: tasksFile }).start();
  const turns = 100_000;
  let fastestMs = Number.POSITIVE_INFINITY;
  for (let tried = 0; tried < 10; tried++) {
    const started = performance.now();
    worker.post([{ kind: "spinMany", input: { turns, count: 100 } }]);
    await new Promise((resolve) => worker.onMessage(resolve));
    fastestMs = Math.min(fastestMs, performance.now() - started);
  }
  await worker.terminate();
  return Math.round((taskMs / (fastestMs / 100)) * turns);
}

// ── Contestants ───────────────────────────────────────────────────────────────────────────────

type Spin = (turns: number) => Promise<unknown>;

function poolOf({ createTaskPool }: Subject, threads: number, atEnd: AtEnd): Spin {
  const pool = createTaskPool({
    inFlightMax: 256,
    queueLengthMax: 1_000_000,
    workers: realWorkers({ module: tasksFile }),
    workerCount: threads,
    clock: realClock,
  });
  atEnd(() => pool.close());
  return (turns) => pool.submit({ kind: "spin", input: turns });
}

interface Piscina {
  run(input: unknown): Promise<unknown>;
  destroy(): Promise<void>;
}

interface Poolifier {
  execute(input: unknown): Promise<unknown>;
  destroy(): Promise<void>;
}

/** How each package is told the same: so many threads, and as much waiting as there is. */
const peerPools: Readonly<Record<string, (exports: unknown, atEnd: AtEnd) => Spin>> = {
  piscina: (exports, atEnd) => {
    const { Piscina } = exports as { Piscina: new (options: object) => Piscina };
    const pool = new Piscina({
      filename: piscinaFile.href,
      minThreads: workerCount,
      maxThreads: workerCount,
      execArgv: [],
    });
    atEnd(() => pool.destroy());
    return (turns) => pool.run(turns);
  },
  // Calls what a file exports by default, as piscina does.
  tinypool: (exports, atEnd) => {
    const { Tinypool } = exports as { Tinypool: new (options: object) => Piscina };
    const pool = new Tinypool({
      filename: piscinaFile.href,
      minThreads: workerCount,
      maxThreads: workerCount,
      execArgv: [],
    });
    atEnd(() => pool.destroy());
    return (turns) => pool.run(turns);
  },
  poolifier: (exports, atEnd) => {
    type Pool = new (threads: number, file: string, options: object) => Poolifier;
    const { FixedThreadPool } = exports as { FixedThreadPool: Pool };
    const pool = new FixedThreadPool(workerCount, poolifierFile, {
      workerOptions: { execArgv: [] },
    });
    // Not waited for: it ends the threads, and its promise is never settled.
    atEnd(() => void pool.destroy());
    return (turns) => pool.execute(turns);
  },
};
