/** The contained process of a stress run: real threads, a real disk, real time. */
import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Stress } from "../../../../tests/harness/check.ts";
import { reportDescriptor } from "../protocol.ts";
import type { StressRequest } from "../stress-run.ts";

const { stressFile, nonce, ...options } = JSON.parse(process.argv[2] ?? "") as StressRequest;
const write = writeSync;
const { stringify } = JSON;

const { stress } = (await import(pathToFileURL(stressFile).href)) as { stress: Stress };
const verdict = await stress(options);
write(reportDescriptor, `${nonce} ${stringify(verdict)}\n`);
process.exit(0);
