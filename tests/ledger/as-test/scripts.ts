/**
 * Scripts as tests. What is sure beforehand is expected call by call; where the order of things, a refusing store or an
 * abort decides, the history is written down and judged at the end by a few lines that know what a ledger is.
 */
import type { Outcome } from "#katas/ledger/contract.ts";
import { commitBatch, Model, type RuleSet } from "../model.ts";
import { type CommitStep, open, type Script, type Step, valueOf } from "../script.ts";
import { batchText, itemText, lines, optionsText, valueText, worldLines } from "./text.ts";

export function scriptAsTest(script: Script): string[] {
  const known = script.known === undefined ? [] : [`// ${script.known}.`];
  if (script.crash !== undefined) return [...known, ...crashing(script)];
  if (script.options?.executor === "workers") return [...known, ...onWorkers(script)];
  if (script.options?.isStoreEarly === true) return [...known, ...answeredLate(script)];
  if (script.clients.length > 1 || !isInOrder(script)) return [...known, ...racing(script)];
  const steps = script.clients[0] ?? [];
  return [...known, ...(steps.some(isUnsure) ? unsure(script, steps) : sure(script, steps))];
}

function isInOrder({ order, clients }: Script): boolean {
  if (Array.isArray(order)) return order.every((choice) => choice === 0);
  return !clients.flat().some((step) => step.do === "commit" && step.unanswered === true);
}

function isUnsure(step: Step): boolean {
  if (step.do === "read") return step.refusing !== undefined || (step.faults ?? []).length > 0;
  if (step.do !== "commit") return false;
  const { abort, refusing, faults = [], unanswered, rivals = [], endless } = step;
  return (
    abort !== undefined ||
    refusing !== undefined ||
    unanswered === true ||
    endless === true ||
    rivals.length > 0 ||
    faults.length > 0
  );
}

function rulesOf({ options = {} }: Script): RuleSet {
  return { rules: options.rules ?? [], slowRules: options.slowRules ?? [] };
}

// ── Call by call ──────────────────────────────────────────────────────────────────────────────

/** What one validator is asked, and what it has to answer. */
function sure(script: Script, steps: readonly Step[]): string[] {
  const rules = rulesOf(script);
  const model = new Model();
  const text: string[] = [
    ...worldLines(script.options),
    "const store = createFlakyStore();",
    ...(script.options?.hasNeighbours === true ? neighbourLines() : []),
    "let validator = validatorOn(store);",
  ];
  const plans = new Map<string, PlannedStep>();
  const kept: string[] = [];
  let count = 0;
  let rivals = 0;
  const rivalCommits = (): void => {
    const batch = [open(`rival-${++rivals}`)];
    commitBatch(model, { transactions: batch }, rules);
    text.push(`await validatorOn(store.another()).commit(${batchText(batch)});`);
  };
  for (const step of steps) {
    switch (step.do) {
      case "commit":
        text.push(...commitLines(model, step, rules, ++count));
        break;
      case "read": {
        const name = `read${++count}`;
        const state = stateText(model);
        text.push(
          `const ${name} = await validator.readMetadata();`,
          `expect([${name}.version, balancesIn(${name})]).toEqual(${state});`,
        );
        kept.push(`expect([${name}.version, balancesIn(${name})]).toEqual(${state});`);
        break;
      }
      case "plan":
        text.push(`const base${step.plan} = await validator.readMetadata();`);
        for (let left = step.behind ?? 0; left > 0; left--) rivalCommits();
        plans.set(step.plan, plannedStep(model, step, rules));
        text.push(
          ...lines(
            `const plan${step.plan} = await validator.validateConflicts(${batchText(step.batch, step.policy)}, base${step.plan});`,
            `expect(plan${step.plan}.version).toBe(${model.version + 1});`,
          ),
        );
        break;
      case "attempt":
        text.push(...attemptLines(model, step.plan, plans, rules));
        break;
      case "others":
        for (let left = step.count; left > 0; left--) rivalCommits();
        break;
      case "restart":
        text.push("// A new validator takes over.", "validator = validatorOn(store.another());");
        break;
      case "answers":
    }
  }
  const state = stateText(model);
  text.push(
    "const last = await validator.readMetadata();",
    `expect([last.version, balancesIn(last)]).toEqual(${state});`,
  );
  text.push(
    "const found = await validatorOn(store.another()).readMetadata();",
    `expect([found.version, balancesIn(found)]).toEqual(${state});`,
  );
  if (kept.length > 0) text.push("// Metadata goes on saying what it said.", ...kept);
  return text;
}

