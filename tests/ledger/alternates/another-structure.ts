/**
 * Scaffold: how this right implementation differs from the reference in structure.
 */
import { NotImplementedError } from "#platform/errors.ts";
import type { Ledger } from "#katas/ledger/contract.ts";

export const level = 1;

export function createLedger(): Ledger {
  throw new NotImplementedError("tests/ledger/alternates/another-structure.ts: not written yet.");
}
