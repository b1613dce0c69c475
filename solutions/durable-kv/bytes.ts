/**
 * Byte arrays as strings: each character is one byte, U+0000 to U+00FF.
 *
 * Strings compare by content, which makes them keys of a Map; nobody can change one, so whatever is
 * kept as a string is safe from callers who reuse their buffers; and a million short ones cost far
 * less memory and collection than a million byte arrays (each is three objects).
 */
import { Buffer } from "node:buffer";

/** The bytes of `bytes` from `start` to `end`, whatever kind of byte array it is. */
export function textOf(bytes: Uint8Array, start = 0, end = bytes.length): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes);
  return buffer.toString("latin1", start, end);
}

/** A fresh array, which shares its memory with nobody. */
export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}
