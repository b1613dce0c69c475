/** Scripts of pools on workers as tests. */
import { taskMsMax, type WorkerScript } from "../worker-script.ts";
import { lines } from "./text.ts";

export function workersAsTest(script: WorkerScript): string[] {
  const { known, inFlightMax, queueLengthMax, workerCount, tasks, faults, lastWave, closesEarly } =
    script;
  const aborted = [...new Set((script.aborts ?? []).map(({ task }) => task))];
  const planned = faults.map(({ at, number, fault }) => `"${at} ${number}": "${fault}"`).join(", ");
  const last = lastWave?.tasks ?? 0;
  const room = inFlightMax + queueLengthMax;
  const isCrowded = tasks.length - last > room;
  const accepted = isCrowded ? `Math.min(submitted, ${room})` : "submitted";
  const refused = isCrowded ? `task >= ${room} ? "OVERLOADED" : ` : "";
  return lines(
    ...(known === undefined ? [] : [`// ${known}.`]),
    "await tryInterleavings({ runs: 60 }, async (world) => {",
    "  const clock = world.clock;",
    "  const number = (input) => input.number;",
    "  const handlers = {",
    "    doubles: (input) => number(input) * 2,",
    '    maps: (input) => ({ at: number(input), when: new Date(1000 * number(input)), of: new Map([["n", number(input)]]) }),',
    "    nothing: async () => undefined,",
    '    "changes its input": (input) => (input.number += 1000),',
    "    fails: (input) => { throw new Error(`task ${number(input)} failed`); },",
    '    "fails with a code": async (input) => { throw Object.assign(new Error(`task ${number(input)} failed`), { code: "E_TASK" }); },',
    '    "cannot be sent": () => 1,',
    '    "cannot be answered": () => () => 1,',
    '    kills: () => "alive",',
    '    hangs: () => "alive",',
    `    "takes time": async (input) => { await clock.sleep(${taskMsMax - 100}); return number(input); },`,
    "  };",
    "  // What each task has to come to; a number of losses is known only when it is run.",
    "  const right = {",
    "    doubles: (task) => task * 2,",
    '    maps: (task) => ({ at: task, when: new Date(1000 * task), of: new Map([["n", task]]) }),',
    "    nothing: () => undefined,",
    '    "changes its input": (task) => task + 1000,',
    "    fails: (task) => `: task ${task} failed`,",
    '    "fails with a code": (task) => `E_TASK: task ${task} failed`,',
    '    "no such kind": () => "INVALID_ARGUMENT",',
    '    "cannot be sent": () => "NOT_CLONEABLE",',
    '    "cannot be answered": () => "NOT_CLONEABLE",',
    '    "takes time": (task) => task,',
    '    kills: () => "alive",',
    '    hangs: () => "alive",',
    "  };",
    `  const planned = { ${planned} };`,
    "  const seen = { start: 0, task: 0, answer: 0, exit: 0 };",
    "  const workers = world.workers(handlers);",
    "  workers.faults = ({ at, task }) =>",
    '    planned[`${at} ${seen[at]++}`] ?? { kills: "dies", hangs: "hangs" }[task?.kind];',
    "  // What is with each worker, and how often each task was lost.",
    "  const losses = new Map();",
    "  const handedOut = new Map();",
    "  const gone = [];",
    "  const settled = { succeeded: 0, failed: 0 };",
    "  let submitted = 0;",
    "  const look = () => {",
    `    expect(workers.alive, "workers alive").toBeLessThanOrEqual(${workerCount});`,
    `    expect(pool.counts()).toMatchObject({ submitted: ${accepted} });`,
    "    const { succeeded, failed } = pool.counts();",
    "    expect(succeeded + failed).toBeLessThanOrEqual(submitted);",
    "  };",
    "  const port = {",
    "    start() {",
    "      const worker = workers.start();",
    "      const posts = [];",
    "      let tell = () => undefined;",
    "      let tellExit = () => undefined;",
    "      let since = 0;",
    "      let isGone = () => undefined;",
    "      gone.push(new Promise((resolve) => (isGone = resolve)));",
    "      worker.onMessage((outcomes) => { posts.shift(); since = clock.now(); tell(outcomes); });",
    "      worker.onExit((cause) => {",
    "        for (const task of posts.flat()) losses.set(task, (losses.get(task) ?? 0) + 1);",
    "        posts.length = 0;",
    "        tellExit(cause);",
    "        isGone();",
    "      });",
    "      return {",
    "        post(tasks) {",
    "          worker.post(tasks);",
    "          if (posts.length === 0) since = clock.now();",
    "          posts.push(tasks.map(({ input }) => input.number));",
    "          handedOut.set(worker, posts);",
    `          expect([...handedOut.values()].flat(2).length, "tasks in flight").toBeLessThanOrEqual(${inFlightMax});`,
    '          for (const task of posts.flat()) expect(losses.get(task) ?? 0, "losses of a task that is handed out").toBeLessThan(2);',
    "        },",
    "        onMessage: (listener) => (tell = listener),",
    "        onExit: (listener) => (tellExit = listener),",
    "        terminate() {",
    `          expect(clock.now() - since, "time until it is terminated").toBeGreaterThanOrEqual(posts.flat().length * ${taskMsMax});`,
    "          return worker.terminate();",
    "        },",
    "      };",
    "    },",
    "  };",
    `  const pool = createTaskPool({ inFlightMax: ${inFlightMax}, queueLengthMax: ${queueLengthMax}, workerCount: ${workerCount}, taskMsMax: ${taskMsMax}, workers: port, clock });`,
    ...(aborted.length === 0
      ? []
      : [
          "  // Some tasks are called off at any moment, unless they are over by then.",
          "  const controllers = new Map();",
          "  const over = new Set();",
          "  const off = new Set();",
          "  const callOff = (task) => async () => {",
          "    if (over.has(task)) return;",
          "    off.add(task);",
          "    controllers.get(task).abort();",
          "  };",
        ]),
    "  const submit = async (kind) => {",
    "    const task = submitted++;",
    "    const input = { number: task, list: [task, new Map([[task, 'x']])] };",
    '    if (kind === "cannot be sent") input.callback = () => task;',
    "    let got;",
    "    try {",
    ...(aborted.length === 0
      ? ["      got = await pool.submit({ kind, input });"]
      : [
          "      const controller = new AbortController();",
          "      controllers.set(task, controller);",
          "      got = await pool.submit({ kind, input }, { signal: controller.signal });",
        ]),
    "      settled.succeeded++;",
    "    } catch (error) {",
    "      settled.failed += error.code === 'OVERLOADED' ? 0 : 1;",
    '      got = ["OVERLOADED", "INVALID_ARGUMENT", "NOT_CLONEABLE", "WORKER_LOST", "ABORTED"].includes(error.code) ? error.code : `${error.code ?? ""}: ${error.message}`;',
    "    }",
    ...(aborted.length === 0 ? [] : ["    over.add(task);"]),
    "    expect(got, `task ${task}, ${kind}`).toEqual(",
    `      ${aborted.length === 0 ? "" : 'off.has(task) ? "ABORTED" : '}${refused}(losses.get(task) ?? 0) >= 2 ? "WORKER_LOST" : right[kind](task),`,
    "    );",
    "    expect(input.number).toBe(task);",
    "    look();",
    "  };",
    `  const answers = [${tasks
      .slice(0, tasks.length - last)
      .map((task) => `"${task}"`)
      .join(", ")}].map(submit);`,
    ...(aborted.length === 0
      ? []
      : [
          `  const calledOff = world.together(${aborted.map((task) => `callOff(${task})`).join(", ")});`,
        ]),
    ...(closesEarly === true
      ? ["  const closing = pool.close();", "  await Promise.all(answers);", "  await closing;"]
      : [
          `  if (submitted > ${inFlightMax}) expect(workers.busy.length, "workers that have a task").toBe(${workerCount});`,
          "  await Promise.all(answers);",
          ...(lastWave?.dies ?? []).flatMap((worker) => [
            `  workers.kill(${worker});`,
            ...(lastWave?.isSeen === true ? [`  await gone[${worker - 1}];`] : []),
          ]),
          `  await Promise.all([${tasks
            .slice(tasks.length - last)
            .map((task) => `"${task}"`)
            .join(", ")}].map(submit));`,
          "  await pool.close();",
        ]),
    ...(aborted.length === 0 ? [] : ["  await calledOff;"]),
    '  expect(workers.alive, "workers alive after close").toBe(0);',
    "  const submittedInAll = settled.succeeded + settled.failed;",
    "  expect(pool.counts()).toMatchObject({ submitted: submittedInAll, ...settled });",
    "});",
  );
}