function commitLines(model: Model, step: CommitStep, rules: RuleSet, number: number): string[] {
  const transactions = step.batch.map(valueOf);
  const before = model.copy();
  const policy = step.policy ?? "all-or-nothing";
  const { outcomes, isEntry, hasPoison } = commitBatch(model, { transactions, policy }, rules);
  const call = `validator.commit(${batchText(step.batch, step.policy)})`;
  if (hasPoison) return lines(`await expect(${call}).rejects.toThrow("fails on 13");`);
  const name = `result${number}`;
  const expected = `{ version: ${isEntry ? model.version : "null"}, outcomes: [${outcomesText(before, transactions, outcomes, rules).join(", ")}] }`;
  return lines(`const ${name} = await ${call};`, `expect(${name}).toEqual(${expected});`);
}

/** Outcomes as expectations: of several reasons that fit any will do. */
function outcomesText(
  before: Model,
  transactions: readonly unknown[],
  outcomes: readonly Outcome[],
  rules: RuleSet,
): string[] {
  const draft = before.copy();
  return outcomes.map((outcome, at) => {
    const right = draft.rightOf(transactions[at], rules);
    if (right.status === "accepted") draft.accept(transactions[at]);
    if (right.status !== "rejected" || outcome.status !== "rejected") return itemText(outcome);
    const [first, ...others] = right.reasons;
    if (others.length === 0) return `{ status: "rejected", reason: ${JSON.stringify(first)} }`;
    const any = right.reasons.map((reason) => reason.replaceAll(/[^\w ,]/g, ".")).join("|");
    return `{ status: "rejected", reason: expect.stringMatching(/^(${any})$/) }`;
  });
}

interface PlannedStep {
  step: Extract<Step, { do: "plan" }>;
  version: number;
  isEntry: boolean;
}

function plannedStep(
  model: Model,
  step: Extract<Step, { do: "plan" }>,
  rules: RuleSet,
): PlannedStep {
  const { isEntry } = commitBatch(model.copy(), batchOf(step), rules);
  return { step, version: model.version, isEntry };
}

function batchOf({ batch, policy = "all-or-nothing" }: Pick<CommitStep, "batch" | "policy">) {
  return { transactions: batch.map(valueOf), policy };
}

/** The number of the entry, null, or the code of the error. */
function attemptLines(
  model: Model,
  plan: string,
  plans: ReadonlyMap<string, PlannedStep>,
  rules: RuleSet,
): string[] {
  const planned = plans.get(plan);
  if (planned === undefined) return [];
  const attempt = `await validator.attemptCommit(plan${plan}).then(({ version }) => version, ({ code }) => code)`;
  if (!planned.isEntry) return [`expect(${attempt}).toBe(null);`];
  if (planned.version !== model.version) return [`expect(${attempt}).toBe("CONFLICT");`];
  commitBatch(model, batchOf(planned.step), rules);
  return [`expect(${attempt}).toBe(${model.version});`];
}

function stateText(model: Model): string {
  return `[${model.version}, ${balancesText(model)}]`;
}

export function balancesText(model: Model): string {
  const list = [...model.accounts]
    .map(([name, { balance, balanceMin }]) => [name, balance, balanceMin + 0])
    .sort();
  return `[${list.map((one) => `[${one.map(valueText).join(", ")}]`).join(", ")}]`;
}

function neighbourLines(): string[] {
  const batch = '{ transactions: [{ kind: "open", id: "n1", account: "stranger" }] }';
  return lines(
    "// Another ledger in the same store, and another store with a ledger of the same prefix.",
    `await validatorOn(store.another(), { prefix: "ledgers/" }).commit(${batch});`,
    `await validatorOn(store.another(), { prefix: "more/ledger/" }).commit(${batch});`,
    `await validatorOn(createFlakyStore()).commit(${batch});`,
  );
}

// ── Answers that come late ────────────────────────────────────────────────────────────────────

