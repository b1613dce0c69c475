/**
 * The history of clients that overlap: the same calls under many schedules, and with a crash at any moment
 * of them. A schedule would hold only for the calls that the code makes to the disk today, so none is kept.
 */
import type { TestBody } from "../../learner-test.ts";
import { block, indented, listText } from "../../source-text.ts";
import type { Case } from "../case.ts";
import type { Hunt } from "../hunt.ts";
import { keysOf, type Operation } from "../workload.ts";
import { afterlife, beginsWithKill, needsCheck, phasesOf } from "./afterlife.ts";
import {
  callText,
  diskText,
  openAnewHelper,
  openHelper,
  type StoreWords,
  writtenExpression,
} from "./text.ts";

/** A run without crashes costs a fraction of one with. */
const runsWithCrashes = 250;
const runsWithout = 300;

export function historyOfClients(words: StoreWords, hunt: Hunt, testCase: Case): TestBody {
  const phases = phasesOf(hunt, testCase);
  const isLiveOnly = phases.every((phase) => phase === "live");
  const isClosing = testCase.clients.flat().some((operation) => operation.kind === "close");
  const runs = isLiveOnly ? runsWithout : runsWithCrashes;
  const scenario = isClosing ? closing(words, testCase) : judged(words, hunt, testCase);
  return {
    lines: [
      ...openHelper(words, testCase),
      ...(hunt.killsOnly === true && !isLiveOnly ? openAnewHelper(words, testCase) : []),
      "",
      ...block(
        `await tryInterleavings({ runs: ${runs}, disk: ${diskText(hunt, testCase)} }, async (world) => {`,
        scenario,
        "});",
      ),
    ],
    timeoutMs: 60_000,
  };
}

// ── Calls that some order must explain ────────────────────────────────────────────────────────

/** The lines that let the clients run in a `world`, and judge what they saw. */
export function judged(words: StoreWords, hunt: Hunt, testCase: Case): string[] {
  const { clients, second = [] } = testCase;
  const phases = phasesOf(hunt, testCase);
  const isFaulty = Object.keys(testCase.faults ?? {}).length > 0;
  const crashes = phases.some((phase) => phase !== "live");
  const crashesAtEnd = crashes && hunt.killsOnly === true;
  const names = keysOf([...clients, second]);
  const opening = isFaulty
    ? [
        `const store = await open(world.disk).catch(() => undefined);`,
        `if (store === undefined) return; // an open may reject when the disk fails`,
      ]
    : [`const store = await open(world.disk);`];
  const crashing =
    crashes && !crashesAtEnd
      ? crashingClient(beginsWithKill(hunt, phases), testCase.readsAtEnd === true)
      : null;
  const running = clients.map((operations) =>
    operations.map((operation) => performed(words, operation, isFaulty)),
  );
  return [
    ...opening,
    `const names: string[] = ${listText(names)};`,
    ...callHelpers(words, clients.flat(), isFaulty, testCase.readsAtEnd === true),
    "",
    ...(crashing === null ? [] : [crashing.declaration]),
    `await world.together(`,
    ...indented(
      [...running, ...(crashing === null ? [] : [crashing.client])].flatMap((lines) =>
        block("async () => {", lines, "},"),
      ),
    ),
    `);`,
    "",
    ...explained(),
    ...block(`for (const name of names) {`, [
      `const ofName = calls.filter((call) => call.key === name);`,
      "expect(isExplained(ofName), `some order explains ${JSON.stringify(ofName)}`).toBe(true);",
    ]),
    ...(crashes ? ["", ...afterCrash(words, hunt, testCase, crashesAtEnd)] : []),
  ];
}

/** The client that cuts the power may come at any moment of the others. */
function crashingClient(
  isKill: boolean,
  reads: boolean,
): { declaration: string; client: string[] } {
  const before = reads
    ? ["for (const name of names) await read(name); // what is seen is safe"]
    : [];
  return isKill
    ? {
        declaration: `let kill: crashDisk.CrashDisk | undefined;`,
        client: [...before, `kill = world.disk.kill(); // at any moment of the others`],
      }
    : {
        declaration: `let cuts: crashDisk.PowerCut[] = [];`,
        client: [...before, `cuts = world.disk.powerCuts(); // at any moment of the others`],
      };
}

