/** How names, answers and errors are written in a history. */
import { inspect } from "node:util";
import type { NodeTraits } from "#katas/hash-ring/contract.ts";

const plain = /^[\p{L}\p{N}._:#/-]+$/u;
const lengthShownMax = 40;

/** A name as it is, or in quotes where it would be misread. */
export function inText(name: string): string {
  if (plain.test(name) && name.length <= lengthShownMax) return name;
  return JSON.stringify(name.length <= lengthShownMax ? name : `${name.slice(0, lengthShownMax)}…`);
}

export function listed(nodes: readonly string[]): string {
  return nodes.length === 0 ? "nobody" : nodes.map(inText).join(", ");
}

/** Any answer, in few characters. */
export function shown(answer: unknown): string {
  if (typeof answer === "string") return inText(answer);
  try {
    const text = inspect(answer, { depth: 1, breakLength: Infinity, compact: true });
    return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
  } catch {
    return `a ${typeof answer} without a text`;
  }
}

export function traitsInWords({ weight, zone }: NodeTraits = {}): string {
  return `${weight === undefined ? "" : ` weight ${weight}`}${zone === undefined ? "" : ` in ${inText(zone)}`}`;
}

export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
