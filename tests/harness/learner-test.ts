/**
 * A history as a vitest test that a learner can keep.
 *
 *     // A history that broke this promise: npm run grade <kata> -- --replay 1.3fa9.q1Yq…
 *     import * as vitest_3fa9c1 from "vitest";
 *     import * as subject_3fa9c1 from "./<kata>.ts";
 *
 *     vitest_3fa9c1.test("An answered put … (history 3fa9c1)", async () => {
 *       const { expect } = vitest_3fa9c1;
 *       …the lines of the kata…
 *     });
 *
 * The text can stand at the end of any test file beside a `<kata>.ts`, whatever is imported there already, and
 * as often as there are tokens: its imports have names that no other history has, and everything else is
 * inside the test. It needs nothing but the contract and katas/platform/testing.
 *
 * A kata writes the lines as if everything below were imported; a type is written with its namespace:
 * `crashDisk.CrashDisk`.
 */
import { createHash } from "node:crypto";
import { indented } from "./source-text.ts";

/** The history of a case, as the kata writes it. */
export interface TestBody {
  /** Without outer indentation; `await` is allowed. */
  lines: string[];
  /** For tests that try much; without it, what vitest allows. */
  timeoutMs?: number;
}

export interface LearnerTest {
  kata: string;
  /** The promise in words: the name of the test. */
  sentence: string;
  token: string;
  /** What the lines may call of the learner's file: the functions that the contract has it export. */
  factories: readonly string[];
  body: TestBody;
}

/** A module that a kept test may import, and what its lines may use of it. */
interface TestModule {
  module: string;
  namespace: string;
  names: readonly string[];
}

const sharedModules: readonly TestModule[] = [
  { module: "vitest", namespace: "vitest", names: ["expect", "vi"] },
  { module: "#platform/testing/crash-disk.ts", namespace: "crashDisk", names: ["createCrashDisk"] },
  {
    module: "#platform/testing/interleave.ts",
    namespace: "interleave",
    names: ["tryInterleavings"],
  },
  { module: "#platform/testing/gates.ts", namespace: "gates", names: ["stillness"] },
  {
    module: "#platform/testing/flaky-store.ts",
    namespace: "flakyStore",
    names: ["createFlakyStore"],
  },
  {
    module: "#platform/testing/flaky-workers.ts",
    namespace: "flakyWorkers",
    names: ["createFlakyWorkers"],
  },
  { module: "#platform/testing/manual-clock.ts", namespace: "manualClock", names: ["ManualClock"] },
  { module: "#platform/random.ts", namespace: "random", names: ["seededRandom"] },
];

export function learnerTest({ kata, sentence, token, factories, body }: LearnerTest): string {
  const tag = createHash("sha256").update(token).digest("hex").slice(0, 6);
  const modules = [
    ...sharedModules,
    { module: `./${kata}.ts`, namespace: "subject", names: factories },
  ];
  const used = usedBy(body.lines, modules);
  return [
    `// A history that broke this promise: npm run grade ${kata} -- --replay ${token}`,
    ...used.map(({ module, namespace }) => `import * as ${namespace}_${tag} from "${module}";`),
    "",
    `vitest_${tag}.test(${JSON.stringify(`${sentence} (history ${tag})`)}, async () => {`,
    ...indented([
      ...used.flatMap(({ names, namespace }) =>
        names.length === 0 ? [] : [`const { ${names.join(", ")} } = ${namespace}_${tag};`],
      ),
      "",
      ...body.lines.map((line) => withTaggedTypes(line, used, tag)),
    ]),
    ending(body),
    "",
  ].join("\n");
}

/** What of each module the lines use. */
function usedBy(lines: readonly string[], modules: readonly TestModule[]): TestModule[] {
  const text = lines.join("\n");
  return modules
    .map((module) => ({
      ...module,
      names: module.names.filter((name) => new RegExp(`(?<![.\\w])${name}\\b`).test(text)),
    }))
    .filter(
      ({ names, namespace }) =>
        names.length > 0 || typesOf(namespace).test(text) || namespace === "vitest",
    );
}

function withTaggedTypes(line: string, modules: readonly TestModule[], tag: string): string {
  return modules.reduce(
    (text, { namespace }) => text.replaceAll(typesOf(namespace), `${namespace}_${tag}.`),
    line,
  );
}

/** `crashDisk.` before the name of a type. */
function typesOf(namespace: string): RegExp {
  return new RegExp(`(?<![.\\w])${namespace}\\.(?=[A-Z])`, "g");
}

function ending({ timeoutMs }: TestBody): string {
  if (timeoutMs === undefined) return "});";
  return `}, ${timeoutMs.toLocaleString("en").replaceAll(",", "_")});`;
}
