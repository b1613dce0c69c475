/**
 * Crashed histories as kept tests: the same transactions under many schedules, the power cut at any moment of them.
 * A schedule would hold only for the calls that the code makes to the disk today, so none is kept.
 */
import type { Phase } from "../../harness/check.ts";
import type { TestBody } from "../../harness/learner-test.ts";
import { block, indented, literals, objectText } from "../../harness/source-text.ts";
import { type DurableCase, nameOfWork, textOf, type Work } from "../durable/case.ts";
import type { Hunt } from "../durable/hunt.ts";
import { text } from "./text.ts";

const runsWithCrashes = 200;
/** Where each crash is followed by many others. */
const runsWithMoreCrashes = 60;
const crashMoments = 12;
const runsWithout = 300;

export function huntAsTest(hunt: Hunt, testCase: DurableCase): TestBody {
  const { faults = {}, sectorBytes, clients, closes } = testCase;
  const phases = (testCase.phases ?? hunt.phases).filter((phase) => phase !== "live");
  const isFaulty = Object.keys(faults).length > 0;
  const isKilled = phases.length > 0 && phases.every((phase) => phase === "kill, then power cut");
  const disk = objectText({
    sectorBytes: String(sectorBytes),
    ...(hunt.names === "strict" ? { names: '"strict"' } : {}),
    ...(isFaulty ? { faults: objectText(literals(faults)) } : {}),
  });
  const followed = phases.includes("second crash") || phases.includes("crash in recovery");
  const runs = phases.length === 0 ? runsWithout : followed ? runsWithMoreCrashes : runsWithCrashes;
  const isAlone = clients.length === 1 && !isFaulty;
  const scenario = [
    ...(isFaulty
      ? [
          "const store = await open(world.disk).catch(() => undefined);",
          "if (store === undefined) return; // an open may reject when the disk fails",
        ]
      : ["const store = await open(world.disk);"]),
    ...performer({ isFaulty, isAlone }),
    ...crashVariable(phases, isKilled),
    "await world.together(",
    ...indented(
      [
        ...clients.map((works, client) =>
          works.map(
            (work, index) =>
              `await perform(${text(nameOfWork(client, index))}, ${workText(work)});`,
          ),
        ),
        ...(phases.length === 0 ? [] : [crashingClient(isKilled)]),
      ].flatMap((lines) => block("async () => {", lines, "},")),
    ),
    ");",
    ...(closes === true && phases.length === 0
      ? [`await store.close()${isFaulty ? ".catch(() => undefined)" : ""};`]
      : []),
    ...(isFaulty && hunt.live !== undefined ? rejectedIsUnseen() : []),
    ...(phases.length === 0 ? [] : afterCrash(hunt, testCase, phases, isKilled)),
  ];
  return {
    lines: [
      ...openHelper(testCase),
      ...(phases.length === 0 ? [] : [...laterLives(testCase), "let run = 0;"]),
      "",
      ...block(
        `await tryInterleavings({ runs: ${runs}, disk: ${disk} }, async (world) => {`,
        scenario,
        "});",
      ),
    ],
    timeoutMs: 20_000,
  };
}

/** Who comes too soon finds nothing on its way: a store may let the event loop turn before it calls the disk. */
function crashingClient(isKilled: boolean): string[] {
  return [
    `for (let left = run++ % ${crashMoments}; left > 0; left--) await world.together(async () => undefined);`,
    isKilled
      ? "kill = world.disk.kill(); // at any moment of the others"
      : "cuts = world.disk.powerCuts(); // at any moment of the others",
  ];
}

/** Later lives are those of another process: what was kept in module variables is gone. */
function laterLives({ options = {}, recoveryFaults }: DurableCase): string[] {
  const given = objectText({ disk: "disk", directory: '"store"', ...literals(options) });
  return [
    "/** As another process does: what was kept in module variables is not there. */",
    "vi.resetModules();",
    'const later = await import("./mvcc-store.ts");',
    ...block(
      "const reopen = (disk: crashDisk.CrashDisk) => {",
      [
        ...(recoveryFaults === undefined
          ? []
          : [`disk.faults = ${objectText(literals(recoveryFaults))};`]),
        `return later.openMvccStore(${given});`,
      ],
      "};",
    ),
  ];
}

