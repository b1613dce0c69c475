/** Readers, sources and arrivals as tests. */
import { Model, processAll, type RuleSet } from "../model.ts";
import type { ArrivalCase } from "../checks/a-stream-does-not-wait.ts";
import { expectedOf, isOdd, type ReaderCase, textOf } from "../checks/readers-agree.ts";
import { type Processor, type ProcessScript, sourceName } from "../process-script.ts";
import { valueOf } from "../script.ts";
import { balancesText } from "./scripts.ts";
import { itemText, lines, optionsText, valueText, worldLines } from "./text.ts";

export function readerAsTest(testCase: ReaderCase): string[] {
  const { format, from, lines: given } = testCase;
  if (given.some(isOdd)) {
    return lines(
      `const reader = createTransactionReader({ format: "${format}", text: ${JSON.stringify(textOf(testCase))} });`,
      "// What stands where a number should be is none: no line is a transaction.",
      `for await (const { transaction } of reader.read(${from}))`,
      '  if (typeof transaction !== "string") expect(transaction.kind === "open" ? Number.isSafeInteger(transaction.balanceMin) : transaction.cents >= 1 && Number.isSafeInteger(transaction.cents), JSON.stringify(transaction)).toBe(false);',
    );
  }
  return lines(
    `const reader = createTransactionReader({ format: "${format}", text: ${JSON.stringify(textOf(testCase))} });`,
    "const read = async (offset) => {",
    "  const candidates = [];",
    "  for await (const candidate of reader.read(offset)) candidates.push(candidate);",
    "  return candidates;",
    "};",
    `const expected = ${valueList(expectedOf(testCase))};`,
    `expect(await read(${from})).toEqual(expected);`,
    `expect(await read(${from}), "once more").toEqual(expected);`,
    `const [one] = await Promise.all([read(${from}), read(0)]);`,
    'expect(one, "while another reads").toEqual(expected);',
  );
}

function valueList(candidates: readonly object[]): string {
  return `[${candidates.map((candidate) => itemText(candidate)).join(", ")}]`;
}

export function processAsTest(script: ProcessScript): string[] {
  const {
    known,
    name = sourceName,
    before,
    candidates,
    options = {},
    processors,
    gaps = [],
    crash,
    abortAt,
    rivals,
    later,
    versionsMax,
  } = script;
  const rules: RuleSet = { rules: options.rules ?? [], slowRules: options.slowRules ?? [] };
  const model = new Model();
  if (before !== undefined) processAll(model, before.name, before.candidates.map(valueOf), rules);
  const { reasons } = processAll(model, name, candidates.map(valueOf), rules);
  const quarantined = [...reasons].map(
    ([offset, [first = "", ...others]]) =>
      `{ offset: ${offset}, reason: ${others.length === 0 ? JSON.stringify(first) : `expect.stringMatching(/^(${[first, ...others].join("|")})$/)`} }`,
  );
  const isRace = processors.length > 1 || crash !== undefined || abortAt !== undefined;
  const check = [
    "const judge = async (validator, what) => {",
    "  const found = await validator.readMetadata();",
    `  expect(balancesIn(found)${rivals === undefined && later === undefined ? "" : ".filter(([name]) => !/^(rival|later)-/.test(name))"}, what).toEqual(${balancesText(model)});`,
    candidates.length === 0
      ? ""
      : `  expect(found.sources.get(sourceName), what).toEqual({ nextOffset: ${candidates.length}, quarantined: [${quarantined.join(", ")}] });`,
    ...(versionsMax === undefined
      ? []
      : [`  expect(found.version, what).toBeLessThanOrEqual(${versionsMax});`]),
    "};",
  ].filter((line) => line !== "");
  return [
    ...lines(
      ...(known === undefined ? [] : [`// ${known}.`]),
      ...worldLines({ ...options, executor: options.executor === "pool" ? "pool" : "any order" }),
      `const candidates = [${candidates.map(itemText).join(", ")}];`,
      `const gaps = [${gaps.join(", ")}];`,
      `const sourceName = ${JSON.stringify(name)};`,
      "const readerOf = (clock, ends, pauses = gaps) => ({",
      "  async *read(offset) {",
      "    for (let at = offset; at <= candidates.length; at++) {",
      '      if (at === ends?.throwsAt) throw new Error("the reader fails");',
      "      if (at === candidates.length) break;",
      "      if (pauses[at] > 0) await clock.sleep(pauses[at]);",
      "      yield { offset: at, transaction: candidates[at] };",
      "    }",
      '    if (ends === "never") await new Promise(() => undefined);',
      "  },",
      "});",
    ),
    ...check,
    ...(isRace ? raceLines(script) : aloneLines(script)),
  ];
}

