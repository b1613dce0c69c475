/** Scripts of pools as tests: after each step everything that can run has run, and the pool is where it has to be. */
import {
  answerOf,
  errorOf,
  isFollowedAtOnce,
  PoolModel,
  type PoolScript,
  type PoolStep,
} from "../pool-script.ts";
import { lines, valueText } from "./text.ts";

export function poolAsTest(script: PoolScript, isCounted = false): string[] {
  const { inFlightMax, queueLengthMax, known } = script;
  const model = new PoolModel(script);
  const text = lines(
    ...(known === undefined ? [] : [`// ${known}.`]),
    "const begun = [];",
    "const running = new Map();",
    "const settled = new Map();",
    "const manners = new Map();",
    "const controllers = new Map();",
    "const waits = [];",
    "let inFlight = 0;",
    "const work = (task, { signal }) => {",
    "  begun.push(task);",
    `  expect(++inFlight, "tasks in flight").toBeLessThanOrEqual(${inFlightMax});`,
    "  const { how, heeds } = manners.get(task);",
    '  if (how !== "later") inFlight--;',
    `  if (how === "now") return answers[task];`,
    '  if (how === "throws") throw new Error(`task ${task} failed`);',
    '  if (how === "throws undefined") throw undefined;',
    '  if (how === "rejects") return Promise.reject(new Error(`task ${task} failed`));',
    "  return new Promise((resolve, reject) => {",
    "    const end = (settle) => (value) => { if (running.delete(task)) { inFlight--; settle(value); } };",
    "    running.set(task, { resolve: end(resolve), reject: end(reject) });",
    '    if (heeds) signal?.addEventListener("abort", () => running.get(task)?.reject(new Error("heeded")));',
    "  });",
    "};",
    `const pool = createTaskPool({ inFlightMax: ${inFlightMax}, queueLengthMax: ${queueLengthMax}, handlers: { work } });`,
    "const submit = (task, how, signal, heeds) => {",
    "  manners.set(task, { how, heeds });",
    "  const controller = new AbortController();",
    "  controllers.set(task, controller);",
    '  if (signal === "aborted") controller.abort();',
    "  const options = signal === undefined ? {} : { signal: controller.signal };",
    '  const kind = how === "has no handler" ? "other work" : "work";',
    "  pool.submit({ kind, input: task }, options).then(",
    '    (value) => settled.set(task, ["resolved", value]),',
    '    (error) => settled.set(task, ["rejected", error?.code ?? error?.message ?? `no error but ${error}`]),',
    "  );",
    "};",
  );
  if (isCounted)
    text.push(
      ...lines(
        "const expectCounts = () => {",
        '  const accepted = [...settled.values()].filter(([, code]) => !["OVERLOADED", "CLOSED", "INVALID_ARGUMENT"].includes(code));',
        '  const succeeded = accepted.filter(([how]) => how === "resolved").length;',
        "  const counts = { submitted: manners.size - (settled.size - accepted.length), succeeded, failed: accepted.length - succeeded };",
        '  expect(pool.counts(), "counts").toMatchObject(counts);',
        "};",
      ),
    );
  let submitted = 0;
  const taken: string[] = [];
  const take = (step: PoolStep, next?: PoolStep): void => {
    model.take(step);
    taken.push(callOf(step, submitted));
    if (step.do === "submit") submitted++;
    if (isFollowedAtOnce(step, next)) return;
    taken.push("await stillness();", ...expectations(model));
    if (isCounted) taken.push("expectCounts();");
  };
  for (const [at, step] of script.steps.entries()) take(step, script.steps[at + 1]);
  for (let left = [...model.inFlight.keys()]; left.length > 0; left = [...model.inFlight.keys()])
    take({ do: "finish", task: left[0] ?? 0 });
  take({ do: "close" });
  const answers = Array.from({ length: submitted }, (_, task) => valueText(answerOf(task)));
  return [`const answers = [${answers.join(", ")}];`, ...text, ...taken];
}

function callOf(step: PoolStep, next: number): string {
  switch (step.do) {
    case "submit":
      return `submit(${next}, "${step.how}", ${step.signal === undefined ? "undefined" : `"${step.signal}"`}, ${step.heeds === true});`;
    case "finish":
      return step.fails === true
        ? `running.get(${step.task})?.reject(new Error("${errorOf(step.task)}"));`
        : `running.get(${step.task})?.resolve(answers[${step.task}]);`;
    case "abort":
      return `controllers.get(${step.task})?.abort();`;
    default:
      return `waits.push(false), pool.${step.do}().then(((at) => () => (waits[at] = true))(waits.length - 1));`;
  }
}

function expectations({ begun, settled, waits }: PoolModel): string[] {
  const answers = [...settled]
    .sort(([one], [other]) => one - other)
    .map(([task, how]) =>
      how.ok
        ? `[${task}, ["resolved", answers[${task}]]]`
        : `[${task}, ["rejected", ${JSON.stringify(how.code)}]]`,
    );
  return [
    `expect(begun).toEqual([${begun.join(", ")}]);`,
    `expect([...settled].sort(([one], [other]) => one - other)).toEqual([${answers.join(", ")}]);`,
    ...(waits.length === 0
      ? []
      : [`expect(waits).toEqual([${waits.map(({ isDone }) => isDone).join(", ")}]);`]),
  ];
}
