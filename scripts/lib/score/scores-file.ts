/**
 * `scores.json`: what somebody else says of an attempt, a coach or whoever listened.
 *
 *     { "by": "Ada", "scores": { "10": 4, "12": 3 }, "note": "spoke while typing" }
 *
 * Dimensions that are measured have no place in it.
 */
import { existsSync } from "node:fs";
import { isDimensionNumber, isPoints, measuredDimensions } from "../../../rubric/dimensions.ts";
import type { DimensionNumber, Points } from "../../../rubric/shape.ts";
import { DamagedFile, isRecord, parsedJson, shown } from "./score-files.ts";

export interface OthersScores {
  by: string;
  scores: Map<DimensionNumber, Points>;
  note: string | null;
}

const keys = ["by", "scores", "note"];

/** Null where there is no file; throws a `DamagedFile` that says what was expected. */
export function readScores(file: string): OthersScores | null {
  if (!existsSync(file)) return null;
  const found = parsedJson(file);
  const refuse = (expected: string, got: unknown): never => {
    throw new DamagedFile(file, expected, shown(got));
  };
  if (!isRecord(found)) return refuse(`{ "by": …, "scores": { … } }`, found);
  const unknown = Object.keys(found).find((key) => !keys.includes(key));
  if (unknown !== undefined) refuse(`the keys "by", "scores" and "note"`, unknown);
  const { by, scores, note = null } = found;
  if (typeof by !== "string" || by.trim() === "")
    return refuse(`"by" to be the name of whoever scored`, by);
  if (note !== null && typeof note !== "string") return refuse(`"note" to be a text`, note);
  if (!isRecord(scores)) return refuse(`"scores" to be an object such as { "10": 4 }`, scores);

  const read = new Map<DimensionNumber, Points>();
  for (const [name, points] of Object.entries(scores)) {
    const number = Number(name);
    if (!isDimensionNumber(number)) return refuse("dimensions from 1 to 14", name);
    if (measuredDimensions.includes(number))
      return refuse(`no score of dimension ${number}, which is measured`, points);
    if (!isPoints(points))
      return refuse(`dimension ${number} to have 1, 2, 3, 4 or 5 points`, points);
    read.set(number, points);
  }
  return { by: by.trim(), scores: read, note };
}
