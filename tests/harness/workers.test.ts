import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { realWorkers } from "#platform/real-workers.ts";
import {
  createFlakyWorkers,
  FlakyWorkers,
  nameOfWorkerMoment,
  type WorkerMoment,
} from "#platform/testing/flaky-workers.ts";
import { GateKeeper, stillness } from "#platform/testing/gates.ts";
import type { TaskWorker } from "#platform/workers.ts";
import { taskHandlers as handlers } from "./fixtures/task-handlers.ts";
import { bundleScript } from "./stress/scripts.ts";
import { listenTo, ok, registerWorkersContract, task } from "./workers-contract.ts";

const root = mkdtempSync(path.join(tmpdir(), "systems-katas-workers-"));

/** The handlers as plain JavaScript, which a thread can load. */
const module = path.join(root, "task-handlers.mjs");

beforeAll(async () => {
  await bundleScript(path.join(import.meta.dirname, "fixtures/task-handlers.ts"), module);
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

describe("workers in memory", () => {
  registerWorkersContract(test, () => createFlakyWorkers({ handlers }));

  test("every moment in the life of a worker is a gate", async () => {
    const gates = new GateKeeper<WorkerMoment>();
    const workers = new FlakyWorkers({ handlers, pace: gates });
    const messages = listenTo(workers.start());
    messages.post([task("double", 1), task("fail", "E")]);
    const seen: string[] = [];
    for (;;) {
      await stillness();
      const [next] = gates.underWay();
      if (next === undefined) break;
      seen.push(nameOfWorkerMoment(next));
      gates.open(0);
    }
    expect(seen).toEqual([
      "worker 1: start",
      "worker 1 does double",
      "worker 1 does fail",
      "worker 1: answer",
    ]);
    expect(messages.count).toBe(1);
    expect(workers.busy).toEqual([]);
  });

  test.each(["start", "task", "answer"])(
    "a worker that dies at its %s answers nothing",
    async (at) => {
      const workers = createFlakyWorkers({ handlers });
      workers.faults = (moment) => (moment.at === at ? "dies" : undefined);
      const messages = listenTo(workers.start());
      messages.post([task("double", 1)]);
      await stillness();
      expect([messages.count, messages.exits, workers.alive]).toEqual([0, 1, 0]);
    },
  );

  test("a worker that hangs answers nothing until it is terminated", async () => {
    const workers = createFlakyWorkers({
      handlers,
      faults: ({ at }) => (at === "task" ? "hangs" : undefined),
    });
    const worker = workers.start();
    const messages = listenTo(worker);
    messages.post([task("double", 1)]);
    await stillness();
    expect([messages.count, messages.exits, workers.alive, workers.busy]).toEqual([0, 0, 1, [1]]);
    await worker.terminate();
    expect([messages.count, messages.exits, workers.alive]).toEqual([0, 1, 0]);
  });

  test("a worker can be killed and be made to hang at any moment", async () => {
    const gates = new GateKeeper<WorkerMoment>();
    const workers = new FlakyWorkers({ handlers, pace: gates });
    const [one, two] = [listenTo(workers.start()), listenTo(workers.start())];
    one.post([task("double", 1)]);
    two.post([task("double", 1)]);
    workers.kill(1);
    workers.hang(2);
    await openAll(gates);
    expect([one.count, one.exits, two.count, two.exits]).toEqual([0, 1, 0, 0]);
    expect(workers.alive).toBe(1);
  });

  test("what was on its way when a worker was terminated may still come, before its exit", async () => {
    const gates = new GateKeeper<WorkerMoment>();
    const workers = new FlakyWorkers({ handlers, pace: gates });
    const worker = workers.start();
    const messages = listenTo(worker);
    messages.post([task("double", 1)]);
    for (let step = 0; step < 2; step++) {
      await stillness();
      gates.open(0);
    }
    await stillness();
    void worker.terminate();
    await openAll(gates);
    expect(await messages.next()).toEqual([ok(2)]);
    expect(messages.exits).toBe(1);
  });

  test("when their process ends, nobody hears of them again", async () => {
    const gates = new GateKeeper<WorkerMoment>();
    const workers = new FlakyWorkers({ handlers, pace: gates });
    const messages = listenTo(workers.start());
    messages.post([task("double", 1)]);
    workers.fence();
    await openAll(gates);
    expect([messages.count, messages.exits, workers.alive]).toEqual([0, 0, 0]);
  });
});

describe("workers on real threads", () => {
  registerWorkersContract(test, () => realWorkers({ module }));

  test("a worker whose module cannot be loaded exits with the reason", async () => {
    const cause = await exitOf(realWorkers({ module: `${module}.absent` }).start());
    expect(cause?.message).toContain("task-handlers.mjs.absent");
  });

  test("a module without handlers is told", async () => {
    const cause = await exitOf(realWorkers({ module: new URL("data:text/javascript,") }).start());
    expect(cause?.message).toContain("exports no taskHandlers");
  });

  test("a handler that ends its thread ends the worker, and nothing else", async () => {
    const worker = realWorkers({ module }).start();
    worker.post([task("exit", undefined)]);
    expect(await exitOf(worker)).toBe(undefined);
  });

  test("a handler that never ends is terminated", async () => {
    const worker = realWorkers({ module }).start();
    const messages = listenTo(worker);
    messages.post([task("double", 1)]);
    await messages.next();
    messages.post([task("spin", undefined)]);
    await worker.terminate();
    expect([messages.count, messages.exits]).toEqual([1, 1]);
  });
});

function exitOf(worker: TaskWorker): Promise<Error | undefined> {
  return new Promise((resolve) => worker.onExit(resolve));
}

async function openAll(gates: GateKeeper<WorkerMoment>): Promise<void> {
  for (;;) {
    await stillness();
    if (gates.pending.length === 0) return;
    gates.open(0);
  }
}