/** What a call finds is what was there when it was made; it is answered when nobody can go on. */
function answeredLate({ clients, options }: Script): string[] {
  const model = new Model();
  const rules = rulesOf({ clients: [], order: [] });
  const text = [
    ...worldLines(options),
    ...lines(
      "const store = createFlakyStore();",
      "// What a call finds is what was there when it was made; its answer comes when nobody can go on.",
      "const answers = [];",
      "const late = (call) => {",
      "  call.catch(() => undefined);",
      "  return new Promise((resolve) => answers.push(() => resolve(call)));",
      "};",
      "const validator = validatorOn({",
      "  putIfAbsent: (name, bytes) => late(store.putIfAbsent(name, bytes)),",
      "  get: (name) => late(store.get(name)),",
      "  list: (prefix) => late(store.list(prefix)),",
      "});",
      "const settled = async (call) => {",
      "  let isOver = false;",
      "  const over = () => (isOver = true);",
      "  call.then(over, over);",
      "  for (let turn = 0; turn < 1000 && !isOver; turn++) {",
      "    await new Promise((resolve) => setImmediate(resolve));",
      "    if (!isOver) answers.shift()?.();",
      "  }",
      "  return call;",
      "};",
      "const waiting = [];",
    ),
  ];
  let rivals = 0;
  for (const step of clients[0] ?? []) {
    if (step.do === "others") {
      for (let left = step.count; left > 0; left--) {
        const batch = [open(`rival-${++rivals}`)];
        commitBatch(model, { transactions: batch }, rules);
        text.push(`await validatorOn(store.another()).commit(${batchText(batch)});`);
      }
      continue;
    }
    if (step.do !== "read" && step.do !== "commit") continue;
    // Called now, it must know at least what was answered by now.
    const known =
      step.do === "read"
        ? `({ version }) => expect(version, "the version that is read").toBeGreaterThanOrEqual(${model.version})`
        : `({ outcomes }) => expect(outcomes).toEqual([${step.batch.map(() => '{ status: "accepted" }').join(", ")}])`;
    const call =
      step.do === "read"
        ? "validator.readMetadata()"
        : `validator.commit(${batchText(step.batch, step.policy)})`;
    if (step.unanswered === true) text.push(...lines(`waiting.push([${call}, ${known}]);`));
    else
      text.push(
        ...lines(`waiting.push([settled(${call}), ${known}]);`, "await waiting.at(-1)[0];"),
      );
    if (step.do === "commit" && step.unanswered !== true) commitBatch(model, batchOf(step), rules);
  }
  text.push("for (const [call, judge] of waiting) judge(await settled(call));");
  return text;
}

// ── A history that is judged at the end ───────────────────────────────────────────────────────