function callHelpers(
  words: StoreWords,
  operations: readonly Operation[],
  isFaulty: boolean,
  readsAtEnd: boolean,
): string[] {
  const kinds = new Set(operations.map(({ kind }) => kind));
  const writes = kinds.has("put") || kinds.has("delete");
  const given = isFaulty ? "either" : "call";
  return [
    "",
    `// What the clients have seen. A write without an answer has happened or not.`,
    `interface Call {`,
    `  key: string;`,
    `  kind: "write" | "read";`,
    `  value: string | undefined;`,
    `  calledAt: number;`,
    `  answeredAt: number;`,
    `}`,
    `const calls: Call[] = [];`,
    `let now = 0;`,
    ...(writes
      ? block(
          `const write = async (key: string, value: string | undefined) => {`,
          [
            `const call: Call = { key, kind: "write", value, calledAt: now++, answeredAt: Infinity };`,
            `calls.push(call);`,
            ...(given === "either" ? ["try {"] : []),
            ...indented(
              [
                `await (value === undefined ? store.delete(${words.data("key")}) : store.put(${words.data("key")}, ${words.data("value")}));`,
                `call.answeredAt = now++;`,
              ],
              isFaulty ? 1 : 0,
            ),
            ...(isFaulty
              ? ["} catch {", "  // The disk fails: a rejected write is open.", "}"]
              : []),
          ],
          "};",
        )
      : []),
    ...(readsAtEnd || kinds.has("get")
      ? block(
          `const read = async (key: string) => {`,
          [
            `const calledAt = now++;`,
            `const value = ${words.text(`await store.get(${words.data("key")})`)};`,
            `calls.push({ key, kind: "read", value, calledAt, answeredAt: now++ });`,
          ],
          "};",
        )
      : []),
    ...new Set(
      operations.flatMap((operation) =>
        operation.key === undefined ? (words.ownReads?.(operation)?.helper ?? []) : [],
      ),
    ),
  ];
}

function performed(words: StoreWords, operation: Operation, isFaulty: boolean): string {
  const rejecting = isFaulty ? ".catch(() => undefined)" : "";
  if (operation.kind === "get") return `await read(${JSON.stringify(operation.key)})${rejecting};`;
  if (operation.kind === "put" || operation.kind === "delete") {
    return `await write(${JSON.stringify(operation.key)}, ${writtenExpression(operation)});`;
  }
  const reads = operation.key === undefined ? words.ownReads?.(operation)?.call : undefined;
  return `await ${reads ?? callText(words, "store", operation)}${rejecting};`;
}

function explained(): string[] {
  return [
    `/** Whether the calls could have come one after the other, each between its call and its answer. */`,
    `const isExplained = (left: Call[], value?: string): boolean =>`,
    `  left.every((call) => call.answeredAt === Infinity) ||`,
    `  left.some((next) => {`,
    `    const others = left.filter((call) => call !== next);`,
    `    if (others.some((call) => call.answeredAt < next.calledAt)) return false;`,
    `    return (next.kind === "write" || next.value === value) && isExplained(others, next.value);`,
    `  });`,
  ];
}

function afterCrash(
  words: StoreWords,
  hunt: Hunt,
  testCase: Case,
  crashesAtEnd: boolean,
): string[] {
  const phases = phasesOf(hunt, testCase);
  const reopen = hunt.killsOnly === true ? "openAnew" : "open";
  const check = block(
    `const check = async (left: crashDisk.CrashDisk, what: string) => {`,
    [
      `const reopened = await ${reopen}(left);`,
      ...block(`for (const key of names) {`, [
        `const value = ${words.shown("reopened", "key")};`,
        `const shown: Call = { key, kind: "read", value, calledAt: now, answeredAt: now };`,
        `const ofKey = [...calls.filter((call) => call.key === key), shown];`,
        "expect(isExplained(ofKey), `some order explains ${JSON.stringify(ofKey)}, after ${what}`).toBe(true);",
      ]),
    ],
    "};",
  );
  const body = afterlife(words, hunt, testCase, phases);
  const helpers = needsCheck(phases) ? check : [];
  if (crashesAtEnd) return [...helpers, `await check(world.disk.kill(), "a kill");`];
  if (beginsWithKill(hunt, phases)) {
    return [
      `if (kill === undefined) return;`,
      `const after = kill;`,
      `const losses = "a kill";`,
      ...helpers,
      ...body,
    ];
  }
  return [...helpers, ...block(`for (const { disk: after, losses } of cuts) {`, body)];
}

// ── Calls around a close ──────────────────────────────────────────────────────────────────────

function closing(words: StoreWords, { clients }: Case): string[] {
  const performs = (operation: Operation): string =>
    operation.kind === "close"
      ? `await close();`
      : `await perform(() => ${callText(words, "store", operation)});`;
  return [
    `const store = await open(world.disk);`,
    `let isClosing = false;`,
    `let isClosed = false;`,
    ...block(
      `const close = async () => {`,
      [`isClosing = true;`, `await store.close();`, `isClosed = true;`],
      "};",
    ),
    `/** Calls made before close are carried out, and answered before it is; later ones reject. */`,
    ...block(
      `const perform = async (call: () => Promise<unknown>) => {`,
      [
        `if (isClosing) return expect(call()).rejects.toMatchObject({ code: "CLOSED" });`,
        `await call();`,
        `expect(isClosed, "close was answered first").toBe(false);`,
      ],
      "};",
    ),
    "",
    `await world.together(`,
    ...indented(
      clients.flatMap((operations) => block("async () => {", operations.map(performs), "},")),
    ),
    `);`,
  ];
}
