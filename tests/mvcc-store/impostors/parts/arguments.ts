/** What callers hand in, held against the contract. */
import type { BeginOptions, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { InvalidArgumentError } from "#platform/errors.ts";

/** With the flag u, a surrogate that has its partner is not seen as one. */
const loneSurrogate = /\p{Surrogate}/u;

export function checkKey(key: unknown): void {
  if (typeof key === "string" && key.length <= 1024 && !loneSurrogate.test(key)) return;
  throw new InvalidArgumentError("Expected a well-formed string of at most 1024 code units.");
}

export function checkBounds(start: unknown, end: unknown): void {
  if (start !== undefined) checkKey(start);
  if (end !== undefined) checkKey(end);
}

export function checkIsolation({ isolation }: BeginOptions): void {
  if (isolation === undefined || ["snapshot", "serializable"].includes(isolation)) return;
  throw new InvalidArgumentError('Expected `isolation` to be "snapshot" or "serializable".');
}

export function checkOptions(options: MvccStoreOptions): void {
  const { transactionAgeMsMax, clock, disk, directory, commitsWaitingMax } = options;
  if (transactionAgeMsMax !== undefined) {
    const isAge = Number.isFinite(transactionAgeMsMax) && transactionAgeMsMax > 0;
    if (!isAge || clock === undefined) {
      throw new InvalidArgumentError("Expected `transactionAgeMsMax` above 0, and a `clock`.");
    }
  }
  if ((disk === undefined) !== (directory === undefined)) {
    throw new InvalidArgumentError("Expected `disk` and `directory` both or neither.");
  }
  if (commitsWaitingMax !== undefined) {
    if (!Number.isSafeInteger(commitsWaitingMax) || commitsWaitingMax < 1) {
      throw new InvalidArgumentError("Expected `commitsWaitingMax` to be a whole number from 1.");
    }
  }
}

/** A copy that shares nothing with the original. */
export function copyOf(value: unknown): unknown {
  if (typeof value === "string" || typeof value === "number") return value;
  try {
    return structuredClone(value);
  } catch (cause) {
    throw new InvalidArgumentError("Expected a value that structuredClone copies.", { cause });
  }
}
