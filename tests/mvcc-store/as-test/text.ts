/** The pieces of which kept tests are made: a store, its transactions, a few lines that know what each must read. */
import { block } from "../../harness/source-text.ts";
import type { Isolation, Script, Step } from "../script.ts";

export function text(value: string): string {
  return value.length > 60 && value === (value[0] ?? "").repeat(value.length)
    ? `${JSON.stringify(value[0])}.repeat(${value.length})`
    : JSON.stringify(value);
}

/** `t1` for "T1", `theLastReader` for "the last reader". */
export function variableOf(name: string): string {
  const [first = "", ...others] = name.split(" ");
  const rest = others.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return [first.toLowerCase(), ...rest].join("");
}

export function beginOptions(isolation: Isolation | undefined): string {
  return isolation === undefined ? "" : `{ isolation: ${text(isolation)} }`;
}

export function boundsText({ from, to }: { from?: string; to?: string }): string {
  if (to !== undefined) return `${from === undefined ? "undefined" : text(from)}, ${text(to)}`;
  return from === undefined ? "" : text(from);
}

/** A clock that a test moves by hand. */
export function clockLines(): string[] {
  return [
    "const clock = { at: 0, now: () => clock.at, sleep: () => new Promise<void>(() => undefined) };",
  ];
}

export function openLine(script: Pick<Script, "ageMsMax" | "hasClock">, name = "store"): string {
  const { ageMsMax, hasClock } = script;
  if (ageMsMax !== undefined)
    return `const ${name} = await openMvccStore({ transactionAgeMsMax: ${ageMsMax}, clock });`;
  return `const ${name} = await openMvccStore(${hasClock === true ? "{ clock }" : ""});`;
}

/** What waits in the event loop gets its turn. */
export function turnsLine(count: number): string {
  return `for (let turn = 0; turn < ${count}; turn++) await new Promise((go) => setImmediate(go));`;
}

/** A store beside what is committed in it: `begin`, `get`, `range`, `write`, `commit` expect what is right. */
export function watchedStore(uses: (call: string) => boolean): string[] {
  return [
    "/** A transaction, with what it must see: its snapshot and its own writes. */",
    ...block("interface Watched {", [
      "itself: ReturnType<typeof store.begin>;",
      "snapshot: ReadonlyMap<string, number>;",
      "writes: Map<string, number | undefined>;",
      'outcome: "open" | "ok" | "CONFLICT" | "rolled back";',
    ]),
    "let committed: ReadonlyMap<string, number> = new Map();",
    ...block(
      'const begin = (itself: Watched["itself"]): Watched =>',
      ['({ itself, snapshot: committed, writes: new Map(), outcome: "open" });'],
      "",
    ).filter((line) => line !== ""),
    ...(uses("get") || uses("range")
      ? [
          "const seenBy = ({ snapshot, writes }: Watched, key: string) =>",
          "  writes.has(key) ? writes.get(key) : snapshot.get(key);",
        ]
      : []),
    ...(uses("get")
      ? block(
          "const get = (reader: Watched, key: string) => {",
          [
            'if (reader.outcome !== "open") return;',
            "expect(reader.itself.get(key), key).toBe(seenBy(reader, key));",
          ],
          "};",
        )
      : []),
    ...(uses("range")
      ? block(
          "/** The last range of each, and what it held: no later write changes it. */\nconst answered = new Map<Watched, [unknown, unknown]>();\nconst range = (reader: Watched, from?: string, to?: string) => {",
          [
            'if (reader.outcome !== "open") return;',
            "const keys = new Set([...reader.snapshot.keys(), ...reader.writes.keys()]);",
            "const expected = [...keys]",
            "  .filter((key) => (from === undefined || key >= from) && (to === undefined || key < to))",
            "  .sort((one, other) => (one < other ? -1 : 1))",
            "  .map((key) => [key, seenBy(reader, key)])",
            "  .filter(([, value]) => value !== undefined);",
            "const answer = reader.itself.range(from, to);",
            "expect(answer).toEqual(expected);",
            "answered.set(reader, [answer, expected]);",
          ],
          "};",
        )
      : []),
    ...(uses("write")
      ? block(
          "const write = (writer: Watched, key: string, value: number | undefined) => {",
          [
            'if (writer.outcome !== "open") return;',
            "try {",
            "  if (value === undefined) writer.itself.delete(key);",
            "  else writer.itself.put(key, value);",
            "  writer.writes.set(key, value);",
            ...(uses("range")
              ? [
                  "  const [answer, held] = answered.get(writer) ?? [];",
                  "  expect(answer).toEqual(held);",
                ]
              : []),
            "} catch (error) {",
            '  expect(error).toMatchObject({ code: "CONFLICT" });',
            '  writer.outcome = "CONFLICT";',
            "}",
          ],
          "};",
        )
      : []),
    ...(uses("commit")
      ? block(
          "const commit = async <Begun>(writer: Watched, begins?: () => Begun): Promise<Begun> => {",
          [
            'if (writer.outcome !== "open") return begins?.() as Begun;',
            "let begun: Begun | undefined;",
            "try {",
            "  await writer.itself.commit();",
            "  begun = begins?.(); // with the answer, before anything else goes on",
            '  writer.outcome = "ok";',
            "  const next = new Map(committed);",
            "  for (const [key, value] of writer.writes)",
            "    if (value === undefined) next.delete(key);",
            "    else next.set(key, value);",
            "  committed = next;",
            "} catch (error) {",
            "  begun = begins?.();",
            '  expect(error).toMatchObject({ code: "CONFLICT" });',
            '  writer.outcome = "CONFLICT";',
            "}",
            "// Whatever the store does behind its answer is done before the next call.",
            "if (begins !== undefined) await new Promise((go) => process.nextTick(go));",
            "return begun as Begun;",
          ],
          "};",
        )
      : []),
    ...(uses("rollback")
      ? block(
          "const rollback = (writer: Watched) => {",
          [
            "writer.itself.rollback();",
            'if (writer.outcome === "open") writer.outcome = "rolled back";',
          ],
          "};",
        )
      : []),
  ];
}

