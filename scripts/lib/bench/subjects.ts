/** Which implementations run: the reference, and beside it the file that is named, or the attempt if there is one. */
import { existsSync } from "node:fs";
import path from "node:path";
import { bundleSubject } from "../../../tests/harness/subject-bundle.ts";
import { loadBundle } from "../../../tests/harness/subject-loader.ts";
import { UsageError } from "../arguments.ts";
import { subjectHash } from "../grade/hashes.ts";
import {
  attemptLocation,
  fileLocation,
  referenceLocation,
  type SubjectLocation,
} from "../grade/subject-location.ts";
import type { Kata } from "../kata/catalogue.ts";
import type { BenchedSubject } from "./kata-bench.ts";

export interface Contestants {
  readonly reference: BenchedSubject<unknown>;
  readonly beside: (BenchedSubject<unknown> & Beside) | null;
}

interface Beside {
  readonly location: SubjectLocation;
  readonly hash: string;
}

export async function contestantsOf(
  root: string,
  kata: Kata,
  typed: string | undefined,
): Promise<Contestants> {
  const reference = await loaded("reference", referenceLocation(root, kata));
  const location =
    typed === undefined ? attemptLocation(root, kata) : fileLocation(root, kata, typed);
  if (typed === undefined && !existsSync(location.file)) return { reference, beside: null };
  const name = location.kind === "attempt" ? "attempt" : path.basename(location.file);
  const { exports, inputs } = await loaded(name, location);
  return {
    reference,
    beside: { name, exports, location, hash: subjectHash(root, inputs) },
  };
}

async function loaded(name: string, { file, shownAs }: SubjectLocation) {
  try {
    const bundle = await bundleSubject(file);
    const { exports } = await loadBundle(bundle);
    return { name, exports, inputs: bundle.inputs };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Expected ${shownAs} to be code that can be loaded: ${why}`);
  }
}
