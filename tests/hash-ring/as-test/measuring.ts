/** Kept tests of what is measured: the median of nine sets of names. */
import { block } from "../../harness/source-text.ts";
import { type EvenCase, evenKeys } from "../checks/keys-spread-evenly.ts";
import { type BlurCase, blurKeys, pairKeys } from "../checks/names-do-not-blur.ts";
import { type FewMoves, keyCount, nodeCount } from "../checks/placement-moves-little.ts";
import type { ShareCase } from "../checks/weights-are-shares.ts";
import { setsOfNames } from "../medians.ts";
import { likeNames, lookalikes, namesOfSet } from "../workload.ts";
import { hashLines, listOf, newRing, text } from "./text.ts";

export function keysSpreadEvenly({ options, asked, seed }: EvenCase): string[] {
  const isRatio = asked === "ratio";
  const sets = nineSets((set) => namesOfSet(set, isRatio ? 10 : 25, seed));
  return [
    ...hashLines(options),
    ...sets,
    `const keyCount = ${evenKeys};`,
    ...measured(newRing(options), "ring.add(name);", [
      ...firstOwners,
      isRatio
        ? "return Math.max(...counts.values()) / Math.min(...counts.values());"
        : 'return (counts.get(names.at(-1) ?? "") ?? 0) / keyCount;',
    ]),
    isRatio
      ? "expect(median).toBeLessThanOrEqual(1.3);"
      : 'expect(median, "a newcomer\'s share").toBeLessThan(0.05);',
  ];
}

export function weightsAreShares({ options, weights, ratioMax, seed }: ShareCase): string[] {
  return [
    ...hashLines(options),
    ...nineSets((set) => namesOfSet(set, weights.length, seed)),
    `const weights = [${weights.join(", ")}];`,
    `const keyCount = ${evenKeys};`,
    ...measured(newRing(options), "ring.add(name, { weight: weights[index] ?? 1 });", [
      ...firstOwners,
      "const perWeight = [...counts.values()].map((count, index) => count / (weights[index] ?? 1));",
      "return Math.max(...perWeight) / Math.min(...perWeight);",
    ]),
    `expect(median).toBeLessThanOrEqual(${ratioMax});`,
  ];
}

export function namesDoNotBlur(testCase: BlurCase): string[] {
  const inherited = block(
    "const inherited = (from: string, by: string) => {",
    [
      "const owned = lists.filter(([first]) => first === from);",
      "return owned.filter(([, second]) => second === by).length / Math.max(1, owned.length);",
    ],
    "};",
  );
  const { options, seed } = testCase;
  if ("pairs" in testCase) {
    return [
      ...hashLines(options),
      `const ring = ${newRing(options)};`,
      `for (const name of ${listOf([...new Set(lookalikes.flat())])}) ring.add(name);`,
      `const keyCount = ${pairKeys};`,
      `const lists = Array.from({ length: keyCount }, (_, key) => ring.get(\`key-${seed}-\${key}\`).nodes);`,
      ...inherited,
      ...testCase.pairs.flatMap(([one, other]) => [
        `expect(inherited(${text(one)}, ${text(other)})).toBeLessThan(0.5);`,
        `expect(inherited(${text(other)}, ${text(one)})).toBeLessThan(0.5);`,
      ]),
    ];
  }
  return [
    ...hashLines(options),
    "// The first two names of each set are alike.",
    ...nineSets((set) => likeNames(testCase.side, set, 20, seed)),
    `const keyCount = ${blurKeys};`,
    ...measured(newRing(options), "ring.add(name);", [
      'const [one = "", other = ""] = names;',
      "const lists = Array.from({ length: keyCount }, (_, key) => ring.get(`key-${set}-${key}`).nodes);",
      ...inherited,
      "return Math.max(inherited(one, other), inherited(other, one));",
    ]),
    'expect(median, "inherited from a similar name").toBeLessThan(0.11);',
  ];
}

function nineSets(namesOf: (set: number) => string[]): string[] {
  const sets = Array.from({ length: setsOfNames }, (_, set) => `${listOf(namesOf(set))},`);
  return block("const sets = [", sets, "];");
}

const firstOwners = [
  "const counts = new Map(names.map((name) => [name, 0]));",
  ...block("for (let key = 0; key < keyCount; key++) {", [
    'const [first = ""] = ring.get(`key-${set}-${key}`).nodes;',
    "counts.set(first, (counts.get(first) ?? 0) + 1);",
  ]),
];

function measured(ring: string, join: string, measure: readonly string[]): string[] {
  return [
    ...block(
      "const values = sets.map((names, set) => {",
      [
        `const ring = ${ring};`,
        `${join.includes("index") ? "for (const [index, name] of names.entries())" : "for (const name of names)"} ${join}`,
        ...measure,
      ],
      "});",
    ),
    `const median = values.sort((one, other) => one - other)[${Math.floor(setsOfNames / 2)}];`,
  ];
}

export function placementMovesLittle({ options, calls, seed }: FewMoves): string[] {
  return [
    ...hashLines(options),
    `const ring = ${newRing(options)};`,
    `const random = seededRandom(${seed * 1_000_003});`,
    "const carriers = new Map<string, string | undefined>();",
    `const keyCount = ${keyCount};`,
    ...block("for (let key = 0; key < keyCount; key++) {", [
      "ring.place(`k${key}`);",
      "carriers.set(`k${key}`, undefined);",
    ]),
    `const nodes = Array.from({ length: ${nodeCount} }, (_, node) => \`node-\${node}\`);`,
    "ring.apply(nodes.map((add) => ({ add })));",
    ...block(
      "const movesNow = () => {",
      [
        "let moves = 0;",
        ...block("for (const [key, before] of carriers) {", [
          "const carrier = ring.carrier(key);",
          "if (before !== undefined && carrier !== before) moves++;",
          "carriers.set(key, carrier);",
        ]),
        "return moves;",
      ],
      "};",
    ),
    "movesNow();",
    "",
    "const moves = { placing: 0, joining: 0 };",
    "let newest = keyCount;",
    ...block(`for (let call = 0; call < ${calls}; call++) {`, [
      ...block(
        "if (call % 2 === 0) {",
        [
          'const key = [...carriers.keys()][random.below(carriers.size)] ?? "";',
          "ring.release(key);",
          "carriers.delete(key);",
        ],
        "} else {",
      ),
      "  const key = `k${newest++}`;",
      "  ring.place(key);",
      "  carriers.set(key, undefined);",
      "}",
      "moves.placing += movesNow();",
      "if (call % 5 !== 0) continue;",
      ...block(
        "if (call % 2 === 0) {",
        [`const node = \`node-\${${nodeCount} + call}\`;`, "nodes.push(node);", "ring.add(node);"],
        "} else {",
      ),
      '  ring.remove(nodes.splice(random.below(nodes.length), 1)[0] ?? "");',
      "}",
      "// In shares: keys divided by nodes.",
      "moves.joining += movesNow() / (carriers.size / nodes.length);",
    ]),
    `expect(moves.placing / ${calls}, "other keys moved by a place or release").toBeLessThanOrEqual(1);`,
    `expect(moves.joining / ${calls / 5}, "shares moved by a join or departure").toBeLessThanOrEqual(2);`,
  ];
}