function openHelper({ options = {} }: DurableCase): string[] {
  const given = objectText({ disk: "disk", directory: '"store"', ...literals(options) });
  return [`const open = (disk: crashDisk.CrashDisk) => openMvccStore(${given});`];
}

/** `{ reads: ["a"], writes: [["b", "v1."]] }` */
function workText({ reads = [], writes }: Work): string {
  const parts = writes.map(
    ([key, value]) => `[${text(key)}, ${value === null ? "undefined" : valueText(value)}]`,
  );
  return `{ reads: [${reads.map(text).join(", ")}], writes: [${parts.join(", ")}] }`;
}

function valueText(value: number): string {
  const whole = textOf(value);
  return whole.length <= 40 ? text(whole) : `"".padEnd(${whole.length}, ${text(`v${value}.`)})`;
}

function crashVariable(phases: readonly Phase[], isKilled: boolean): string[] {
  if (phases.length === 0) return [];
  return [
    isKilled
      ? "let kill: crashDisk.CrashDisk | undefined;"
      : "let cuts: crashDisk.PowerCut[] = [];",
  ];
}

/** `perform`: a transaction from its begin to its answer. */
function performer({ isFaulty, isAlone }: { isFaulty: boolean; isAlone: boolean }): string[] {
  const codes = isFaulty
    ? []
    : [isAlone ? "throw error;" : 'expect(error).toMatchObject({ code: "CONFLICT" });'];
  return [
    "// What was committed, and what may have been.",
    ...block("interface Deed {", [
      "name: string;",
      "seen: unknown[];",
      "writes: [key: string, value: string | undefined][];",
      "begunAt: number;",
      "calledAt: number;",
      'outcome: "pending" | "ok" | "conflict" | "rejected";',
    ]),
    "const deeds: Deed[] = [];",
    "let now = 0;",
    ...block(
      'const perform = async (name: string, { reads, writes }: { reads: string[]; writes: Deed["writes"] }) => {',
      [
        'const deed: Deed = { name, seen: [], writes, begunAt: now++, calledAt: Infinity, outcome: "pending" };',
        "try {",
        "  const transaction = store.begin();",
        "  deeds.push(deed);",
        "  for (const key of reads) deed.seen.push(transaction.get(key));",
        "  await world.together(async () => undefined); // others may come between",
        "  for (const [key, value] of writes)",
        "    if (value === undefined) transaction.delete(key);",
        "    else transaction.put(key, value);",
        "  deed.calledAt = now++;",
        "  await transaction.commit();",
        '  deed.outcome = "ok";',
        "} catch (error) {",
        '  const isConflict = (error as { code?: unknown }).code === "CONFLICT";',
        '  deed.outcome = isConflict ? "conflict" : "rejected";',
        ...codes.map((line) => `  ${line}`),
        "}",
        "now++;",
      ],
      "};",
    ),
  ];
}

function rejectedIsUnseen(): string[] {
  return [
    "// In this life nobody sees a commit that was rejected.",
    'for (const { outcome, writes } of deeds.filter((deed) => deed.outcome === "rejected"))',
    "  for (const [, value] of writes)",
    "    if (value !== undefined) expect(deeds.flatMap(({ seen }) => seen), outcome).not.toContain(value);",
  ];
}

function afterCrash(
  hunt: Hunt,
  testCase: DurableCase,
  phases: readonly Phase[],
  isKilled: boolean,
): string[] {
  const needsCheck = phases.some((phase) => phase === "crash" || phase === "crash in recovery");
  const body = phases.flatMap((phase) => [
    `{ // ${phase}`,
    ...indented(linesOf(phase, hunt, testCase)),
    "}",
  ]);
  return [
    "const entriesOf = (opened: typeof store) => JSON.stringify(opened.begin().range());",
    ...(needsCheck ? judge(hunt) : []),
    ...(isKilled
      ? [
          "if (kill === undefined) return;",
          "const after = kill;",
          'const losses = "a kill";',
          ...body,
        ]
      : block("for (const { disk: after, losses } of cuts) {", body)),
  ];
}

