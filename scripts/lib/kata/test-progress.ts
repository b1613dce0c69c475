/**
 * Loaded into each worker before the learner's files: notes on a file of its own, at once, which test begins.
 *
 * An endless loop lets no message out, and this note is all that tells which test it is in.
 */
import { appendFileSync } from "node:fs";
import { beforeEach } from "vitest";
import { progressFileVariable, type ProgressNote } from "./test-messages.ts";

const progressFile = process.env[progressFileVariable];

note({ process: process.pid });
beforeEach(({ task }) => {
  note({ process: process.pid, testFile: task.file.filepath, test: fullNameOf(task) });
});

function note(progress: ProgressNote): void {
  if (progressFile !== undefined) appendFileSync(progressFile, `${JSON.stringify(progress)}\n`);
}

interface NamedTask {
  name: string;
  suite?: NamedTask | undefined;
}

function fullNameOf({ name, suite }: NamedTask): string {
  return suite === undefined || suite.name === "" ? name : `${fullNameOf(suite)} > ${name}`;
}
