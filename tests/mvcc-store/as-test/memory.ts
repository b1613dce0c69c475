/** Memory after a long history, as a kept test: a shorter history of the same kind, the same bound. */
import { block } from "../../harness/source-text.ts";
import { ageMsMax, type MemoryCase } from "../memory.ts";

export function memoryAsTest({ history, readers, keys, writes }: MemoryCase): string[] {
  const isAging = readers === "abandoned";
  const inVain = history === "overwrites" && (readers === "short" || readers === "long") ? 60 : 0;
  const options = isAging ? `{ transactionAgeMsMax: ${ageMsMax}, clock }` : "";
  return [
    'const { setFlagsFromString } = await import("node:v8");',
    'const { runInNewContext } = await import("node:vm");',
    'setFlagsFromString("--expose-gc");',
    'const collectAll = runInNewContext("gc") as () => void;',
    ...block(
      "const memoryInUse = () => {",
      [
        "collectAll();",
        "const { heapUsed, external } = process.memoryUsage();",
        "return heapUsed + external;",
      ],
      "};",
    ),
    ...(isAging
      ? [
          "const clock = { at: 0, now: () => clock.at, sleep: () => new Promise<void>(() => undefined) };",
        ]
      : []),
    "const before = memoryInUse();",
    `const store = await openMvccStore(${options});`,
    'const valueOf = (number: number) => Buffer.alloc(4096, 97 + (number % 26)).fill(`${number}`, 0, 8).toString("latin1");',
    "/** From level 3 on every other transaction is serializable. */",
    'const begin = (number: number) => (number % 2 === 0 ? store.begin() : store.begin({ isolation: "serializable" }));',
    ...block(
      "const commit = async (number: number, writes: Iterable<[string, string | undefined]>) => {",
      [
        "const entries = [...writes];",
        "/** Large values of a transaction that will not commit. */",
        "const putInVain = (transaction: typeof writer) => {",
        `  for (let at = 0; at < ${inVain}; at++) transaction.put(\`in vain \${at}\`, valueOf(number + at));`,
        "};",
        "const givenUp = begin(number);",
        "const loser = begin(number);",
        "const writer = begin(number);",
        "for (const transaction of number % 7 === 0 ? [givenUp, writer] : [writer]) {",
        "  if (transaction === givenUp) putInVain(givenUp);",
        "  if (transaction === writer) givenUp.rollback();",
        "  for (const [key, value] of entries) {",
        "    if (number % 5 === 0) transaction.get(key);",
        "    if (value === undefined) transaction.delete(key);",
        "    else transaction.put(key, value);",
        "  }",
        "}",
        "await writer.commit();",
        "// Whoever writes what has been written meanwhile is refused, and over.",
        'const lose = async () => { putInVain(loser); loser.put(entries[0]?.[0] ?? "", "too late"); await loser.commit(); };',
        'if (number % 11 === 3) await expect(lose()).rejects.toMatchObject({ code: "CONFLICT" });',
        "else loser.rollback();",
      ],
      "};",
    ),
    ...readersLines(readers),
    ...historyLines(history, { keys, writes }),
    ...(readers === "one after the other" ? [] : ["endAll();"]),
    ...(isAging ? [`clock.at += ${ageMsMax + 1};`] : []),
    'await commit(2, [["the last key", "x"]]);',
    "for (let turn = 0; turn < 100; turn++) await new Promise((go) => setImmediate(go));",
    "const used = memoryInUse() - before;",
    "const entries = store.begin().range() as [string, string][];",
    "const live = entries.reduce((sum, [key, value]) => sum + key.length + value.length, 0);",
    "expect(used).toBeLessThanOrEqual(3 * live + 1024 * entries.length + 8 * 1024 * 1024);",
  ];
}

function readersLines(readers: MemoryCase["readers"]): string[] {
  const meanwhile: Readonly<Record<MemoryCase["readers"], string[]>> = {
    short: ["if (commit % 10 === 0) end(read(commit));"],
    long: [
      "if (commit === commits >> 3 || commit === commits >> 2) open.push(read(commit));",
      "if (commit === (commits >> 2) * 3) endAll();",
    ],
    "one after the other": [
      "if (commit % 60 !== 0) return;",
      "open.push(read(commit)); // before the one before it ends",
      "if (open.length > 1) end(open.shift());",
    ],
    abandoned: [
      "if (commit === commits >> 3) for (let index = 0; index < 20; index++) read(index);",
      "if (commit >= commits >> 3 || commit % (commits >> 6) !== 1) return;",
      "const abandoned = read(commit);",
      "for (let at = 0; at < 500; at++) abandoned.put(`abandoned ${at}`, valueOf(at));",
      `clock.at += ${ageMsMax + 1};`,
    ],
  };
  return [
    "let open: ReturnType<typeof store.begin>[] = [];",
    ...block(
      "const read = (number: number) => {",
      ["const reader = begin(number);", 'reader.get("key-1");', "return reader;"],
      "};",
    ),
    "let ended = 0;",
    "/** A serializable reader may be refused, and is over all the same. */",
    ...block(
      "const end = (reader: ReturnType<typeof begin> | undefined) => {",
      [
        "if (ended++ % 2 === 0) void reader?.commit().catch(() => undefined);",
        "else reader?.rollback();",
      ],
      "};",
    ),
    ...block(
      "const endAll = () => {",
      ["for (const reader of open) end(reader);", "open = [];"],
      "};",
    ),
    ...block("const meanwhile = (commit: number, commits: number) => {", meanwhile[readers], "};"),
  ];
}

function historyLines(
  history: MemoryCase["history"],
  { keys, writes }: Pick<MemoryCase, "keys" | "writes">,
): string[] {
  if (history === "overwrites") {
    const commits = 8192 / writes;
    return block(`for (let number = 0; number < ${commits}; number++) {`, [
      `meanwhile(number, ${commits});`,
      `await commit(number, Array.from({ length: ${writes} }, (_, at) => [\`key-\${(number * ${writes} + at) % ${keys}}\`, valueOf(number + at)]));`,
    ]);
  }
  const commits = 100_000 / writes;
  return block(`for (let number = 0; number < ${commits}; number++) {`, [
    `meanwhile(number, ${commits});`,
    `const name = (at: number) => \`\${(number >> 1) * ${writes} + at}-\`.padEnd(300, "k");`,
    `await commit(number, Array.from({ length: ${writes} }, (_, at) => [name(at), number % 2 === 0 ? "short" : undefined]));`,
  ]);
}
