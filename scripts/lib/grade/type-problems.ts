/** What the compiler says about the subject and its own files, and about its fit to the contract. */
import type { Diagnostic, Program, SourceFile } from "typescript";
import type { SubjectProgram } from "./subject-program.ts";
import { ts } from "./typescript.ts";

export interface TypeProblem {
  file: string;
  line: number;
  column: number;
  what: string;
}

/** `files` are the subject and what it imports of its own; `shownName` names a file for the reader. */
export function typeProblems(
  { program, subject, conformance }: SubjectProgram,
  files: readonly string[],
  shownName: (file: string) => string,
): TypeProblem[] {
  const problems: TypeProblem[] = [];
  for (const file of files) {
    const sourceFile = program.getSourceFile(file);
    if (sourceFile === undefined) continue;
    for (const diagnostic of diagnosticsOf(program, sourceFile)) {
      const { line, character } = sourceFile.getLineAndCharacterOfPosition(diagnostic.start ?? 0);
      const what = sayingOf(diagnostic, shownName);
      problems.push({ file: shownName(file), line: line + 1, column: character + 1, what });
    }
  }
  if (conformance === null || problems.length > 0) return problems;
  const contractFile = program.getSourceFile(conformance);
  for (const diagnostic of contractFile === undefined ? [] : diagnosticsOf(program, contractFile)) {
    const [first = "", ...details] = sayingOf(diagnostic, shownName).split("\n");
    // The first line says only that the module is no Subject.
    const detail = details.length === 0 ? first : details.join("\n").trim();
    const what = `The exports are not what the contract's Subject asks for: ${detail}`;
    problems.push({ file: shownName(subject), line: 1, column: 1, what });
  }
  return problems;
}

/** The compiler names modules by their whole path; a grade is the same on every machine. */
function sayingOf({ messageText }: Diagnostic, shownName: (file: string) => string): string {
  const text = ts.flattenDiagnosticMessageText(messageText, "\n");
  return text.replaceAll(
    /import\("(\/[^"]+)"\)/g,
    (_whole, file: string) => `import("${shownName(file)}")`,
  );
}

function diagnosticsOf(program: Program, file: SourceFile): readonly Diagnostic[] {
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
}
