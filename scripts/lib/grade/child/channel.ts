/**
 * The child's end of the conversation with the grader, bound before any subject is loaded.
 * When the grader is gone, the child ends.
 */
import { readSync, writeSync } from "node:fs";
import { jobDescriptor, reportDescriptor, type Job, type Report } from "../protocol.ts";

const { stringify, parse } = JSON;
const reallyExit = (process as unknown as { reallyExit(code: number): never }).reallyExit.bind(
  process,
);
const concat = Buffer.concat.bind(Buffer);

let unread: Buffer = Buffer.alloc(0);

const nonce = readLine();

/** Ends the process without asking anybody, listeners for its end included. */
export const endProcess: (code: number) => never = (code) => reallyExit(code);

/** Blocks until the grader asks for something. */
export function nextJob(): Job {
  return parse(readLine()) as Job;
}

export function report(message: Report): void {
  let bytes = Buffer.from(`${nonce} ${stringify(message)}\n`);
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(reportDescriptor, bytes));
    } catch (error) {
      if (!isTemporary(error)) endProcess(1);
    }
  }
}

function readLine(): string {
  const chunk = Buffer.alloc(65_536);
  for (;;) {
    const end = unread.indexOf(10);
    if (end !== -1) {
      const line = unread.toString("utf8", 0, end);
      unread = unread.subarray(end + 1);
      return line;
    }
    try {
      const length = readSync(jobDescriptor, chunk);
      if (length === 0) endProcess(0);
      unread = concat([unread, chunk.subarray(0, length)]);
    } catch (error) {
      if (!isTemporary(error)) endProcess(1);
    }
  }
}

function isTemporary(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EAGAIN";
}
