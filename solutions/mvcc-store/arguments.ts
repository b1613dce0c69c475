/** What callers hand in, held against the contract. */
import type { MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { InvalidArgumentError } from "#platform/errors.ts";

const keyLengthMax = 1024;
/** With the flag u, a surrogate that has its partner is not seen as one. */
const loneSurrogate = /\p{Surrogate}/u;

export function checkKey(name: string, key: unknown): void {
  if (typeof key !== "string") {
    throw new InvalidArgumentError(`Expected \`${name}\` to be a string, got ${typeof key}.`);
  }
  if (key.length > keyLengthMax) {
    throw new InvalidArgumentError(
      `Expected \`${name}\` to have at most ${keyLengthMax} UTF-16 code units, got ${key.length}.`,
    );
  }
  if (loneSurrogate.test(key)) {
    throw new InvalidArgumentError(`Expected \`${name}\` to be well-formed, got a lone surrogate.`);
  }
}

export function checkIsolation({ isolation }: { isolation?: unknown }): void {
  if (isolation === undefined || isolation === "snapshot" || isolation === "serializable") return;
  throw new InvalidArgumentError(
    `Expected \`isolation\` to be "snapshot" or "serializable", got ${JSON.stringify(isolation)}.`,
  );
}

export function checkOptions(options: MvccStoreOptions): void {
  const { disk, directory, clock, transactionAgeMsMax, commitsWaitingMax } = options;
  if ((disk === undefined) !== (directory === undefined)) {
    throw new InvalidArgumentError("Expected `disk` and `directory` both or neither, got one.");
  }
  if (directory !== undefined && (typeof directory !== "string" || directory === "")) {
    throw new InvalidArgumentError("Expected `directory` to be the path of a directory.");
  }
  if (transactionAgeMsMax !== undefined) {
    if (!Number.isFinite(transactionAgeMsMax) || transactionAgeMsMax <= 0) {
      throw new InvalidArgumentError(
        `Expected \`transactionAgeMsMax\` to be a finite number above 0, got ${String(transactionAgeMsMax)}.`,
      );
    }
    if (clock === undefined) {
      throw new InvalidArgumentError("Expected a `clock` beside `transactionAgeMsMax`, got none.");
    }
  }
  if (commitsWaitingMax !== undefined) {
    if (!Number.isSafeInteger(commitsWaitingMax) || commitsWaitingMax < 1) {
      throw new InvalidArgumentError(
        `Expected \`commitsWaitingMax\` to be a whole number from 1, got ${String(commitsWaitingMax)}.`,
      );
    }
  }
}
