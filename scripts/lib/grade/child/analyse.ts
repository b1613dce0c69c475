/**
 * Reads a subject without running it, in a process of its own: the compiler's memory is given back, and
 * the grader can watch other children meanwhile. Says first whether an import is forbidden.
 */
import { realpathSync, writeSync } from "node:fs";
import path from "node:path";
import type { AnalysisReport, AnalysisRequest } from "../analysis.ts";
import { forbiddenImports } from "../forbidden-imports.ts";
import { reportDescriptor } from "../protocol.ts";

const request = JSON.parse(process.argv[2] ?? "") as AnalysisRequest;
const subject = realpathSync(request.subject);
const root = realpathSync(request.root);

const { forbidden, files } = forbiddenImports(subject, { root, kata: request.kata });
report({
  kind: "imports",
  forbidden: forbidden.map((found) => ({ ...found, file: shownName(found.file) })),
});
// The answer about the imports is waited for; what takes longer to load comes after it.
const { subjectProgram } = await import("../subject-program.ts");
const { typeProblems } = await import("../type-problems.ts");
const program = subjectProgram(subject, { root, kata: request.kata });
report({ kind: "types", problems: typeProblems(program, files, shownName) });
const { lint } = await import("../lint.ts");
report({ kind: "lint", ...lint(program, files, shownName) });

/** Inside the repository from its root, elsewhere from the subject: the same on every machine. */
function shownName(file: string): string {
  const fromRoot = path.relative(root, file);
  return fromRoot.startsWith("..") ? path.relative(path.dirname(subject), file) : fromRoot;
}

function report(message: AnalysisReport): void {
  let bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  while (bytes.length > 0) bytes = bytes.subarray(writeSync(reportDescriptor, bytes));
}
