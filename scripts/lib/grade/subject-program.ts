/**
 * The subject as the TypeScript compiler sees it: this repository's options, `#platform` and `#katas`
 * of this repository, wherever the file lies. Types and lint share one program.
 *
 * A second, virtual file states what the contract demands: that the module is a `Subject`.
 */
import path from "node:path";
import type { CompilerHost, CompilerOptions, Program } from "typescript";
import { ts } from "./typescript.ts";

export interface SubjectProgram {
  program: Program;
  subject: string;
  /** Its complaints mean that the exports are not those of the contract. */
  conformance: string | null;
}

export function subjectProgram(
  subject: string,
  { root, kata }: { root: string; kata: string },
): SubjectProgram {
  const isTypeScript = /\.[cm]?ts$/.test(subject);
  const conformance = isTypeScript
    ? path.join(root, "katas", kata, "contract-of-subject.ts")
    : null;
  const options = compilerOptions(subject, root);
  const host = ts.createCompilerHost(options, true);
  if (conformance !== null) addVirtualFile(host, conformance, conformanceText(subject, kata));
  const rootNames = conformance === null ? [subject] : [subject, conformance];
  return { program: ts.createProgram({ rootNames, options, host }), subject, conformance };
}

function compilerOptions(subject: string, root: string): CompilerOptions {
  const configFile = path.join(root, "tsconfig.json");
  const config = ts.readConfigFile(configFile, (file) => ts.sys.readFile(file));
  const raw = (config.config ?? {}) as { compilerOptions?: object };
  const { options } = ts.convertCompilerOptionsFromJson(raw.compilerOptions ?? {}, root);
  const isInRepository = !path.relative(root, subject).startsWith("..");
  return {
    ...options,
    noEmit: true,
    allowJs: true,
    checkJs: false,
    // How this repository is run, and nothing that a learner's code has to care about.
    erasableSyntaxOnly: false,
    paths: {
      "#platform/*": [path.join(root, "katas/platform/*")],
      "#katas/*": [path.join(root, "katas/*")],
    },
    typeRoots: [path.join(root, "node_modules/@types")],
    // Elsewhere no package.json says that a .ts file is a module.
    ...(isInRepository
      ? {}
      : { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }),
  };
}

function conformanceText(subject: string, kata: string): string {
  return [
    `import type { Subject } from "#katas/${kata}/contract.ts";`,
    `import * as subject from ${JSON.stringify(subject)};`,
    "subject satisfies Subject;",
  ].join("\n");
}

function addVirtualFile(host: CompilerHost, name: string, text: string): void {
  const real = { ...host };
  host.fileExists = (file) => file === name || real.fileExists(file);
  host.readFile = (file) => (file === name ? text : real.readFile(file));
  host.getSourceFile = (file, options, ...rest) =>
    file === name
      ? ts.createSourceFile(name, text, options, true)
      : real.getSourceFile(file, options, ...rest);
}
