/**
 * Keys and values that tell right trees from wrong ones: in an order that only their bytes have, alike up to a
 * character, of the lengths at which length fields end.
 */
import type { Random } from "#platform/random.ts";

/** In the order of their UTF-8 bytes, which neither `<` nor a locale has. */
export const sortedKeys: readonly string[] = [
  ...["", "\0", "\0\0", " ", "0", "10", "9", "A", "Z", "_", "a", "a\0", "aa", "ab", "b"],
  ...["k1", "k10", "k2", "z", "\u{7f}", "\u{80}", "ß", "é", "߿", "ࠀ", "日", "\u{d7ff}", "\u{e000}"],
  ...["\u{fffd}", "\u{ffff}", "\u{10000}", "\u{1f600}", "\u{1f601}", "\u{10ffff}"],
];

/** Some of them, in any order. */
export function someKeys(random: Random, count: number): string[] {
  const left = [...sortedKeys];
  return Array.from({ length: count }, () => left.splice(random.below(left.length), 1)[0] ?? "");
}

/** Keys on whose order everybody agrees, for promises that are not about order. */
export function plainKeys(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String.fromCharCode(0x61 + index));
}

/** Values that something else could be taken for. */
export const specialValues: readonly string[] = ["", "\0", "undefined", "null", "__deleted__"];

/** Text of so many UTF-8 bytes, other text for each salt; characters of one to four bytes. */
export function textOfBytes(bytes: number, salt: number): string {
  const parts: string[] = [];
  let left = bytes;
  let state = Math.imul(salt + 1, 0x9e3779b1) >>> 0;
  while (left > 0) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const size = Math.min(left, 1 + ((state >>> 28) % 4));
    parts.push(characterOf(size, state >>> 8));
    left -= size;
  }
  return parts.join("");
}

/** A character of one to four bytes. */
function characterOf(bytes: number, number: number): string {
  switch (bytes) {
    case 1:
      return String.fromCodePoint(number % 0x80);
    case 2:
      return String.fromCodePoint(0x80 + (number % 0x780));
    case 3:
      return String.fromCodePoint(0x800 + (number % 0xd000));
    default:
      return String.fromCodePoint(0x10000 + (number % 0x100000));
  }
}

export const valueSizes: readonly number[] = [
  ...[0, 1, 2, 127, 128, 255, 256, 257, 4095, 4096, 4097, 16_383, 16_384, 32_767, 32_768],
  ...[65_535, 65_536, 65_537, 131_072, 1_048_575, 1_048_576],
];
export const keySizes: readonly number[] = [
  ...[0, 1, 2, 63, 64, 127, 128, 129, 255, 256, 257, 511, 512, 1023, 1024],
];

/** As many characters as a key can have, alike but for one of them. */
export const longKeys: readonly string[] = [0, 1, 63, 255, 256, 511, 767, 1023].map(
  (place) => `${"x".repeat(place)}y${"x".repeat(1023 - place)}`,
);

/** Names that mean something elsewhere. */
export const namedKeys: readonly string[] = [
  ...["__proto__", "constructor", "toString", "hasOwnProperty", "__deleted__", "null"],
  ...["undefined", "NaN", "length", "0", "-1", "1e3", "true", "get", "size", "\ufeff"],
];
