/**
 * Crowds as kept tests: the same calls, and a search for an order of the commits that explains every answer. The
 * history is small by then, so all orders can be tried.
 */
import { block } from "../../harness/source-text.ts";
import type { DiskCrowdCase } from "../durable/crowd-on-disk.ts";
import { keysIn } from "../crowd.ts";
import type { Script, Step } from "../script.ts";
import { begunOnly } from "./scripts.ts";
import { beginOptions, boundsText, text, turnsLine, variableOf } from "./text.ts";

const runsOnDisk = 300;

export function crowdAsTest({ steps, known }: Script, isSerializable: boolean): string[] {
  return [
    ...(known === undefined ? [] : [`// ${known}`]),
    "const store = await openMvccStore();",
    ...members(steps, isSerializable),
    "",
    ...begunOnly(steps).map((step) => callOf(step, "const ")),
    ...ending(steps),
  ];
}

/** Which of the disk's calls settles when is tried anew: a schedule holds only for the code of today. */
export function diskCrowdAsTest({ clients }: DiskCrowdCase, isSerializable: boolean): string[] {
  const steps = clients.flat();
  return [
    ...block(
      `await tryInterleavings({ runs: ${runsOnDisk} }, async (world) => {`,
      [
        'const store = await openMvccStore({ disk: world.disk, directory: "store" });',
        "/** Others may come between any two calls. */",
        "const pause = () => world.together(async () => undefined);",
        ...members(steps, isSerializable),
        "",
        "await world.together(",
        ...clients.flatMap((own) =>
          block(
            "  async () => {",
            begunOnly(own).flatMap((step) => ["  await pause();", `  ${callOf(step, "const ")}`]),
            "  },",
          ),
        ),
        ");",
        ...ending(steps),
      ],
      "});",
    ),
  ];
}

function callOf(step: Step, declaration: string): string {
  if (step.do === "turns") return turnsLine(step.count);
  if (step.do === "ticks")
    return `for (let tick = 0; tick < ${step.count}; tick++) await Promise.resolve();`;
  if (step.do === "time") return "";
  const name = variableOf(step.t);
  switch (step.do) {
    case "begin":
      return `${declaration}${name} = begin(${text(step.t)}, store.begin(${beginOptions(step.isolation)}));`;
    case "get":
      return `read(${name}, ${text(step.key)});`;
    case "range": {
      const bounds = boundsText(step);
      return `readRange(${name}${bounds === "" ? "" : `, ${bounds}`});`;
    }
    case "append":
      return `append(${name}, ${text(step.key)}, ${text(step.element)});`;
    case "rollback":
      return `rollback(${name});`;
    case "commit":
      return step.unanswered === true ? `commit(${name});` : `await commit(${name});`;
    case "answer":
      return `await ${name}.answer;`;
    default:
      return "";
  }
}

function ending(steps: readonly Step[]): string[] {
  return [
    "",
    "await Promise.all(members.map(({ answer }) => answer));",
    'const last = begin("the last reader", store.begin());',
    `for (const key of ${JSON.stringify(keysIn(steps))}) read(last, key);`,
    "await commit(last);",
    "expect(isExplained(), `some order explains ${JSON.stringify(members)}`).toBe(true);",
  ];
}

