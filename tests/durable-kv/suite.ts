/** What the grader runs against a subject of this kata. */
import type { Subject } from "#katas/durable-kv/contract.ts";
import { type InvariantId, invariants } from "#katas/durable-kv/invariants.ts";
import { kata } from "#katas/durable-kv/kata.ts";
import type { Check, Suite } from "../harness/check.ts";
import { checkOf, replayOf } from "../harness/experiment.ts";
import { decodeToken, promiseHash } from "../harness/token.ts";
import { asTest } from "./as-test.ts";
import { experiments } from "./checks/index.ts";
import { countOperations } from "./operation-counts.ts";

const ids = invariants.map(({ id }) => id);

export const suite: Suite<Subject, InvariantId> = {
  checks: Object.fromEntries(ids.map((id) => [id, checkOf(experiments[id])])) as Record<
    InvariantId,
    Check<Subject>
  >,

  exportsProblem(exports) {
    const { openDurableKv } = exports;
    if (typeof openDurableKv === "function") return undefined;
    const found = openDurableKv === undefined ? "there is none" : `it is a ${typeof openDurableKv}`;
    return `Expected the file to export the function openDurableKv; ${found}.`;
  },

  async replay(subject, token, onEvent) {
    const read = readToken(token);
    if ("problem" in read) throw new RangeError(read.problem);
    const verdict = await replayOf(experiments[read.id], subject, read.content, onEvent);
    return { id: read.id, verdict };
  },

  tokenPromise(token) {
    return readToken(token);
  },

  asTest(token) {
    const read = readToken(token);
    if ("problem" in read) throw new RangeError(read.problem);
    return asTest(read.id, read.content);
  },

  operations: countOperations,
};

function readToken(token: string): { id: InvariantId; content: unknown } | { problem: string } {
  const decoded = decodeToken(token);
  if ("problem" in decoded) return decoded;
  if (decoded.version !== kata.version) {
    return {
      problem: `The token is of version ${decoded.version} of ${kata.name}; this is version ${kata.version}. Grade again for a new one.`,
    };
  }
  const id = ids.find((one) => promiseHash(one) === decoded.promise);
  if (id === undefined)
    return { problem: `The token names no promise of ${kata.name}; was it made for another kata?` };
  return { id, content: experiments[id].unpack?.(decoded.content) ?? decoded.content };
}
