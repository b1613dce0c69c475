/**
 * XXH32, which reads its input as words of 32 bits and is the fastest checksum that plain JavaScript can
 * do well. It misses a damage with a probability of 2⁻³². It is no defence against somebody who means harm.
 *
 * What is checked begins at its place: the number of the file and the offset in it are the seed, though
 * neither is stored. A block that is right but stands somewhere else has the wrong checksum.
 */

const prime1 = 0x9e3779b1;
const prime2 = 0x85ebca77;
const prime3 = 0xc2b2ae3d;
const prime4 = 0x27d4eb2f;
const prime5 = 0x165667b1;

export function checksum(bytes: Uint8Array, start: number, end: number, seed: number): number {
  const length = end - start;
  const words = wordsOf(bytes, start, end);
  let rest: number;
  let word = 0;
  if (length >= 16) {
    // Four lanes that do not wait for each other.
    let lane1 = (seed + prime1 + prime2) | 0;
    let lane2 = (seed + prime2) | 0;
    let lane3 = seed | 0;
    let lane4 = (seed - prime1) | 0;
    for (const last = words.length - 4; word <= last; word += 4) {
      lane1 = round(lane1, at(words, word));
      lane2 = round(lane2, at(words, word + 1));
      lane3 = round(lane3, at(words, word + 2));
      lane4 = round(lane4, at(words, word + 3));
    }
    rest = (rotate(lane1, 1) + rotate(lane2, 7) + rotate(lane3, 12) + rotate(lane4, 18)) | 0;
  } else {
    rest = (seed + prime5) | 0;
  }
  rest = (rest + length) | 0;
  for (; word < words.length; word += 1) {
    rest = Math.imul(rotate((rest + Math.imul(at(words, word), prime3)) | 0, 17), prime4);
  }
  for (let index = start + words.length * 4; index < end; index += 1) {
    rest = Math.imul(rotate((rest + Math.imul(at(bytes, index), prime5)) | 0, 11), prime1);
  }
  return mix(rest);
}

/** The seed of what stands at `offset` of file `number`. */
export function placeSeed(number: number, offset: number): number {
  return Math.imul(number, prime1) ^ offset;
}

/** Spreads what differs in any bit over all bits. */
export function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 15), prime2);
  mixed = Math.imul(mixed ^ (mixed >>> 13), prime3);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function round(lane: number, word: number): number {
  return Math.imul(rotate((lane + Math.imul(word, prime2)) | 0, 13), prime1);
}

function rotate(number: number, bits: number): number {
  return (number << bits) | (number >>> (32 - bits));
}

/** The whole words between `start` and `end`, without a copy where they are aligned. */
function wordsOf(bytes: Uint8Array, start: number, end: number): Int32Array {
  const count = (end - start) >>> 2;
  const offset = bytes.byteOffset + start;
  if (offset % 4 === 0) return new Int32Array(bytes.buffer, offset, count);
  // Not `slice`: that of a Buffer copies nothing.
  return new Int32Array(Uint8Array.from(bytes.subarray(start, start + count * 4)).buffer);
}

/** The element at an index that is known to be inside. */
function at(numbers: Uint8Array | Int32Array, index: number): number {
  return numbers[index] as number;
}
