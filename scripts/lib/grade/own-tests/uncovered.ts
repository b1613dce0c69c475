/**
 * The branches of an attempt that its own tests never ran: advice, never points. A branch that lies in one
 * that never ran is not counted again.
 */
import { readFileSync } from "node:fs";
import type { Profiler } from "node:inspector";
import { SourceMap } from "node:module";
import path from "node:path";

/** Each as "file:line", relative to `folder`, in the order of the files. */
export function uncoveredBranches(
  bundle: string,
  coverageFile: string,
  { files, folder }: { files: readonly string[]; folder: string },
): string[] {
  const functions = JSON.parse(readFileSync(coverageFile, "utf8")) as Profiler.FunctionCoverage[];
  const text = readFileSync(bundle, "utf8");
  const map = new SourceMap(
    JSON.parse(readFileSync(`${bundle}.map`, "utf8")) as ConstructorParameters<typeof SourceMap>[0],
  );
  const positionOf = positionsIn(text);
  const isOfBundler = gettersIn(text);
  const places = neverRun(functions).flatMap(({ startOffset, endOffset }) => {
    if (isOfBundler(startOffset)) return [];
    // A block begins at its brace, an arm of a condition before its blank.
    const code = text.slice(startOffset, endOffset);
    const first = startOffset + (/[^\s{}?:;]/.exec(code)?.index ?? 0);
    const { line, column } = positionOf(first);
    const entry = map.findEntry(line, column);
    if (!("originalSource" in entry)) return [];
    const file = path.resolve(path.dirname(bundle), entry.originalSource);
    if (!files.includes(file) || code.replaceAll(/[\s{};]/g, "") === "") return [];
    return [{ file, line: entry.originalLine + 1 }];
  });
  places.sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line);
  return places.map(({ file, line }) => `${path.relative(folder, file)}:${line}`);
}

type Range = Pick<Profiler.CoverageRange, "startOffset" | "endOffset">;

/** The outermost ranges without a single run. */
function neverRun(functions: readonly Profiler.FunctionCoverage[]): Range[] {
  const ranges = functions
    .flatMap((each) => each.ranges)
    .filter(({ count }) => count === 0)
    .sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  const outermost: Range[] = [];
  for (const range of ranges) {
    if (range.endOffset > (outermost.at(-1)?.endOffset ?? 0)) outermost.push(range);
  }
  return outermost;
}

/** The bundler writes a getter for each export of a file that is imported as a whole. */
function gettersIn(text: string): (offset: number) => boolean {
  const blocks = [...text.matchAll(/^__export\(.*?^\}\);$/gms)];
  return (offset) =>
    blocks.some(({ index, 0: block }) => index <= offset && offset < index + block.length);
}

function positionsIn(text: string): (offset: number) => { line: number; column: number } {
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (offset) => {
    const line = lineStarts.findLastIndex((start) => start <= offset);
    return { line, column: offset - (lineStarts[line] ?? 0) };
  };
}
