/** Loads what `rubric/<kata>/kata-rubric.ts` says of one kata: its only export of that shape, whatever it is called. */
import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { KataRubric } from "../../../rubric/shape.ts";
import { UsageError } from "../arguments.ts";
import type { Kata } from "../kata/catalogue.ts";

export async function loadKataRubric(root: string, kata: Kata): Promise<KataRubric> {
  const place = `rubric/${kata.name}/kata-rubric.ts`;
  const file = path.join(root, place);
  if (!existsSync(file)) {
    throw new UsageError(`${kata.name} has no rubric yet: expected ${place}.`);
  }
  const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  const rubric = Object.values(module).find(isKataRubric);
  if (rubric?.kata === kata.name) return rubric;
  throw new Error(`Expected ${place} to export the rubric of ${kata.name}.`);
}

function isKataRubric(candidate: unknown): candidate is KataRubric {
  return (
    typeof candidate === "object" &&
    candidate !== null &&
    "kata" in candidate &&
    "hints" in candidate
  );
}
