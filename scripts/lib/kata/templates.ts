/**
 * The files an attempt begins with: the kata's starter, a test file of one's own, and the notes' headings.
 * They say the same for every kata; what differs is read from the kata's folder.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Kata } from "./catalogue.ts";

export interface AttemptTemplates {
  subject: string;
  test: string;
  notes: string;
}

export async function attemptTemplates(kata: Kata): Promise<AttemptTemplates> {
  const subject = await readFile(path.join(kata.folder, "starter.ts"), "utf8");
  return { subject, test: ownTests(kata, exportedFunctions(subject)), notes: notes(kata) };
}

/**
 * What an editor needs to check attempts and nothing else. An attempt elsewhere has no package.json of this
 * repository above it, so there the configuration says where `#platform`, `#katas` and the test libraries are.
 */
export function typeScriptConfig(root: string, attemptsFolder: string): string {
  const fromAttempts = path.relative(attemptsFolder, root);
  if (fromAttempts === "..") {
    return configText({
      extends: "../tsconfig.json",
      compilerOptions: allowed,
      include: [".", "../katas"],
      exclude: [".history"],
    });
  }
  const inRoot = (...parts: string[]) => path.join(root, ...parts);
  return configText({
    extends: inRoot("tsconfig.json"),
    compilerOptions: {
      ...allowed,
      paths: {
        "#platform/*": [inRoot("katas", "platform", "*")],
        "#katas/*": [inRoot("katas", "*")],
        vitest: [inRoot("node_modules", "vitest")],
        "fast-check": [inRoot("node_modules", "fast-check")],
      },
      typeRoots: [inRoot("node_modules", "@types")],
    },
    include: ["."],
    exclude: [".history"],
  });
}

/** What the grade allows beyond what this repository allows itself: enums, parameter properties. */
const allowed = { erasableSyntaxOnly: false };

function configText(config: object): string {
  return `${JSON.stringify(config, null, 2)}\n`;
}

function exportedFunctions(source: string): string[] {
  return [...source.matchAll(/^export (?:async )?function (\w+)/gm)].map((match) => match[1] ?? "");
}

function ownTests(kata: Kata, functions: readonly string[]): string {
  const names = functions.length === 0 ? "* as subject" : `{ ${functions.join(", ")} }`;
  const facts =
    functions.length === 0
      ? ["  expect(subject).toBeDefined();"]
      : functions.map((name) => `  expect(${name}).toBeTypeOf("function");`);
  return [
    "/**",
    " * Your own tests. They run on every save, beside the visible ones in",
    ` * katas/${kata.name}/example.test.ts, which show how to begin.`,
    " * A good test is named after a promise, and fails when the promise is broken.",
    " */",
    'import { expect, test } from "vitest";',
    `import ${names} from "./${kata.name}.ts";`,
    "",
    'test("the file exports what the contract names", () => {',
    ...facts,
    "});",
    "",
  ].join("\n");
}

function notes(kata: Kata): string {
  return `# ${kata.title}: notes

A claim counts when it names the line of code that supports it.

## Assumptions

## Storage model

## Concurrency model and pool size

## Estimates

## Trade-offs

## Production gaps

- Recovery:
- Replication:
- Monitoring:
- Failure modes:
- Backpressure:
- Security:
- Cost:

## Left out

## Action item
`;
}