function aloneLines({
  processors,
  ends,
  options,
  before,
  rivals = 0,
  later = 0,
  keepsMetadata,
}: ProcessScript): string[] {
  const { mode, microBatchMs, faults = [], throttlesPuts } = processors[0] ?? { mode: "batch" };
  const how = `mode: "${mode}"${microBatchMs === undefined ? "" : `, microBatchMs: ${microBatchMs}`}`;
  const planned = faults.map(({ call, fault }) => `${call}: "${fault}"`).join(", ");
  const source = (end: string): string => `{ name: sourceName, reader: readerOf(time, ${end}) }`;
  const first = rivals > 0 ? "overtaken" : "store";
  return lines(
    "const store = createFlakyStore();",
    "const time = new ManualClock();",
    ...(before === undefined
      ? []
      : [
          "// Another source was processed before.",
          `const others = [${before.candidates.map(itemText).join(", ")}];`,
          "const readerOfOthers = {",
          "  async *read(offset) {",
          "    for (let at = offset; at < others.length; at++) yield { offset: at, transaction: others[at] };",
          "  },",
          "};",
          `await validatorOn(store.another()).process({ name: ${JSON.stringify(before.name)}, reader: readerOfOthers }, { mode: "batch" });`,
        ]),
    ...(rivals === 0
      ? []
      : [
          "// Before some puts somebody else commits.",
          "const rival = validatorOn(store.another());",
          "let rivals = 0;",
          "const overtaken = {",
          "  get: (name) => store.get(name),",
          "  list: (prefix) => store.list(prefix),",
          "  async putIfAbsent(name, bytes) {",
          `    if (rivals < ${rivals}) {`,
          "      const account = `rival-${++rivals}`;",
          '      await rival.commit({ transactions: [{ kind: "open", id: account, account }] });',
          "    }",
          "    await store.putIfAbsent(name, bytes);",
          "  },",
          "};",
        ]),
    ...(throttlesPuts === true
      ? [
          "// Every other put is throttled.",
          "let puts = 0;",
          'store.faults = ({ method }) => (method === "putIfAbsent" && puts++ % 2 === 0 ? "throttled" : undefined);',
        ]
      : [`store.faults = (call, number) => ({ ${planned} })[number];`]),
    `const make = (store) => createCommitValidator({ store, prefix: "ledger/", clock: time, random: seededRandom(++validators), ${optionsText(options)}});`,
    "const controller = new AbortController();",
    "const ended = async (processing) => {",
    "  let end;",
    "  processing.then((value) => (end = value), (error) => (end = error));",
    `  for (let turn = 0; turn < ${throttlesPuts === true ? 2000 : 300} && end === undefined; turn++) await time.advance(100);`,
    "  return end;",
    "};",
    ...(ends === undefined
      ? []
      : [
          `const first = make(${first}).process(${source(JSON.stringify(ends))}, { ${how}, signal: controller.signal });`,
          ...(ends === "never"
            ? [
                "first.catch(() => undefined);",
                "await time.advance(20_000);",
                "controller.abort();",
                'expect(await ended(first)).toMatchObject({ code: "ABORTED" });',
              ]
            : ['expect(await ended(first)).toMatchObject({ message: "the reader fails" });']),
        ]),
    `const validator = make(${ends === undefined ? first : "store.another()"});`,
    ...(keepsMetadata === true
      ? [
          "const kept = await validator.readMetadata();",
          "const said = structuredClone(new Map(kept.sources));",
        ]
      : []),
    `const end = await ended(validator.process(${source("undefined")}, { ${how} }));`,
    ...(keepsMetadata === true
      ? [
          "expect(end).toMatchObject({ nextOffset: expect.any(Number) });",
          "// Metadata goes on saying what it said.",
          "expect(new Map(kept.sources)).toEqual(said);",
        ]
      : [
          "expect(end).toEqual({ nextOffset: candidates.length });",
          ...(later === 0
            ? []
            : [
                "const another = validatorOn(store.another());",
                `for (let number = 1; number <= ${later}; number++)`,
                '  await another.commit({ transactions: [{ kind: "open", id: `o-later-${number}`, account: `later-${number}` }] });',
              ]),
          "await judge(validatorOn(store.another()));",
        ]),
  );
}