/** The steps of a script as calls of a watched store. Who begins right after a commit does so with its answer. */
export function watchedCalls(steps: readonly Step[]): string[] {
  return steps.flatMap((step, index) => {
    const [before, next] = [steps[index - 1], steps[index + 1]];
    if (step.do === "commit" && next?.do === "begin") return [];
    if (step.do !== "begin" || before?.do !== "commit") return [watchedCall(step)];
    const begins = `store.begin(${beginOptions(step.isolation)})`;
    const commit = `commit(${variableOf(before.t)}, () => ${begins})`;
    return [`const ${variableOf(step.t)} = begin(await ${commit});`];
  });
}

/** A step of a script as a call of a watched store. */
export function watchedCall(step: Step, store = "store"): string {
  if (step.do === "turns") return turnsLine(step.count);
  if (step.do === "ticks")
    return `for (let tick = 0; tick < ${step.count}; tick++) await Promise.resolve();`;
  if (step.do === "time") return `clock.at += ${step.ms};`;
  const name = variableOf(step.t);
  switch (step.do) {
    case "begin":
      return `const ${name} = begin(${store}.begin(${beginOptions(step.isolation)}));`;
    case "get":
      return `get(${name}, ${text(step.key)});`;
    case "range": {
      const bounds = boundsText(step);
      return `range(${name}${bounds === "" ? "" : `, ${bounds}`});`;
    }
    case "put":
      return `write(${name}, ${text(step.key)}, ${step.value});`;
    case "delete":
      return `write(${name}, ${text(step.key)}, undefined);`;
    case "commit":
      return `await commit(${name});`;
    case "rollback":
      return `rollback(${name});`;
    default:
      throw new RangeError(`"${step.do}" belongs to histories of lists.`);
  }
}

/** The names of the helpers that these lines call. */
export function usedIn(lines: readonly string[]): (call: string) => boolean {
  return (call) => lines.some((line) => new RegExp(`(?<![.\\w])${call}\\(`).test(line));
}