const right = `
// Every batch with what came of it, judged at the end.
const history = [];
const run = async (validator, transactions, policy, options) => {
  const one = { transactions, policy, code: undefined, version: null, outcomes: [], life: validator };
  history.push(one);
  try {
    Object.assign(one, await validator.commit({ transactions, policy }, options));
  } catch (error) {
    one.code = error.code ?? error.message;
  }
  return one;
};
const judge = async (final) => {
  const done = history.filter(({ version }) => version !== null).sort((a, b) => a.version - b.version);
  const open = history.filter(({ code }) => code === "TIMED_OUT");
  const versions = done.map(({ version }) => version);
  expect(new Set(versions).size, "one batch for each version").toBe(versions.length);
  for (const [at, { version }] of done.entries()) if (open.length === 0) expect(version).toBe(at + 1);
  expect(final.version - versions.length, "entries that no batch was answered with").toBeLessThanOrEqual(open.length);
  expect(final.version, "the last version").toBeGreaterThanOrEqual(Math.max(0, ...versions));
  for (const life of new Set(history.map((one) => one.life))) {
    const own = history.filter((one) => one.life === life && one.version !== null).map(({ version }) => version);
    expect(own, "in the order of the calls").toEqual([...own].sort((a, b) => a - b));
  }
  if (final.version !== versions.length) {
    // One whose answer was lost has happened: it stands where an entry is missing.
    for (let version = 1; version <= final.version; version++)
      if (!versions.includes(version)) {
        const one = open.shift();
        done.splice(version - 1, 0, { ...one, version, outcomes: one.transactions.map(() => ({ status: "accepted" })) });
      }
  }
  const accounts = new Map();
  const ids = new Map();
  for (const { transactions, policy, version, outcomes } of done) {
    const draft = new Map([...accounts].map(([name, account]) => [name, { ...account }]));
    const withheld = policy !== "valid-only" && outcomes.some(({ status }) => status === "rejected");
    for (const [at, { id, kind, account, balanceMin = 0, from, to, cents }] of transactions.entries()) {
      const { status, reason } = outcomes[at];
      const giver = draft.get(from);
      const taker = draft.get(to);
      const reasons = [];
      if (kind === "open" && draft.has(account)) reasons.push("ACCOUNT_EXISTS");
      if (kind === "transfer" && from === to) reasons.push("SAME_ACCOUNT");
      if (kind === "transfer" && !(giver && taker)) reasons.push("UNKNOWN_ACCOUNT");
      if (giver && giver.balance - cents < giver.balanceMin) reasons.push("INSUFFICIENT_FUNDS");
      const where = JSON.stringify({ version, transaction: transactions[at], outcome: outcomes[at] });
      if (ids.has(id)) {
        expect(["repeated", "rejected"], where).toContain(status);
        continue;
      }
      if (status === "rejected" && /^[A-Z_]+$/.test(reason)) expect(reasons, where).toContain(reason);
      if (status === "rejected") continue;
      for (const rule of Object.values(typeof handlers === "undefined" ? {} : handlers))
        expect(rule(transactions[at]), where).toBe(undefined);
      expect(reasons, where).toEqual([]);
      expect(status, where).toBe(withheld ? "withheld" : "accepted");
      if (kind === "open") draft.set(account, { balance: 0, balanceMin });
      else {
        giver.balance -= cents;
        taker.balance += cents;
      }
      if (status === "accepted") ids.set(id, version);
    }
    if (!withheld) for (const [name, account] of draft) accounts.set(name, account);
  }
  expect(balancesIn(final), "the accounts").toEqual(balancesIn({ accounts }));
};
`.trim();

function unsure(script: Script, steps: readonly Step[]): string[] {
  const { attemptsMax = 8, slowRules } = script.options ?? {};
  const isSlow = slowRules !== undefined;
  const text = [
    ...worldLines(script.options),
    ...right.split("\n"),
    "const store = createFlakyStore();",
    ...lines(
      "// Before some puts somebody else commits; some calls go wrong.",
      "let beforePut = async (put) => undefined;",
      "let puts = 0;",
      "let calls = [];",
      "const rival = validatorOn(store.another());",
      "let rivals = 0;",
      'const overtake = (batch) => run(rival, batch ?? [{ kind: "open", id: `rival-${++rivals}`, account: `rival-${rivals}` }]);',
      "const watched = {",
      "  get: (name) => store.get(name),",
      "  list: (prefix) => store.list(prefix),",
      "  putIfAbsent: async (name, bytes) => {",
      "    await beforePut(puts++);",
      "    await store.putIfAbsent(name, bytes);",
      "  },",
      "};",
      "const pauses = async (ms) => void (now += ms);",
      "let sleep = pauses;",
      ...(isSlow
        ? [
            "// Slow rules wait while they are held.",
            "let held = Promise.resolve();",
            "let release = () => undefined;",
            "const hold = () => {",
            "  const before = release;",
            "  held = new Promise((resolve) => (release = () => (before(), resolve())));",
            "};",
          ]
        : []),
      `const ports = { clock: { now: () => now, sleep: (ms) => sleep(ms) }${isSlow ? ", pool: { submit: (task) => held.then(() => slowly.submit(task)) }" : ""} };`,
      "let validator = validatorOn(watched, ports);",
    ),
  ];
  const { commitsWaitingMax } = script.options ?? {};
  let waiting: number[] = [];
  const answers = (): void => {
    if (isSlow) text.push("release();");
    text.push("await Promise.all(history.map(({ answered }) => answered));");
    if (commitsWaitingMax !== undefined)
      for (const [before, number] of waiting.entries())
        text.push(
          `expect((await waiting${number}).code).${before < commitsWaitingMax ? "not." : ""}toBe("OVERLOADED");`,
        );
    waiting = [];
  };
  for (const [number, step] of steps.entries()) {
    if (step.do === "answers") answers();
    else text.push(...unsureLines(step, number, attemptsMax, script));
    if (step.do === "commit" && step.unanswered === true) waiting.push(number);
  }
  answers();
  text.push("await judge(await validatorOn(store.another()).readMetadata());");
  return text;
}

