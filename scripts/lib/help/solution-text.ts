/**
 * What a level needs of a reference: up to the core the one file that a strong candidate has at the bell, as it
 * stands; beyond it the files to read, in their order.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../arguments.ts";
import type { Kata } from "../kata/catalogue.ts";
import { wrap } from "../terminal/text.ts";
import { readingOrder } from "./reading-order.ts";

const interviewFile = "in-the-interview.ts";

export function solutionText(root: string, kata: Kata, level: number | null): string {
  const folder = path.join("solutions", kata.name);
  if (level !== null && level <= kata.coreLevel) {
    return textOf(root, path.join(folder, interviewFile));
  }
  const essay = path.join(folder, "README.md");
  const needed = readingOrder(textOf(root, essay)).filter(
    (row) => level === null || row.level <= level,
  );
  const rows = needed.flatMap(({ files, about }) => [
    ...files.map((file) => path.join(folder, file)),
    ...wrap(about, 76).map((line) => `    ${line}`),
  ]);
  return `${[
    level === null
      ? `The reference of ${kata.name}, in the order in which to read it:`
      : `What level ${level} of ${kata.name} needs of the reference, in the order in which to read it:`,
    "",
    ...rows,
    "",
    `Why it is built this way: ${essay}`,
  ].join("\n")}\n`;
}

function textOf(root: string, place: string): string {
  const file = path.join(root, place);
  if (!existsSync(file)) throw new UsageError(`Expected the reference at ${place}.`);
  return readFileSync(file, "utf8");
}
