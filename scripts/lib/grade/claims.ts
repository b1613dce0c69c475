/** What a subject says about itself, once it makes sense. */
import type { Kata } from "../kata/catalogue.ts";
import type { Claims } from "./protocol.ts";

export interface SubjectClaims {
  /** Without an export: the last level. */
  level: number;
  /** The reason for which promises about overlapping calls are declined. */
  singleThreaded: string | null;
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

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
