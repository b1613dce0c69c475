/**
 * The level that a learner's file declares, read from its text: the screen needs it before the file can be run.
 */
import type { Kata } from "./catalogue.ts";

export interface DeclaredLevel {
  /** Between 1 and the kata's last level. Without a declaration all levels are tried. */
  level: number;
  /** The line of the declaration, from 1. */
  line: number | undefined;
  /** What is wrong with the declaration, as a sentence. */
  problem: string | undefined;
}

const declaration = /^\s*export\s+(?:const|let|var)\s+level\s*(?::[^=]*)?=\s*([^;/]*)/;

export function declaredLevel(source: string, kata: Kata): DeclaredLevel {
  const last = kata.levels.length;
  const lines = source.split("\n");
  const index = lines.findIndex((line) => declaration.test(line));
  if (index === -1) return { level: last, line: undefined, problem: undefined };
  const written = (declaration.exec(lines[index] ?? "")?.[1] ?? "").trim();
  const value = /^\d+/.exec(written)?.[0];
  const level = value === undefined ? Number.NaN : Number(value);
  if (level >= 1 && level <= last) return { level, line: index + 1, problem: undefined };
  return {
    level: Number.isNaN(level) ? last : Math.min(Math.max(level, 1), last),
    line: index + 1,
    problem: `Line ${index + 1}: expected \`level\` to be a number from 1 to ${last}, got ${written}.`,
  };
}
