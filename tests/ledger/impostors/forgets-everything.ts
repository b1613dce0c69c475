/**
 * Scaffold: what is wrong here, and why nobody noticed.
 */
import { NotImplementedError } from "#platform/errors.ts";
import type { Ledger } from "#katas/ledger/contract.ts";

export const level = 1;
export const impostor = {
  promise: "ledger/first-promise",
  level: 1,
  misconception: "Scaffold: the belief behind the bug, in a few words",
} as const;

export function createLedger(): Ledger {
  throw new NotImplementedError("tests/ledger/impostors/forgets-everything.ts: not written yet.");
}
