/**
 * A bloom filter: a set of keys that forgets which, in ten bits a key. It answers "no" or "perhaps";
 * "no" is never wrong, "perhaps" is wrong for one absent key in a hundred.
 *
 *   filter = one bit in ten for each key, seven of which are set by every key
 *
 * Seven is the number that makes "perhaps" rarest at ten bits: 0.8 % in theory, for 7 ≈ 10 × ln 2.
 */
import { mix } from "./checksum.ts";

const bitsPerKey = 10;
const probes = 7;

/** What a filter knows of a key whose bytes lie in a buffer. Equal to `keyHash` of the same bytes. */
export function keyHashAt(bytes: Uint8Array, start: number, end: number): number {
  let hash = hashStart;
  for (let index = start; index < end; index += 1)
    hash = Math.imul(hash ^ (bytes[index] as number), hashFactor);
  return mix(hash);
}

/** The same of a key as a string of bytes. */
export function keyHash(key: string): number {
  let hash = hashStart;
  for (let index = 0; index < key.length; index += 1)
    hash = Math.imul(hash ^ key.charCodeAt(index), hashFactor);
  return mix(hash);
}

/** FNV-1a, whose result `mix` makes good enough for similar keys. */
const hashStart = 0x811c9dc5;
const hashFactor = 0x01000193;

/** The bits for the keys with these hashes. */
export function filterOf(hashes: readonly number[]): Uint8Array {
  const bits = new Uint8Array(Math.ceil((hashes.length * bitsPerKey) / 8));
  const bitCount = bits.length * 8;
  for (const hash of hashes) {
    const step = stepOf(hash);
    let probe = hash;
    for (let count = 0; count < probes; count += 1) {
      const bit = probe % bitCount;
      bits[bit >>> 3] = (bits[bit >>> 3] as number) | (1 << (bit & 7));
      probe = (probe + step) >>> 0;
    }
  }
  return bits;
}

/** False only when no key with this hash is in the filter. */
export function mayHold(bits: Uint8Array, hash: number): boolean {
  const bitCount = bits.length * 8;
  const step = stepOf(hash);
  let probe = hash;
  for (let count = 0; count < probes; count += 1) {
    const bit = probe % bitCount;
    if (((bits[bit >>> 3] as number) & (1 << (bit & 7))) === 0) return false;
    probe = (probe + step) >>> 0;
  }
  return true;
}

/** The distance between the bits of one key: a second hash, odd so that it is never zero. */
function stepOf(hash: number): number {
  return (mix(hash) | 1) >>> 0;
}
