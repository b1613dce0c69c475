/** Kept tests of rings that carry keys. */
import { block } from "../../harness/source-text.ts";
import type { CaseOptions, RingCase, Step } from "../case.ts";
import { type KeptPlaces, neighboursNode } from "../checks/a-place-is-kept.ts";
import { beginning, callOf, hashLines, listOf, newRing, stepsWithMembers, text } from "./text.ts";

export function aPlaceIsKept({ options, steps, hasNeighbour }: KeptPlaces): string[] {
  const placed = new Set<string>();
  const isIll = steps.some((step) => "illAt" in step);
  const kept = (members: ReadonlyMap<string, unknown>): string[] =>
    [...placed].map((key) =>
      members.size === 0
        ? `expect(ring.carrier(${text(key)})).toBe(undefined);`
        : `expect(${listOf([...members.keys()])}).toContain(ring.carrier(${text(key)}));`,
    );
  const calls = [...stepsWithMembers(steps)].flatMap(({ step, members }) => {
    const call = callOf("ring", step);
    const lines = isIll && ("place" in step || "release" in step) ? attempt(step, placed) : [];
    if ("place" in step) {
      const carrier = `ring.carrier(${text(step.place)})`;
      // A key that is placed again keeps the carrier that it has.
      if (placed.has(step.place)) lines.push(`expect(${carrier}).toBe(${call});`);
      else lines.push(`expect(${call}).toBe(${carrier});`);
      placed.add(step.place);
    } else if ("release" in step) {
      const isDone = step.illAt === undefined ? "" : "hasFailed && ";
      lines.push(
        `expect(${call}).toBe(${isDone}${placed.has(step.release)});`,
        `expect(ring.carrier(${text(step.release)})).toBe(undefined);`,
        `expect(${call}).toBe(false);`,
      );
      placed.delete(step.release);
    } else lines.push(`${call};`);
    return [...lines, ...kept(members)];
  });
  if (!isIll) return [...beginning(options), ...calls, ...(hasNeighbour ? neighbour() : [])];
  return [
    ...hashLines(options),
    "let hasFailed = false;",
    ...wilfulRing(options),
    ...calls,
    ...(hasNeighbour ? neighbour() : []),
  ];

  function neighbour(): string[] {
    const node = text(neighboursNode);
    return [
      "// Another ring knows nothing of these keys.",
      `const neighbour = ${newRing(options)};`,
      `neighbour.add(${node});`,
      ...[...placed].flatMap((key) => [
        `expect(neighbour.carrier(${text(key)})).toBe(undefined);`,
        `expect(neighbour.place(${text(key)})).toBe(${node});`,
        `expect(neighbour.carrier(${text(key)})).toBe(${node});`,
        `expect(ring.carrier(${text(key)})).not.toBe(${node});`,
      ]),
    ];
  }
}

/** A ring whose hash throws at the call that `failsAt` says. */
function wilfulRing({ hash: _, ...others }: CaseOptions): string[] {
  return [
    "let failsAt = 0;",
    ...block(
      "const wilful = (label: string): number => {",
      [
        'if (failsAt > 0 && --failsAt === 0) throw new Error("the hash is ill");',
        "return hash(label);",
      ],
      "};",
    ),
    `const ring = ${newRing(others, { hash: "wilful" })};`,
  ];
}

/** A call during which the hash throws: if it has failed, nothing has happened. */
function attempt(
  step: Extract<Step, { place: string } | { release: string }>,
  placed: ReadonlySet<string>,
): string[] {
  if (step.illAt === undefined) return [];
  const key = text("place" in step ? step.place : step.release);
  const carriers = `${listOf([...placed])}.map((key) => ring.carrier(key))`;
  const isNew = !placed.has("place" in step ? step.place : step.release);
  return block("{", [
    ...(placed.size === 0 ? [] : [`const carriers = ${carriers};`]),
    `failsAt = ${step.illAt};`,
    "hasFailed = false;",
    ...block("try {", [`${callOf("ring", step)};`], "} catch {"),
    "  hasFailed = true;",
    "}",
    "failsAt = 0;",
    ...block("if (hasFailed) {", [
      ...(placed.size === 0 ? [] : [`expect(${carriers}).toEqual(carriers);`]),
      ...(isNew
        ? [
            `expect(ring.carrier(${key})).toBe(undefined);`,
            `expect(ring.release(${key})).toBe(false);`,
          ]
        : []),
    ]),
  ]);
}

