/**
 * From what callers hand in to what the ring works with. Whatever is outside the contract is refused
 * here, before anything has happened; behind this file nothing is doubted any more.
 */
import type { Change, HashRingOptions, NodeTraits } from "#katas/hash-ring/contract.ts";
import { InvalidArgumentError } from "#platform/errors.ts";
import { type Hash, hashText } from "./hash.ts";
import type { Member } from "./member.ts";

const pointsPerNodeMax = 65_536;
const weightMax = 100;

/** The options, each with its value. */
export interface Settings {
  readonly pointsPerNode: number;
  readonly replicas: number;
  readonly hash: Hash;
  readonly extraLoadMax: number;
}

/** One step of a change: who joins, or who leaves. */
export type Step = { readonly joins: Member } | { readonly leaves: string };

export function readOptions(options: HashRingOptions): Settings {
  expect(isObject(options), "the options", "an object", options);
  const { pointsPerNode = 128, replicas = 3, hash = hashText, extraLoadMax = 0.25 } = options;
  expect(
    Number.isInteger(pointsPerNode) && pointsPerNode >= 1 && pointsPerNode <= pointsPerNodeMax,
    "`pointsPerNode`",
    `a whole number from 1 to ${pointsPerNodeMax}`,
    pointsPerNode,
  );
  expect(isWholeFromOne(replicas), "`replicas`", "a whole number from 1", replicas);
  expect(typeof hash === "function", "`hash`", "a function from text to number", hash);
  expect(
    Number.isFinite(extraLoadMax) && extraLoadMax > 0,
    "`extraLoadMax`",
    "a finite number above 0",
    extraLoadMax,
  );
  return { pointsPerNode, replicas, hash, extraLoadMax };
}

export function readMember(node: string, traits: NodeTraits): Member {
  readNode(node);
  expect(isObject(traits), "the traits", "an object", traits);
  const { weight = 1, zone } = traits;
  expect(
    typeof weight === "number" && weight > 0 && weight <= weightMax,
    "`weight`",
    `a number above 0, at most ${weightMax}`,
    weight,
  );
  expect(
    zone === undefined || (typeof zone === "string" && zone !== ""),
    "`zone`",
    "a text, not empty",
    zone,
  );
  return { node, weight, zone };
}

export function readChanges(changes: readonly Change[]): Step[] {
  expect(Array.isArray(changes), "the changes", "an array", changes);
  return Array.from(changes, readChange);
}

function readChange(change: Change): Step {
  expect(
    isObject(change) && "add" in change !== "remove" in change,
    "a change",
    "either `{ add: node }` or `{ remove: node }`",
    change,
  );
  return "add" in change
    ? { joins: readMember(change.add, change) }
    : { leaves: readNode(change.remove) };
}

export function readNode(node: string): string {
  expect(typeof node === "string" && node !== "", "a node", "a text, not empty", node);
  return node;
}

export function readKey(key: string): string {
  expect(typeof key === "string", "a key", "a text", key);
  return key;
}

export function readPosition(position: number): number {
  const isPosition = position >>> 0 === position;
  expect(isPosition, "what `hash` answers", "a whole number from 0 to 2³²−1", position);
  return position;
}

export function readLoad(load: number): number {
  expect(isWholeFromOne(load), "`load`", "a whole number from 1", load);
  return load;
}

function isWholeFromOne(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function expect(isSo: boolean, what: string, wanted: string, got: unknown): asserts isSo {
  if (isSo) return;
  const shown = typeof got === "number" ? String(got) : got === "" ? "an empty text" : typeof got;
  throw new InvalidArgumentError(`Expected ${what} to be ${wanted}, got ${shown}.`);
}
