/**
 * An entry of the log: everything that one commit has done, as one object.
 *
 *   <prefix>0000000007  =  {"commit": "9f0c…", "transactions": […], "progress": {…}}
 *
 * `commit` names the commit that wrote it. Two commits never have the same name, so whoever has lost an
 * answer reads the entry and knows whose it is.
 */
import { Buffer } from "node:buffer";
import type { Quarantined, Transaction } from "#katas/ledger/contract.ts";

export interface Entry {
  readonly commit: string;
  /** The accepted ones, in order. */
  readonly transactions: readonly Transaction[];
  /** How far a source has come with this entry; of `process` only. */
  readonly progress?: Progress;
}

export interface Progress {
  readonly source: string;
  readonly nextOffset: number;
  /** What this entry adds to the quarantine. */
  readonly quarantined: readonly Quarantined[];
}

/** Ten digits, so that a listing of the bucket reads in the order of the versions. */
const versionDigits = 10;

export function nameOfEntry(prefix: string, version: number): string {
  return prefix + String(version).padStart(versionDigits, "0");
}

export function bytesOf(entry: Entry): Uint8Array {
  return Buffer.from(JSON.stringify(entry));
}

export function entryOf(bytes: Uint8Array): Entry {
  return JSON.parse(Buffer.from(bytes).toString()) as Entry;
}
