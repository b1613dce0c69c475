/** Says what is missing or wrong about a module's exports, or undefined when the functions are there. */
import { describeError, inWords } from "./in-words.ts";

const namesShownMax = 5;

export function exportsProblem(
  functions: readonly string[],
  exports: Readonly<Record<string, unknown>>,
): string | undefined {
  for (const name of functions) {
    const problem = exportProblem(name, exports);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function exportProblem(
  name: string,
  exports: Readonly<Record<string, unknown>>,
): string | undefined {
  const expected = `Expected the file to export the function ${name}`;
  try {
    const found = exports[name];
    if (typeof found === "function") return undefined;
    return `${expected}; ${found === undefined ? exportsInstead(exports) : `it is ${inWords(found)}`}.`;
  } catch (error) {
    return `${expected}; reading it throws ${describeError(error)}.`;
  }
}

function exportsInstead(exports: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(exports).map((name) => (name === "default" ? "a default" : name));
  if (names.length === 0) return "it exports nothing by name";
  const more = names.length > namesShownMax ? " and more" : "";
  return `it exports ${names.slice(0, namesShownMax).join(", ")}${more}`;
}
