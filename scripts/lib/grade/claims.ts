/**
 * What a subject says about itself: read by the contained child without trusting it, then held against
 * the kata by the grader.
 */
import type { Kata } from "../kata/catalogue.ts";
import type { Claims } from "./protocol.ts";

export interface SubjectClaims {
  /** Without an export: the last level. */
  level: number;
  /** The reason for which promises about overlapping calls are declined. */
  singleThreaded: string | null;
}

/** Stands for a value that JSON cannot carry: what it is, in words. */
interface Odd {
  odd: string;
}

/** The claims among a module's exports, as values that can be sent. */
export function readClaims(exports: Readonly<Record<string, unknown>>): Claims {
  return {
    level: sendable(() => exports["level"]),
    singleThreaded: sendable(() => exports["singleThreaded"]),
  };
}

function sendable(read: () => unknown): unknown {
  try {
    const value = read();
    const isPlain = ["string", "boolean", "undefined"].includes(typeof value);
    if (isPlain || value === null || Number.isFinite(value)) return value;
    return { odd: oddInWords(value) } satisfies Odd;
  } catch (error) {
    const what = error instanceof Error ? `${error.name}: ${error.message}` : `a ${typeof error}`;
    return { odd: `something that cannot be read (${what})` } satisfies Odd;
  }
}

/** What a value is that is no text, no truth value and no finite number. */
export function oddInWords(value: unknown): string {
  if (typeof value === "bigint") return `the bigint ${value}n`;
  if (typeof value === "symbol") return `the symbol ${value.toString()}`;
  if (typeof value === "object" && value !== null)
    return Array.isArray(value) ? "an array" : "an object";
  return typeof value === "function" ? "a function" : String(value);
}

export function checkClaims(claims: Claims, kata: Kata): SubjectClaims | { problem: string } {
  const last = kata.levels.length;
  const { level = last, singleThreaded = null } = claims;
  if (typeof level !== "number" || !Number.isInteger(level) || level < 1 || level > last) {
    return {
      problem: `expected the export \`level\` to be a whole number from 1 to ${last}, got ${shown(level)}.`,
    };
  }
  if (
    singleThreaded !== null &&
    (typeof singleThreaded !== "string" || singleThreaded.trim() === "")
  ) {
    return {
      problem: `expected the export \`singleThreaded\` to be the reason as a text, got ${shown(singleThreaded)}.`,
    };
  }
  return { level, singleThreaded };
}

const shownLengthMax = 60;

function shown(value: unknown): string {
  if (isOdd(value)) return value.odd;
  if (typeof value !== "string") return oddInWords(value);
  return JSON.stringify(
    value.length > shownLengthMax ? `${value.slice(0, shownLengthMax - 1)}…` : value,
  );
}

function isOdd(value: unknown): value is Odd {
  return (
    typeof value === "object" && value !== null && "odd" in value && typeof value.odd === "string"
  );
}
