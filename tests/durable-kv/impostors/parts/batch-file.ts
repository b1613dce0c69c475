/** Writes as one checksummed unit: CRC-32 of the rest in hexadecimal, then the entries as JSON. */
import { crc32 } from "./crc32.ts";

/** Key and value in base64; without a value it is a delete. */
export type Entry = readonly [key: string, value?: string];

export function encodeEntries(entries: readonly Entry[]): Buffer {
  const text = JSON.stringify(entries);
  return Buffer.from(`${checksum(text)}${text}`);
}

/** The entries, or undefined if the bytes are not whole. */
export function decodeEntries(bytes: Buffer): Entry[] | undefined {
  const content = bytes.toString("latin1");
  const text = content.slice(8);
  if (content.slice(0, 8) !== checksum(text)) return undefined;
  return JSON.parse(text) as Entry[];
}

export function applyEntries(values: Map<string, string>, entries: readonly Entry[]): void {
  for (const [key, value] of entries) {
    if (value === undefined) values.delete(key);
    else values.set(key, value);
  }
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

export function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}

function checksum(text: string): string {
  return crc32(Buffer.from(text, "latin1")).toString(16).padStart(8, "0");
}