function members(steps: readonly Step[], isSerializable: boolean): string[] {
  const keys = JSON.stringify(keysIn(steps).sort());
  return [
    "// What each has read of others and appended, and when it began and was answered.",
    ...block("interface Member {", [
      "name: string;",
      "reads: [key: string, list: string][];",
      "writes: Map<string, string[]>;",
      "begunAt: number;",
      "answeredAt: number;",
      "isOpen: boolean;",
      "isCommitted: boolean;",
      "answer: Promise<void> | undefined;",
    ]),
    "const members: Member[] = [];",
    "const handles = new Map<Member, ReturnType<typeof store.begin>>();",
    "let now = 0;",
    ...block(
      "const begin = (name: string, itself: ReturnType<typeof store.begin>) => {",
      [
        "const member: Member = { name, reads: [], writes: new Map(), begunAt: now++, answeredAt: Infinity, isOpen: true, isCommitted: false, answer: undefined };",
        "members.push(member);",
        "handles.set(member, itself);",
        "return member;",
      ],
      "};",
    ),
    ...block(
      "const note = ({ reads, writes }: Member, key: string, list: unknown) => {",
      [
        "const elements = (list ?? []) as string[];",
        "const own = writes.get(key) ?? [];",
        "// The own appends come last.",
        "expect(elements.slice(elements.length - own.length)).toEqual(own);",
        'reads.push([key, elements.slice(0, elements.length - own.length).join(" ")]);',
        "return elements;",
      ],
      "};",
    ),
    "const read = (member: Member, key: string) => (member.isOpen ? note(member, key, handles.get(member)?.get(key)) : []);",
    ...block(
      "const readRange = (member: Member, from?: string, to?: string) => {",
      [
        "if (!member.isOpen) return;",
        "const found = new Map(handles.get(member)?.range(from, to));",
        `for (const key of ${keys})`,
        "  if ((from === undefined || key >= from) && (to === undefined || key < to)) note(member, key, found.get(key));",
      ],
      "};",
    ),
    ...block(
      "const append = (member: Member, key: string, element: string) => {",
      [
        "if (!member.isOpen) return;",
        "const list = [...read(member, key), element];",
        "try {",
        "  handles.get(member)?.put(key, list);",
        "  member.writes.set(key, [...(member.writes.get(key) ?? []), element]);",
        "} catch (error) {",
        '  expect(error).toMatchObject({ code: "CONFLICT" });',
        "  member.isOpen = false;",
        "}",
      ],
      "};",
    ),
    ...block(
      "const rollback = (member: Member) => {",
      ["handles.get(member)?.rollback();", "member.isOpen = false;"],
      "};",
    ),
    ...block(
      "const commit = (member: Member) => {",
      [
        "if (!member.isOpen) return;",
        "member.isOpen = false;",
        "member.answer = handles.get(member)?.commit().then(",
        "  () => {",
        "    member.isCommitted = true;",
        "    member.answeredAt = now++;",
        "  },",
        "  (error: unknown) => {",
        '    expect(error).toMatchObject({ code: "CONFLICT" });',
        "  },",
        ");",
        "return member.answer;",
      ],
      "};",
    ),
    `/** Whether some order of the commits explains what all of them have read${isSerializable ? ", each at its place in it" : ", each as of some moment before its place in it"}. */`,
    ...block(
      "const isExplained = (",
      [
        "left = members.filter(({ isCommitted }) => isCommitted),",
        "placed: Member[] = [],",
        "states: ReadonlyMap<string, string>[] = [new Map<string, string>()],",
      ],
      "): boolean => {",
    ),
    ...[
      "if (left.length === 0) return true;",
      "return left.some((next) => {",
      "  // Whoever was answered before it began comes before it.",
      "  if (left.some((other) => other !== next && other.answeredAt < next.begunAt)) return false;",
      "  const first = placed.reduce((from, other, at) => (other.answeredAt < next.begunAt ? at + 1 : from), 0);",
      ...(isSerializable
        ? ["  const moments = [placed.length];"]
        : [
            "  const moments = Array.from({ length: placed.length - first + 1 }, (_, index) => first + index);",
          ]),
      "  const fits = moments.some((moment) =>",
      '    next.reads.every(([key, list]) => (states[moment]?.get(key) ?? "") === list) &&',
      "    placed.slice(moment).every((other) => [...next.writes.keys()].every((key) => !other.writes.has(key))),",
      "  );",
      "  if (!fits) return false;",
      "  const state = new Map(states.at(-1));",
      "  for (const [key, own] of next.writes)",
      '    state.set(key, [state.get(key) ?? "", ...own].join(" ").trim());',
      "  return isExplained(left.filter((other) => other !== next), [...placed, next], [...states, state]);",
      "});",
    ].map((line) => `  ${line}`),
    "};",
  ];
}