/** `check(disk, what)`: whole commits must explain what the store holds. */
function judge(hunt: Hunt): string[] {
  const onlySeen = hunt.wants.includes("seen, then gone");
  return [
    "/** Every state that whole commits explain: those that were answered, and any of the others. */",
    ...block(
      "const possible = () => {",
      [
        "const called = deeds.filter(({ calledAt, writes }) => calledAt < Infinity && writes.length > 0);",
        'const open = called.filter(({ outcome }) => outcome === "pending" || outcome === "rejected");',
        "const states: string[] = [];",
        "for (let bits = 0; bits < 2 ** open.length; bits++) {",
        '  const chosen = called.filter((deed) => deed.outcome === "ok" || (open.includes(deed) && (bits >> open.indexOf(deed)) % 2 === 1));',
        "  chosen.sort((one, other) => one.calledAt - other.calledAt);",
        "  // Of two that overlap and write the same key one has lost.",
        "  const haveRivals = chosen.some((one) => chosen.some((other) =>",
        "    one.calledAt < other.calledAt && other.begunAt < one.calledAt &&",
        "    one.writes.some(([key]) => other.writes.some(([own]) => own === key))));",
        "  if (haveRivals) continue;",
        ...(onlySeen
          ? [
              "  // What somebody has read is safe.",
              "  const seen = deeds.flatMap((deed) => deed.seen).filter((value) => value !== undefined);",
              "  const values = chosen.flatMap(({ writes }) => writes.map(([, value]) => value));",
              "  if (seen.some((value) => !values.includes(value as string))) continue;",
            ]
          : []),
        "  const state = new Map<string, string>();",
        "  for (const { writes } of chosen)",
        "    for (const [key, value] of writes)",
        "      if (value === undefined) state.delete(key);",
        "      else state.set(key, value);",
        "  states.push(JSON.stringify([...state].sort(([one], [other]) => (one < other ? -1 : 1))));",
        "}",
        "return states;",
      ],
      "};",
    ),
    ...block(
      "const check = async (disk: crashDisk.CrashDisk, what: string) => {",
      ["expect(possible(), `after ${what}`).toContain(entriesOf(await reopen(disk)));"],
      "};",
    ),
  ];
}

function linesOf(phase: Phase, hunt: Hunt, { second = [] }: DurableCase): string[] {
  switch (phase) {
    case "live":
      return [];
    case "crash":
      return ["await check(after.kill(), losses);"];
    case "crash in recovery":
      return [
        "const cutOff = after.kill();",
        "for (const { disk: left, losses: more } of await cutOff.powerCutsDuring(() => reopen(cutOff)))",
        "  await check(left, `${losses}, then in the recovery: ${more}`);",
        ...(hunt.errorsInRecovery === true
          ? block("for (let failCall = 0; failCall < 20; failCall++) {", [
              "const failing = after.kill();",
              "failing.faults = { failCall };",
              "const opened = await reopen(failing).catch(() => undefined); // it may reject, and must lose nothing",
              "if (!failing.faulted) break;",
              "if (opened === undefined) await check(failing.kill(), `${losses}, then call ${failCall} fails`);",
            ])
          : []),
      ];
    case "second life":
      return [
        ...recovered(),
        ...second.flatMap((work, index) => commitAgain(work, index)),
        "const shown = entriesOf(again);",
        "expect(entriesOf(await reopen(disk.kill())), losses).toBe(shown);",
      ];
    case "second crash":
      return [
        ...recovered(),
        "let before = entriesOf(again);",
        ...second.flatMap((work, index) => [
          `const crashes${index + 1} = await disk.powerCutsDuring(async () => {`,
          ...indented(commitAgain(work, index)),
          "});",
          `const after${index + 1} = entriesOf(again);`,
          `for (const { disk: left, losses: more, answered } of crashes${index + 1})`,
          `  expect(answered ? [after${index + 1}] : [before, after${index + 1}], more).toContain(entriesOf(await reopen(left)));`,
          `before = after${index + 1};`,
        ]),
      ];
    case "kill, then power cut":
      return [
        ...recovered(),
        "const shown = entriesOf(again);",
        "for (const { disk: left, losses: more } of disk.powerCuts())",
        "  expect(entriesOf(await reopen(left)), `${losses}, then ${more}`).toBe(shown);",
      ];
  }
}

function recovered(): string[] {
  return ["const disk = after.kill();", "const again = await reopen(disk);"];
}

function commitAgain({ writes }: Work, index: number): string[] {
  const name = `z${index + 1}`;
  return [
    `const ${name} = again.begin();`,
    ...writes.map(([key, value]) =>
      value === null
        ? `${name}.delete(${text(key)});`
        : `${name}.put(${text(key)}, ${valueText(value)});`,
    ),
    `await ${name}.commit();`,
  ];
}
