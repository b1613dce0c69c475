/**
 * Loads the code under judgement, in any process: plain Node, vitest, the grader's child.
 *
 * Each copy starts anew: its module variables have their first values. A copy costs well under a
 * millisecond, leaves nothing behind once it is forgotten, and is made without a timer, a promise
 * of the file system or anything else that a simulated world would notice.
 */
import { createRequire, SourceMap } from "node:module";
import path from "node:path";
import { Script } from "node:vm";
import type { LoadedSubject } from "./check.ts";
import { bundleSubject, type SubjectBundle } from "./subject-bundle.ts";

type Exports = Record<string, unknown>;
type ScriptBody = (require: NodeJS.Require, module: { exports: Exports }, exports: Exports) => void;

export async function loadSubject(file: string): Promise<LoadedSubject<Exports>> {
  return loadBundle(await bundleSubject(file));
}

/** Loads what another process has bundled. */
export async function loadBundle(bundle: SubjectBundle): Promise<LoadedSubject<Exports>> {
  const fresh = bundle.kind === "script" ? copiesOfScript(bundle) : copiesOfModule(bundle);
  return { file: bundle.file, exports: await fresh(), fresh };
}

/**
 * The first place in the subject's own code that a stack trace passes through, as
 * "file:line:column" of the file its author wrote; undefined when it passes through none.
 */
export function subjectCallSite(stack: string | undefined): string | undefined {
  for (const line of stack?.split("\n") ?? []) {
    for (const [scriptName, bundle] of bundles) {
      const start = line.indexOf(scriptName);
      if (start === -1) continue;
      const position = /^(?:#\d+)?:(\d+):(\d+)/.exec(line.slice(start + scriptName.length));
      const site = originalPosition(bundle, Number(position?.[1]), Number(position?.[2]));
      if (site !== undefined) return site;
    }
  }
  return undefined;
}

// ── Copies ────────────────────────────────────────────────────────────────────────────────────

function copiesOfScript(bundle: SubjectBundle): () => Promise<Exports> {
  // The wrapper stays on the first line, so that line numbers are those of the source map.
  bundles.set(bundle.scriptName, bundle);
  const script = new Script(`(function (require, module, exports) {${bundle.code}\n})`, {
    filename: bundle.scriptName,
  });
  const run = script.runInThisContext() as ScriptBody;
  const subjectRequire = createRequire(bundle.scriptName);
  return async () => {
    const module = { exports: {} as Exports };
    // The function is the same each time, its variables are not.
    run(subjectRequire, module, module.exports);
    return module.exports;
  };
}

function copiesOfModule(bundle: SubjectBundle): () => Promise<Exports> {
  // An address that holds the code itself: no file that a killed process would leave behind.
  // Without its source map, so that nobody else translates positions first.
  const code = bundle.code.slice(0, bundle.code.lastIndexOf("//# sourceMappingURL="));
  const address = `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`;
  bundles.set(address, bundle);
  let copies = 0;
  return async () => {
    copies += 1;
    return (await import(/* @vite-ignore */ `${address}#${copies}`)) as Exports;
  };
}

// ── Positions ─────────────────────────────────────────────────────────────────────────────────

/** By the name that a stack trace shows. */
const bundles = new Map<string, SubjectBundle>();
const sourceMaps = new Map<SubjectBundle, SourceMap>();
const scriptWrapperLength = "(function (require, module, exports) {".length;

function originalPosition(bundle: SubjectBundle, line: number, column: number): string | undefined {
  if (Number.isNaN(line)) return undefined;
  const shift = bundle.kind === "script" && line === 1 ? scriptWrapperLength : 0;
  const entry = sourceMapOf(bundle).findEntry(line - 1, column - 1 - shift);
  if (!("originalSource" in entry)) return undefined;
  const source = path.join(path.dirname(bundle.file), entry.originalSource);
  return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}

function sourceMapOf(bundle: SubjectBundle): SourceMap {
  const known = sourceMaps.get(bundle);
  if (known !== undefined) return known;
  const encoded = bundle.code.slice(bundle.code.lastIndexOf("base64,") + "base64,".length);
  const payload = JSON.parse(
    Buffer.from(encoded.trim(), "base64").toString("utf8"),
  ) as ConstructorParameters<typeof SourceMap>[0];
  const sourceMap = new SourceMap(payload);
  sourceMaps.set(bundle, sourceMap);
  return sourceMap;
}