export function notTooMuch(testCase: RingCase): string[] {
  return [...after(testCase), ...loadsHelper(testCase.options), ...muchJudge];
}

export function notTooFar(testCase: RingCase): string[] {
  return [
    ...after(testCase),
    ...loadsHelper(testCase.options),
    ...walks(testCase.options),
    ...farJudge,
  ];
}

export function notTooMuchNorTooFar(testCase: RingCase): string[] {
  return [
    ...after(testCase),
    ...loadsHelper(testCase.options),
    ...muchJudge,
    ...walks(testCase.options),
    ...farJudge,
  ];
}

/** The history, and what is placed and who is a member after it. */
function after({ options, steps }: RingCase): string[] {
  const all = [...stepsWithMembers(steps)];
  const members = all.at(-1)?.members ?? new Map<string, { weight?: number }>();
  const loads = loadsAfter(steps);
  const weights = [...members].map(([name, { weight = 1 }]) => `[${text(name)}, ${weight}]`);
  if (steps.some((step) => "illAt" in step)) {
    return [
      ...hashLines(options),
      ...wilfulRing(options),
      "const loads = new Map<string, number>();",
      ...all.flatMap(({ step }) => withLoads(step)),
      `const weights = new Map([${weights.join(", ")}]);`,
    ];
  }
  return [
    ...hashLines(options),
    `const ring = ${newRing(options)};`,
    ...all.map(({ step }) => `${callOf("ring", step)};`),
    "",
    `const loads = new Map([${[...loads].map(([key, load]) => `[${text(key)}, ${load}]`).join(", ")}]);`,
    `const weights = new Map([${weights.join(", ")}]);`,
  ];
}

/** The call, and what it has placed. If it fails with its hash, the old load counts. */
function withLoads(step: Step): string[] {
  const call = `${callOf("ring", step)};`;
  if ("release" in step) return [call, `loads.delete(${text(step.release)});`];
  if (!("place" in step)) return [call];
  const lines = [call, `loads.set(${text(step.place)}, ${step.load ?? 1});`];
  if (step.illAt === undefined) return lines;
  return [
    `failsAt = ${step.illAt};`,
    ...block("try {", lines, "} catch {"),
    "  // So the old load counts.",
    "}",
    "failsAt = 0;",
  ];
}

function loadsAfter(steps: readonly Step[]): Map<string, number> {
  const loads = new Map<string, number>();
  for (const step of steps) {
    if ("place" in step) loads.set(step.place, step.load ?? 1);
    if ("release" in step) loads.delete(step.release);
  }
  return loads;
}

function loadsHelper({ extraLoadMax = 0.25 }: CaseOptions): string[] {
  return [
    "const sum = (numbers: Iterable<number>) => [...numbers].reduce((all, one) => all + one, 0);",
    ...block(
      "const limitOf = (node: string) =>",
      [
        `(${1 + extraLoadMax} * sum(loads.values()) * (weights.get(node) ?? 0)) / sum(weights.values());`,
      ],
      "",
    ).filter((line) => line !== ""),
    ...block(
      "const loadsOf = (node: string) =>",
      ["[...loads].filter(([key]) => ring.carrier(key) === node).map(([, load]) => load);"],
      "",
    ).filter((line) => line !== ""),
  ];
}

const muchJudge = block("for (const node of weights.keys()) {", [
  "const carried = loadsOf(node);",
  "const withoutLargest = sum(carried) - Math.max(0, ...carried);",
  "expect(withoutLargest, `carried by ${node}, without its largest key`).toBeLessThan(",
  "  limitOf(node) + (carried.length === 0 ? 1 : 1e-9),",
  ");",
]);

function walks(options: CaseOptions): string[] {
  const { replicas: _, ...others } = options;
  return [
    "// The walk of a key: what get answers without zones, and with as many replicas as members.",
    `const walker = ${newRing(others, { replicas: "Math.max(1, weights.size)" })};`,
    "for (const [node, weight] of weights) walker.add(node, weight === 1 ? undefined : { weight });",
  ];
}

const farJudge = block("for (const key of loads.keys()) {", [
  "const walk = walker.get(key).nodes;",
  'const place = walk.indexOf(ring.carrier(key) ?? "");',
  ...block("for (const node of walk.slice(0, Math.max(0, place))) {", [
    "const why = `${node} comes before the carrier of ${key}, and is full`;",
    "expect(sum(loadsOf(node)), why).toBeGreaterThanOrEqual(limitOf(node) - 1e-9);",
  ]),
]);