function unsureLines(step: Step, number: number, attemptsMax: number, script: Script): string[] {
  switch (step.do) {
    case "others":
      return [`for (let left = ${step.count}; left > 0; left--) await overtake();`];
    case "read": {
      const faulty = faultLines(step, attemptsMax);
      const wrong = (step.faults ?? []).length;
      const read = step.refusing === undefined && wrong < attemptsMax;
      return [
        ...faulty,
        read
          ? "await validator.readMetadata();"
          : 'expect(await validator.readMetadata().then(() => "answered", ({ code }) => code)).toMatch(/TIMED_OUT|THROTTLED|answered/);',
        ...(faulty.length > 0 ? hurryLines() : []),
        "store.faults = () => undefined;",
      ];
    }
    case "restart":
      return ["validator = validatorOn(watched, ports);"];
    case "answers":
      return [];
    case "plan":
    case "attempt":
      return [];
    case "commit":
      return unsureCommit(step, number, attemptsMax, script);
  }
}

function unsureCommit(
  step: CommitStep,
  number: number,
  attemptsMax: number,
  { options }: Script,
): string[] {
  const { batch, policy, rivals = [], endless, faults = [], abort, refusing, unanswered } = step;
  const name = `result${number}`;
  const text: string[] = [];
  if (endless === true) text.push("puts = 0;", "beforePut = () => overtake();");
  else if (rivals.length > 0) {
    const given = rivals.map(
      ({ put, batch: items }) =>
        `${put}: ${items === undefined ? "undefined" : `[${items.map(itemText).join(", ")}]`}`,
    );
    text.push(
      "puts = 0;",
      `const rivals${number} = { ${given.join(", ")} };`,
      `beforePut = async (put) => void (put in rivals${number} && (await overtake(rivals${number}[put])));`,
    );
  }
  text.push(...faultLines(step, attemptsMax));
  const list = `[${batch.map(itemText).join(", ")}]`;
  const how = policy === undefined ? "undefined" : `"${policy}"`;
  if (abort !== undefined) text.push(...abortLines(step, number, list, how, options));
  else if (unanswered === true)
    text.push(
      ...(options?.slowLast === true && options.slowRules !== undefined ? ["hold();"] : []),
      `const waiting${number} = run(validator, ${list}, ${how});`,
      `history.at(-1).answered = waiting${number};`,
    );
  else text.push(`const ${name} = await run(validator, ${list}, ${how});`);
  if (abort === undefined && unanswered !== true) {
    const wrong = faults.length + rivals.length;
    if (refusing !== undefined)
      text.push(
        `expect(["TIMED_OUT", "THROTTLED", "CONFLICT", undefined]).toContain(${name}.code);`,
        `expect(calls.filter(({ fault }) => fault).length).toBeLessThanOrEqual(${4 * attemptsMax});`,
      );
    else if (
      endless === true ||
      (faults.length === 0 && isRun(rivals.map(({ put }) => put)) && rivals.length >= attemptsMax)
    )
      text.push(`expect(${name}.code).toBe("CONFLICT");`);
    else if (wrong < attemptsMax) text.push(`expect(${name}.code).toBe(undefined);`);
  }
  if (faults.length > 0 || refusing !== undefined) text.push(...hurryLines());
  text.push("store.faults = () => undefined;", "beforePut = async () => undefined;");
  return text;
}

/** Whether these are 0, 1, 2, … */
function isRun(puts: readonly number[]): boolean {
  return puts.every((put, index) => put === index);
}

function faultLines(step: Extract<Step, { do: "commit" | "read" }>, attemptsMax: number): string[] {
  const { faults = [], refusing } = step;
  if (faults.length === 0 && refusing === undefined) return [];
  const planned = faults.map(({ call, fault }) => `${call}: "${fault}"`).join(", ");
  const always =
    refusing === undefined
      ? "undefined"
      : `(number >= ${refusing.from}${"puts" in refusing ? ' && call.method === "putIfAbsent"' : ""} && wrong() <= ${4 * attemptsMax} ? "${refusing.fault}" : undefined)`;
  return [
    "calls = [];",
    "store.faults = (call) => {",
    "  const number = calls.length;",
    ...(refusing === undefined
      ? []
      : ["  const wrong = () => calls.filter(({ fault }) => fault).length;"]),
    `  const fault = ({ ${planned} })[number] ?? ${always};`,
    "  calls.push({ call: `${call.method} ${call.name ?? call.prefix}`, fault, at: now });",
    "  return fault;",
    "};",
  ];
}

