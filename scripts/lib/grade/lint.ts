/** Lints a subject and its own files, with types, as a reviewer would read them. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { Linter } from "eslint";
import tseslint from "typescript-eslint";
import * as rules from "./lint-rules.ts";
import type { SubjectProgram } from "./subject-program.ts";

export interface Finding {
  file: string;
  line: number;
  rule: string;
  what: string;
}

export interface LintReport {
  blocking: Finding[];
  remarks: Finding[];
}

export function lint(
  { program }: SubjectProgram,
  files: readonly string[],
  shownName: (file: string) => string,
): LintReport {
  const report: LintReport = { blocking: [], remarks: [] };
  for (const file of files) {
    const linter = new Linter({ configType: "flat", cwd: path.dirname(file) });
    for (const message of linter.verify(readFileSync(file, "utf8"), [configFor(program)], file)) {
      // What does not parse is the compiler's to report.
      if (message.ruleId === null) continue;
      const grade = message.severity === 2 ? report.blocking : report.remarks;
      const what = reviewerText(message.ruleId, message.message);
      grade.push({ file: shownName(file), line: message.line, rule: message.ruleId, what });
    }
  }
  for (const findings of [report.blocking, report.remarks]) {
    findings.sort((left, right) =>
      left.file < right.file ? -1 : left.file > right.file ? 1 : left.line - right.line,
    );
  }
  return { ...report, remarks: report.remarks.filter((remark) => !isSaidAlready(remark, report)) };
}

/** `any` in an exported signature is one finding, not two. */
function isSaidAlready(remark: Finding, { blocking }: LintReport): boolean {
  if (remark.rule !== "@typescript-eslint/no-explicit-any") return false;
  return blocking.some(
    ({ rule, file, line }) =>
      rule === "grade/no-exported-any" && file === remark.file && line === remark.line,
  );
}

function configFor(program: SubjectProgram["program"]): Linter.Config {
  return {
    files: ["**/*.{ts,mts,cts,js,mjs,cjs}"],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { programs: [program] },
    },
    // A comment in the code does not switch its reviewer off.
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "off" },
    plugins: {
      "@typescript-eslint": tseslint.plugin,
      grade: {
        rules: {
          "no-exported-any": rules.noExportedAny,
          "no-swallowed-error": rules.noSwallowedError,
        },
      },
    },
    rules: {
      "no-restricted-imports": ["error", { paths: rules.restrictedModules }],
      "no-restricted-globals": ["error", ...rules.restrictedGlobals],
      "no-restricted-properties": ["error", ...rules.restrictedProperties],
      "no-restricted-syntax": ["error", ...rules.restrictedSyntax],
      "grade/no-exported-any": "error",
      "grade/no-swallowed-error": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-explicit-any": "warn",
      "@typescript-eslint/no-non-null-assertion": "warn",
      "@typescript-eslint/no-unused-vars": ["warn", { argsIgnorePattern: "^_", args: "none" }],
      "@typescript-eslint/await-thenable": "warn",
      "@typescript-eslint/only-throw-error": "warn",
      "@typescript-eslint/ban-ts-comment": "warn",
      "@typescript-eslint/naming-convention": ["warn", ...rules.names],
      eqeqeq: "warn",
      "no-console": "warn",
      "no-warning-comments": ["warn", { terms: ["todo", "fixme", "xxx"], location: "start" }],
      "prefer-const": "warn",
      ...rules.sizes,
    },
  };
}

function reviewerText(rule: string, message: string): string {
  const text = rules.wording[rule];
  if (text === undefined) return message;
  if (typeof text === "function") return text(message);
  if (!rule.startsWith("no-restricted")) return text;
  // Restrictions end with our own sentence: what to use instead.
  const instead = /(?:[:.] |^)([a-z][^.]*)\.?$/.exec(message)?.[1];
  const named = /'([^']+)'/.exec(message)?.[1];
  return `${text}${named === undefined ? "" : ` (${named})`}: ${instead ?? message}.`;
}