/** Killed at every moment and begun again, or done twice at once. */
function raceLines({ processors, options }: ProcessScript): string[] {
  const [first = { mode: "batch" }] = processors;
  const how = ({ mode, microBatchMs }: Processor): string =>
    `{ mode: "${mode}"${microBatchMs === undefined ? "" : `, microBatchMs: ${microBatchMs}`} }`;
  if (processors.length === 1) {
    return lines(
      "const store = createFlakyStore();",
      "const source = { name: sourceName, reader: readerOf(clock) };",
      `const kills = await store.killsDuring(() => validatorOn(store).process(source, ${how(first)}));`,
      "for (const { store: left, what } of kills) {",
      `  await validatorOn(left).process(source, ${how(first)});`,
      "  await judge(validatorOn(left.another()), what);",
      "}",
      "// It is called off at each call to the store, and begun again.",
      "for (let call = 0; call < 12; call++) {",
      "  const other = createFlakyStore();",
      "  const controller = new AbortController();",
      "  other.faults = (_, number) => void (number === call && controller.abort());",
      `  await validatorOn(other).process(source, { ...${how(first)}, signal: controller.signal }).catch(() => undefined);`,
      `  await validatorOn(other.another()).process(source, ${how(first)});`,
      "  await judge(validatorOn(other.another()), `called off at call ${call}`);",
      "}",
    );
  }
  return lines(
    "await tryInterleavings({ runs: 200 }, async (world) => {",
    "  const sourceOf = (pauses) => ({ name: sourceName, reader: readerOf(world.clock, undefined, pauses) });",
    "  let made = 0;",
    `  const make = (faults = {}) => {`,
    "    const store = world.store.another();",
    "    store.faults = (call, number) => faults[number];",
    `    return createCommitValidator({ store, prefix: "ledger/", clock: world.clock, random: seededRandom(++made), ${optionsText(options)}});`,
    "  };",
    "  await world.together(",
    ...processors.map(
      (processor) =>
        `    () => make({ ${(processor.faults ?? []).map(({ call, fault }) => `${call}: "${fault}"`).join(", ")} }).process(sourceOf(${processor.gaps === undefined ? "" : `[${processor.gaps.join(", ")}]`}), ${how(processor)}),`,
    ),
    "  );",
    "  await judge(make());",
    "});",
  );
}

export function arrivalAsTest({ gaps, microBatchMs }: ArrivalCase): string[] {
  const waitMsMax = microBatchMs ?? 1000;
  return lines(
    ...worldLines(),
    "const store = createFlakyStore();",
    "const time = new ManualClock();",
    `const gaps = [${gaps.map(valueText).join(", ")}];`,
    "const handedAt = [];",
    "const reader = {",
    "  async *read(offset) {",
    "    for (let at = offset; at < gaps.length; at++) {",
    "      if (gaps[at] > 0) await time.sleep(gaps[at]);",
    "      handedAt[at] = time.now();",
    '      yield { offset: at, transaction: { kind: "open", id: `o-${at}`, account: `account-${at}` } };',
    "    }",
    "    await new Promise(() => undefined);",
    "  },",
    "};",
    "const controller = new AbortController();",
    "let end;",
    "validatorOn(store, { clock: time })",
    `  .process({ name: "${sourceName}", reader }, { mode: "stream", signal: controller.signal${microBatchMs === null ? "" : `, microBatchMs: ${microBatchMs}`} })`,
    "  .then((value) => (end = value), (error) => (end = error));",
    "await stillness();",
    "for (let done = 0; done < gaps.length; done++) {",
    "  for (let turn = 0; turn < 60_000 && handedAt[done] === undefined; turn++) await time.advance(1);",
    `  await time.advance(Math.max(0, handedAt[done] + ${waitMsMax} - time.now()));`,
    "  const { sources } = await validatorOn(store.another()).readMetadata();",
    `  expect(sources.get("${sourceName}")?.nextOffset ?? 0, \`candidate \${done}, \${time.now() - handedAt[done]} ms after it was read\`).toBeGreaterThan(done);`,
    "}",
    "controller.abort();",
    "await stillness();",
    'expect(end).toMatchObject({ code: "ABORTED" });',
  );
}
