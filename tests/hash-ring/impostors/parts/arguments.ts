/** What the contract asks of arguments and options, checked as it says. */
import type { HashRingOptions } from "#katas/hash-ring/contract.ts";
import { InvalidArgumentError } from "#platform/errors.ts";
import { goodHash } from "./good-hash.ts";

export type Hash = (label: string) => number;

export interface Settings {
  readonly pointsPerNode: number;
  readonly replicas: number;
  readonly hash: Hash;
  readonly extraLoadMax: number;
}

export interface Traits {
  readonly weight: number;
  readonly zone: string | undefined;
}

/** A node, and what it shall be from now on; without traits it shall be no member. */
export interface Step {
  readonly node: string;
  readonly traits: Traits | undefined;
}

export function readOptions(options: HashRingOptions): Settings {
  requireThat(isObject(options), "`options` to be an object");
  const { pointsPerNode = 128, replicas = 3, hash = goodHash, extraLoadMax = 0.25 } = options;
  requireThat(isWhole(pointsPerNode) && pointsPerNode <= 65_536, "`pointsPerNode` to be 1–65,536");
  requireThat(isWhole(replicas), "`replicas` to be a whole number from 1");
  requireThat(typeof hash === "function", "`hash` to be a function");
  requireThat(Number.isFinite(extraLoadMax) && extraLoadMax > 0, "`extraLoadMax` to be above 0");
  return { pointsPerNode, replicas, hash, extraLoadMax };
}

export function readNode(node: unknown): string {
  requireThat(typeof node === "string" && node !== "", "`node` to be a text, not empty");
  return node;
}

export function readKey(key: unknown): string {
  requireThat(typeof key === "string", "`key` to be a text");
  return key;
}

export function readLoad(load: unknown): number {
  requireThat(isWhole(load), "`load` to be a whole number from 1");
  return load;
}

export function readTraits(traits: unknown = {}): Traits {
  requireThat(isObject(traits), "`traits` to be an object");
  const { weight = 1, zone } = traits as Record<string, unknown>;
  requireThat(
    typeof weight === "number" && weight > 0 && weight <= 100,
    "`weight` to be a number above 0, at most 100",
  );
  requireThat(zone === undefined || typeof zone === "string", "`zone` to be a text");
  requireThat(zone !== "", "`zone` not to be empty");
  return { weight, zone };
}

export function readChanges(changes: unknown): Step[] {
  requireThat(Array.isArray(changes), "`changes` to be an array");
  return Array.from(changes, readChange);
}

export function readChange(change: unknown): Step {
  requireThat(
    isObject(change) && "add" in change !== "remove" in change,
    "a change to have `add` or `remove`",
  );
  const { add, remove } = change as Record<string, unknown>;
  if ("remove" in change) return { node: readNode(remove), traits: undefined };
  return { node: readNode(add), traits: readTraits(change) };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function requireThat(fact: boolean, what: string): asserts fact {
  if (!fact) throw new InvalidArgumentError(`Expected ${what}.`);
}
