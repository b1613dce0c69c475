/**
 * Turns a subject and every file of its own into one script that can be run again and again.
 *
 * - `#platform/…` and `#katas/…` mean this repository, wherever the subject lies.
 * - Node built-ins stay outside; whatever else it imports is inside.
 * - What does not parse or resolve throws a SubjectLoadError that names file, line and column.
 */
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type BuildOptions, type Message } from "esbuild";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** Plain data, so that one process can bundle and another one run. */
export interface SubjectBundle {
  /** The subject, as the learner named it. */
  readonly file: string;
  /** Where a stack trace says that this code is. */
  readonly scriptName: string;
  /** "module" only for a subject that awaits at its top level. */
  readonly kind: "script" | "module";
  readonly code: string;
  /** Absolute paths of the files that went in, the subject first. */
  readonly inputs: readonly string[];
}

/** A subject that cannot be bundled, loaded or used; the message is for its author. */
export class SubjectLoadError extends Error {
  override readonly name = "SubjectLoadError";
}

/** `shownAs` is how messages name the file. */
export async function bundleSubject(file: string, shownAs = file): Promise<SubjectBundle> {
  const absolute = path.resolve(file);
  try {
    return await bundleAs(shownAs, absolute, "script");
  } catch (error) {
    if (!awaitsAtTopLevel(error)) throw loadError(error, shownAs);
  }
  try {
    return await bundleAs(shownAs, absolute, "module");
  } catch (error) {
    throw loadError(error, shownAs);
  }
}

async function bundleAs(
  file: string,
  absolute: string,
  kind: SubjectBundle["kind"],
): Promise<SubjectBundle> {
  const directory = path.dirname(absolute);
  const { outputFiles, metafile } = await build({
    ...(kind === "script" ? scriptOptions : { format: "esm" }),
    absWorkingDir: directory,
    entryPoints: [absolute],
    bundle: true,
    write: false,
    metafile: true,
    outfile: `${absolute}.bundle.js`,
    platform: "node",
    target: "node20",
    sourcemap: "inline",
    define: {
      "import.meta.url": JSON.stringify(pathToFileURL(absolute).href),
      "import.meta.dirname": JSON.stringify(directory),
      "import.meta.filename": JSON.stringify(absolute),
    },
    logLevel: "silent",
    // Options of the learner's surroundings must not change what is judged.
    tsconfigRaw: { compilerOptions: { target: "es2023", verbatimModuleSyntax: true } },
    alias: { "#platform": path.join(root, "katas/platform"), "#katas": path.join(root, "katas") },
  });
  const code = outputFiles[0]?.text ?? "";
  const inputs = Object.keys(metafile.inputs).map((input) => path.resolve(directory, input));
  return {
    file,
    scriptName: `${absolute}.bundle.js`,
    kind,
    code,
    inputs: [absolute, ...inputs.filter((input) => input !== absolute)],
  };
}

const scriptOptions: BuildOptions = {
  format: "cjs",
  banner: { js: '"use strict";' },
  supported: { "dynamic-import": false },
};

export function messagesOf(error: unknown): Message[] {
  const hasErrors = typeof error === "object" && error !== null && "errors" in error;
  return hasErrors && Array.isArray(error.errors) ? (error.errors as Message[]) : [];
}

function awaitsAtTopLevel(error: unknown): boolean {
  const messages = messagesOf(error);
  return (
    messages.length > 0 && messages.every((message) => message.text.startsWith("Top-level await"))
  );
}

function loadError(error: unknown, file: string): unknown {
  const messages = messagesOf(error);
  if (messages.length === 0) return error;
  const lines = messages.map(({ text, location }) =>
    location === null
      ? `${file}: ${text}`
      : `${shownFile(file, location.file)}:${location.line}:${location.column + 1}: ${text}`,
  );
  return new SubjectLoadError(lines.join("\n"));
}

/** A path relative to the subject's directory, shown the way the subject was named. */
function shownFile(subjectFile: string, relative: string): string {
  return path.join(path.dirname(subjectFile), relative);
}