/** After THROTTLED the same call comes again only when the clock has moved. */
function hurryLines(): string[] {
  return [
    "for (const [at, { call, fault, at: ms }] of calls.entries()) {",
    "  const again = calls.slice(at + 1).find((other) => other.call === call);",
    '  if (fault === "throttled" && again) expect(again.at, `${call} again`).toBeGreaterThan(ms);',
    "}",
  ];
}

function abortLines(
  step: CommitStep,
  number: number,
  list: string,
  how: string,
  options: Script["options"],
): string[] {
  const { abort } = step;
  const start = `const running${number} = run(validator, ${list}, ${how}, { signal: controller${number}.signal });`;
  const never = "new Promise(() => undefined)";
  const text = [
    `const controller${number} = new AbortController();`,
    "// Once it is aborted, neither a pause nor a slow rule comes to its end.",
    abort === "in a pause"
      ? `sleep = () => (controller${number}.abort(), ${never});`
      : `sleep = (ms) => (controller${number}.signal.aborted ? ${never} : pauses(ms));`,
    ...(options?.slowRules === undefined ? [] : ["hold();"]),
  ];
  if (abort === "before") text.push(`controller${number}.abort();`, start);
  else if (typeof abort === "object") {
    text.push(
      `let number${number} = 0;`,
      `const faults${number} = store.faults;`,
      "store.faults = (...call) => {",
      `  if (number${number}++ === ${abort.call}) controller${number}.abort();`,
      `  return faults${number}(...call);`,
      "};",
      start,
    );
  } else
    text.push(
      start,
      "await stillness();",
      ...(abort === "in a pause" ? [] : [`controller${number}.abort();`]),
    );
  text.push(
    "await stillness();",
    `const settled${number} = await Promise.race([running${number}, stillness()]);`,
    `expect(settled${number}, "the aborted commit is settled").toBeDefined();`,
  );
  if (typeof abort !== "object") text.push(`expect(settled${number}.code).toBe("ABORTED");`);
  text.push("sleep = pauses;");
  if (options?.slowRules !== undefined) text.push("release();");
  return text;
}

// ── Orders that are tried ─────────────────────────────────────────────────────────────────────

function racing(script: Script): string[] {
  const clients = script.clients.map((steps, index) => [
    `  async () => {`,
    ...clientLines(steps, index).map((line) => `    ${line}`),
    "  },",
  ]);
  const options = optionsText(script.options);
  return [
    ...worldLines({ ...script.options, executor: "any order" }),
    "await tryInterleavings({ runs: 400 }, async (world) => {",
    ...[
      ...right.split("\n"),
      "let made = 0;",
      `const make = () => createCommitValidator({ store: world.store.another(), prefix: "ledger/", clock: world.clock, random: seededRandom(++made), ${options.replace("pool: slowly", "pool: slowlyIn(world)")}});`,
      "await world.together(",
      ...clients.flat(),
      ");",
      "await judge(await make().readMetadata());",
    ].map((line) => `  ${line}`),
    "});",
  ].flatMap((line) => (line.includes("const slowly =") ? slowInAnyOrder : [line]));
}

/** Slow rules that answer in any order: each asks the store for something first. */
const slowInAnyOrder = [
  "const slowlyIn = (world) => ({",
  "  submit: async ({ kind, input }) => {",
  '    await world.store.another().list("elsewhere/");',
  "    return handlers[kind](input);",
  "  },",
  "});",
];

