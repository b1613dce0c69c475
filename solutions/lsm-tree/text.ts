/**
 * Texts as strings of bytes: each character is one byte of the text's UTF-8, U+0000 to U+00FF.
 *
 * Such strings compare with `<` in the order of their bytes, which is the order of the contract; their
 * `length` is the length that the contract limits; and they are written and read without an encoder.
 * A text of ASCII is its own string of bytes. Most are, so most conversions are a look and no copy.
 */
import { Buffer } from "node:buffer";

const loneSurrogate = /\p{Surrogate}/u;

/** ASCII has as many bytes as characters, and nothing else has. */
export function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

/** The bytes of a text, or undefined when it has none: a lone surrogate has no UTF-8. */
export function byteStringOf(text: string): string | undefined {
  if (isAscii(text)) return text;
  if (loneSurrogate.test(text)) return undefined;
  return Buffer.from(text, "utf8").toString("latin1");
}

/** The text whose bytes these are. */
export function textOf(byteString: string): string {
  return isAscii(byteString) ? byteString : Buffer.from(byteString, "latin1").toString("utf8");
}
