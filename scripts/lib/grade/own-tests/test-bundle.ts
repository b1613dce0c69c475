/**
 * A learner's test file as one script, with any implementation in the place of the learner's own.
 *
 * vitest and fast-check stay outside; so do Node's built-ins. Everything else is inside, so that a bundle
 * shares nothing with the next one.
 */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build, type Metafile } from "esbuild";
import { messagesOf } from "../../../../tests/harness/subject-bundle.ts";

export interface TestsToBundle {
  root: string;
  testFile: string;
  /** What the tests were written for; `#subject` and its own name stand for it. */
  attemptFile: string;
  /** Every file of the attempt, as far as the attempt itself imports it. */
  attemptFiles: readonly string[];
}

export interface TestBundle {
  file: string;
  fastCheck: string | null;
  /** What the tests import beyond the contract and the testing tools, as they name it. */
  beyondContract: string[];
}

/** A test file that does not parse or resolve; the message is for its author. */
export class TestBundleError extends Error {
  override readonly name = "TestBundleError";
}

/** Built-ins by which a test can look at what the contract says nothing about. */
const lookingElsewhere = /^(node:)?(fs|fs\/promises|child_process)$/;

export async function bundleTests(
  tests: TestsToBundle,
  subjectFile: string,
  file: string,
): Promise<TestBundle> {
  const { root, testFile, attemptFile, attemptFiles } = tests;
  const directory = path.dirname(testFile);
  const installed = {
    vitest: path.join(root, "node_modules/vitest/dist/index.js"),
    "fast-check": path.join(root, "node_modules/fast-check/lib/fast-check.js"),
  };
  const addressOf = (name: keyof typeof installed) => pathToFileURL(installed[name]).href;
  // The attempt's own files mean the attempt; only the tests and their helpers are handed another one.
  const own = new Set(attemptFiles);
  // A planted bug may be an edit of the very file that is graded, and imports it.
  const isOfTests = (file: string) => isBelow(directory, file) && !own.has(file);
  const { metafile } = await build({
    absWorkingDir: directory,
    entryPoints: [testFile],
    outfile: file,
    bundle: true,
    metafile: true,
    format: "esm",
    platform: "node",
    target: "node20",
    sourcemap: subjectFile === attemptFile ? "external" : false,
    define: {
      "import.meta.url": JSON.stringify(pathToFileURL(testFile).href),
      "import.meta.dirname": JSON.stringify(directory),
      "import.meta.filename": JSON.stringify(testFile),
    },
    logLevel: "silent",
    tsconfigRaw: { compilerOptions: { target: "es2023", verbatimModuleSyntax: true } },
    alias: { "#platform": path.join(root, "katas/platform"), "#katas": path.join(root, "katas") },
    plugins: [
      {
        name: "another-implementation",
        setup: (plugin) => {
          plugin.onResolve({ filter: /^#subject$/ }, () => ({ path: subjectFile }));
          plugin.onResolve(
            { filter: endingIn(attemptFile) },
            ({ path: specifier, importer, resolveDir }) =>
              path.resolve(resolveDir, specifier) === attemptFile && isOfTests(importer)
                ? { path: subjectFile }
                : undefined,
          );
          plugin.onResolve({ filter: /^(vitest|fast-check)$/ }, ({ path: name }) => ({
            path: addressOf(name as keyof typeof installed),
            external: true,
          }));
        },
      },
    ],
  }).catch((error: unknown) => {
    throw bundleError(error);
  });
  const imports = importsOfTests(metafile, tests, subjectFile);
  return {
    file,
    fastCheck: imports.has(addressOf("fast-check")) ? addressOf("fast-check") : null,
    beyondContract: [...imports]
      .filter((file) => own.has(file) || lookingElsewhere.test(file))
      .map((file) => (own.has(file) ? `./${path.relative(directory, file)}` : file))
      .sort(),
  };
}

function isBelow(folder: string, file: string): boolean {
  return !path.relative(folder, file).startsWith("..");
}

function endingIn(file: string): RegExp {
  return new RegExp(`/${path.basename(file).replaceAll(/[.+*?()[\]{}^$|\\]/g, "\\$&")}$`);
}

/** Everything that the tests and their helpers import; what the implementation imports is its own affair. */
function importsOfTests(
  { inputs }: Metafile,
  { testFile }: TestsToBundle,
  subjectFile: string,
): Set<string> {
  const directory = path.dirname(testFile);
  const absolute = (file: string) => path.resolve(directory, file);
  const importsOf = new Map(
    Object.entries(inputs).map(([file, { imports }]) => [
      absolute(file),
      imports.map(({ path: name, external }) => (external === true ? name : absolute(name))),
    ]),
  );
  const found = new Set<string>();
  const queue = [testFile];
  for (const file of queue) {
    for (const imported of importsOf.get(file) ?? []) {
      if (imported === subjectFile || found.has(imported)) continue;
      found.add(imported);
      queue.push(imported);
    }
  }
  return found;
}

function bundleError(error: unknown): unknown {
  const messages = messagesOf(error);
  if (messages.length === 0) return error;
  const lines = messages.map(({ text, location }) =>
    location === null ? text : `${location.file}:${location.line}:${location.column + 1}: ${text}`,
  );
  return new TestBundleError(lines.join("\n"));
}