function clientLines(steps: readonly Step[], index: number): string[] {
  const text = ["let validator = make();", "const waiting = [];", "let plan;"];
  for (const [at, step] of steps.entries()) {
    if (step.do === "commit") {
      const call = `run(validator, [${step.batch.map(itemText).join(", ")}], ${step.policy === undefined ? "undefined" : `"${step.policy}"`})`;
      text.push(step.unanswered === true ? `waiting.push(${call});` : `await ${call};`);
    } else if (step.do === "read") text.push("await validator.readMetadata();");
    else if (step.do === "answers") text.push("await Promise.all(waiting);");
    else if (step.do === "restart") text.push("await Promise.all(waiting);", "validator = make();");
    else if (step.do === "plan")
      text.push(
        `plan = await validator.validateConflicts(${batchText(step.batch, step.policy).replaceAll("\n", " ")}, await validator.readMetadata());`,
      );
    else if (step.do === "attempt") {
      const planStep = steps.find(
        (one): one is Extract<Step, { do: "plan" }> => one.do === "plan" && one.plan === step.plan,
      );
      const items = planStep?.batch.map(itemText).join(", ") ?? "";
      text.push(
        `const attempt${at} = await run({ commit: () => validator.attemptCommit(plan), client: ${index} }, [${items}], ${planStep?.policy === undefined ? "undefined" : `"${planStep.policy}"`});`,
        `expect([null, plan.version], "the version of its plan").toContain(attempt${at}.version);`,
      );
    }
  }
  text.push("await Promise.all(waiting);");
  return text;
}

// ── Crashes and lost workers ──────────────────────────────────────────────────────────────────

/** Every step is killed at every moment; whoever comes next hands the same batch in again. */
function crashing(script: Script): string[] {
  const steps = (script.clients[script.crash?.client ?? 0] ?? []).filter(
    (step): step is CommitStep => step.do === "commit",
  );
  const rules = rulesOf(script);
  const model = new Model();
  const text = [
    ...worldLines(script.options),
    "const store = createFlakyStore();",
    "const validator = validatorOn(store);",
  ];
  for (const [index, step] of steps.entries()) {
    const transactions = step.batch.map(valueOf);
    commitBatch(model, { transactions, policy: step.policy ?? "all-or-nothing" }, rules);
    const killed = (store: string, validator: string): string =>
      `await ${store}.killsDuring(() => ${validator}.commit(batch${index}))`;
    const hasTwoEnds = script.crash?.again !== undefined;
    text.push(
      ...lines(`const batch${index} = ${batchText(step.batch, step.policy)};`),
      ...(hasTwoEnds
        ? [
            `for (const { store: first, what: before } of ${killed("store", "validator")})`,
            `for (const { store: left, what: then } of ${killed("first", "validatorOn(first)")}) {`,
            "  const what = `${before}; then ${then}`;",
          ]
        : [`for (const { store: left, what } of ${killed("store", "validator")}) {`]),
      "  const next = validatorOn(left);",
      `  await next.commit(batch${index});`,
      "  const found = await next.readMetadata();",
      `  expect([found.version, balancesIn(found)], what).toEqual(${stateText(model)});`,
      `  const { version } = await next.commit({ transactions: [{ kind: "open", id: "the-last", account: "the-last" }] });`,
      `  expect(version, what).toBe(${model.version + 1});`,
      "}",
    );
  }
  return text;
}

function onWorkers(script: Script): string[] {
  const { slowRules = [], workerFaults = [] } = script.options ?? {};
  const planned = workerFaults
    .map(({ at, number, fault }) => `"${at} ${number}": "${fault}"`)
    .join(", ");
  const world = worldLines({ ...script.options, slowRules });
  const steps = script.clients[0] ?? [];
  return [
    ...world.filter(
      (line) => !line.includes("const slowly =") && !line.includes("Where slow rules"),
    ),
    ...right.split("\n"),
    ...lines(
      `const planned = { ${planned} };`,
      "const seen = { start: 0, task: 0, answer: 0, exit: 0 };",
      "const workers = createFlakyWorkers({ handlers, faults: ({ at }) => planned[`${at} ${seen[at]++}`] });",
      "const time = new ManualClock();",
      "const slowly = createTaskPool({ inFlightMax: 2, queueLengthMax: 4096, workers, workerCount: 2, taskMsMax: 1000, clock: time });",
      "const store = createFlakyStore();",
      "const make = () => validatorOn(store.another());",
    ),
    "const working = (async () => {",
    ...clientLines(steps, 0).map((line) => `  ${line}`),
    "})();",
    "let isOver = false;",
    "working.then(() => (isOver = true), () => (isOver = true));",
    "for (let turn = 0; turn < 200 && !isOver; turn++) await time.advance(1000);",
    'expect(isOver, "every commit is answered").toBe(true);',
    "await working;",
    'for (const { code } of history) expect([undefined, "WORKER_LOST"]).toContain(code);',
    "await judge(await make().readMetadata());",
  ];
}
