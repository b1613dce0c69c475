/**
 * Keys and values at the edges of length fields, as bytes that no two of them share.
 */
import type { Random } from "#platform/random.ts";
import { bytesOf } from "./script.ts";

export type Pair = readonly [key: Uint8Array, value: Uint8Array];

const valueSizes = [
  ...[0, 1, 2, 127, 128, 255, 256, 257, 4095, 4096, 8191, 8192, 8193, 32_767, 32_768, 32_769],
  ...[65_535, 65_536, 65_537, 131_072, 1_048_575, 1_048_576],
];
const keySizes = [1, 2, 127, 128, 255, 256, 257, 1023, 1024];

export function valuesOfEverySize(random: Random): Pair[] {
  return valueSizes.map((size, index) => [bytesOf(`size-${size}`), noise(random, size, index)]);
}

export function keysOfEverySize(random: Random): Pair[] {
  return keySizes.map((size, index) => [noise(random, size, index + 50), bytesOf(`${size}`)]);
}

/** Keys that differ from another one in a single byte. */
export function keysThatDifferInOneByte(random: Random): Pair[] {
  const differing = [
    ...[255, 256, 257].map((length) => ({ length, places: [length - 1] })),
    { length: 1024, places: [0, 63, 64, 255, 256, 511, 512, 600, 767, 1023] },
  ];
  return differing.flatMap(({ length, places }, index) => {
    const key = noise(random, length, index + 70);
    const others = places.map((place): Pair => {
      const other = key.map((byte, at) => (at === place ? byte ^ 1 : byte));
      return [other, bytesOf(`${length}, other at ${place}`)];
    });
    return [[key, bytesOf(`${length}`)] as const, ...others];
  });
}

/** Pairs of keys of one length or nearly, and the function that takes both to one number of 32 bits. */
export const keysOfEqualHash: Readonly<Record<string, readonly [string, string]>> = {
  "CRC-32": ["k42431g1", "k1wjk4q6"],
  "CRC-32C": ["k2wddpp1", "k38i0bw3"],
  "FNV-1a": ["k2fmfdf0", "k4rdu82"],
  "FNV-1": ["k24i5jg4", "k26175u5"],
  djb2: ["k5d1yh4", "k5bu7h4"],
  "djb2 with xor": ["kyowix4", "kyoi7x4"],
  "hashCode of Java": ["k2t02mg0", "k2rlpmg0"],
};

/** Bytes of every kind, other ones for each salt. */
export function noise(random: Random, length: number, salt: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = Math.imul(salt + 1, 0x9e3779b1) ^ random.below(0x7fffffff);
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}
