import assert from "node:assert/strict";
import { errorCode } from "#platform/errors.ts";
import type { Task, TaskOutcome, TaskWorker, Workers } from "#platform/workers.ts";

/**
 * The promises of katas/platform/workers.ts, for any workers that know the kinds of `fixtures/task-handlers.ts`:
 *
 *     describe("real workers", () => registerWorkersContract(test, makeWorkers));
 */
export function registerWorkersContract(
  register: (sentence: string, body: () => Promise<void>) => void,
  makeWorkers: () => Workers,
): void {
  for (const [sentence, promise] of Object.entries(promises)) {
    register(sentence, async () => {
      const started: TaskWorker[] = [];
      const workers = makeWorkers();
      try {
        await promise(() => {
          const worker = workers.start();
          started.push(worker);
          return worker;
        });
      } finally {
        await Promise.all(started.map((worker) => worker.terminate()));
      }
    });
  }
}

type WorkersPromise = (start: () => TaskWorker) => Promise<void>;

const promises: Readonly<Record<string, WorkersPromise>> = {
  "tasks posted at once after the start are answered, in one message each, in order": async (
    start,
  ) => {
    const messages = listenTo(start());
    messages.post([task("double", 1), task("double", 2)]);
    messages.post([task("double", 3)]);
    assert.deepEqual(await messages.next(), [ok(2), ok(4)]);
    assert.deepEqual(await messages.next(), [ok(6)]);
  },

  "a handler may wait, and the tasks behind it wait too": async (start) => {
    const messages = listenTo(start());
    messages.post([task("late", "first")]);
    messages.post([task("double", 1)]);
    assert.deepEqual(await messages.next(), [ok("first")]);
    assert.deepEqual(await messages.next(), [ok(2)]);
  },

  "an error comes back with its name, message and code, and harms no other task": async (start) => {
    const messages = listenTo(start());
    messages.post([task("fail", "E_ONE"), task("failLater", undefined), task("double", 1)]);
    const [first, second, third] = await messages.next();
    assert.deepEqual(first, failed("RangeError", "It fails as asked.", "E_ONE"));
    assert.deepEqual(second, failed("Error", "It fails late."));
    assert.deepEqual(third, ok(2));
  },

  "what is thrown and is no error comes back as a text": async (start) => {
    const messages = listenTo(start());
    messages.post([task("throwText", undefined)]);
    assert.deepEqual(await messages.next(), [failed("Error", "a text")]);
  },

  "a kind that nobody knows fails with INVALID_ARGUMENT": async (start) => {
    const messages = listenTo(start());
    messages.post([task("absent", 1), task("toString", 1), task("double", 1)]);
    const outcomes = await messages.next();
    assert.deepEqual(outcomes.map(codeOf), ["INVALID_ARGUMENT", "INVALID_ARGUMENT", undefined]);
  },

  "an input that cannot travel throws NOT_CLONEABLE, and nothing was sent": async (start) => {
    const messages = listenTo(start());
    assert.throws(
      () => messages.post([task("double", 1), task("double", () => 2)]),
      (error) => errorCode(error) === "NOT_CLONEABLE",
    );
    messages.post([task("double", 3)]);
    assert.deepEqual(await messages.next(), [ok(6)]);
  },

  "a result that cannot travel fails with NOT_CLONEABLE, alone": async (start) => {
    const messages = listenTo(start());
    messages.post([task("double", 1), task("giveFunction", undefined), task("double", 2)]);
    const [first, second, third] = await messages.next();
    assert.deepEqual([first, third], [ok(2), ok(4)]);
    assert.equal(codeOf(second), "NOT_CLONEABLE");
  },

  "what travels is a copy": async (start) => {
    const input = { list: [1, 2] };
    const messages = listenTo(start());
    messages.post([task("change", input)]);
    input.list.push(9);
    assert.deepEqual(await messages.next(), [ok({ list: [1, 2, "changed"] })]);
    assert.deepEqual(input, { list: [1, 2, 9] });
  },

  "no task at all is refused": async (start) => {
    assert.throws(
      () => start().post([]),
      (error) => errorCode(error) === "INVALID_ARGUMENT",
    );
  },

  "terminate ends a worker, tells its exit once, and may be called twice": async (start) => {
    const worker = start();
    const messages = listenTo(worker);
    messages.post([task("double", 1)]);
    await messages.next();
    await Promise.all([worker.terminate(), worker.terminate()]);
    await worker.terminate();
    assert.equal(messages.exits, 1);
  },

  "what is posted after the exit is never answered": async (start) => {
    const worker = start();
    const messages = listenTo(worker);
    await worker.terminate();
    messages.post([task("double", 1)]);
    const other = listenTo(start());
    other.post([task("late", "done")]);
    await other.next();
    assert.equal(messages.count, 0);
  },

  "workers know nothing of each other": async (start) => {
    const [one, two] = [listenTo(start()), listenTo(start())];
    one.post([task("double", 1)]);
    two.post([task("double", 2)]);
    assert.deepEqual(await two.next(), [ok(4)]);
    assert.deepEqual(await one.next(), [ok(2)]);
  },
};

interface Messages {
  post(tasks: readonly Task[]): void;
  next(): Promise<readonly TaskOutcome[]>;
  readonly count: number;
  readonly exits: number;
}

export function listenTo(worker: TaskWorker): Messages {
  const arrived: (readonly TaskOutcome[])[] = [];
  let taken = 0;
  let exits = 0;
  let wake: () => void = () => undefined;
  worker.onMessage((outcomes) => {
    arrived.push(outcomes);
    wake();
  });
  worker.onExit(() => exits++);
  return {
    post: (tasks) => worker.post(tasks),
    async next() {
      const outcomes = arrived[taken];
      if (outcomes === undefined) {
        await new Promise<void>((resolve) => (wake = resolve));
        return this.next();
      }
      taken++;
      return outcomes;
    },
    get count() {
      return arrived.length;
    },
    get exits() {
      return exits;
    },
  };
}

export function task(kind: string, input: unknown): Task {
  return { kind, input };
}

export function ok(value: unknown): TaskOutcome {
  return { ok: true, value };
}

function failed(name: string, message: string, code?: string): TaskOutcome {
  return { ok: false, error: code === undefined ? { name, message } : { name, message, code } };
}

function codeOf(outcome: TaskOutcome | undefined): string | undefined {
  return outcome?.ok === false ? outcome.error.code : undefined;
}
