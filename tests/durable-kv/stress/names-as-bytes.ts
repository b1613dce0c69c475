import { seededRandom } from "#platform/random.ts";
import { DAMAGED } from "../../harness/stress/key-value-verdict.ts";

/**
 * Keys and values are names in journals and histories ("e12-k3", "v4711") and bytes in the store. The bytes
 * follow from the name alone, and a value that comes back is compared with them to its last byte.
 */
export function keyBytes(name: string): Uint8Array {
  const encoded = new TextEncoder().encode(name);
  // Some keys are long, and all are binary behind their name.
  const length = encoded.length + (name.endsWith("0") ? KEY_PADDING_LONG : KEY_PADDING);
  const bytes = new Uint8Array(length).fill(0xff);
  bytes.set(encoded);
  bytes[encoded.length] = 0;
  return bytes;
}

const KEY_PADDING = 3;
const KEY_PADDING_LONG = 900;

/** The value with this name: its number in the first bytes, then bytes that follow from the number. */
export function valueBytes(name: string): Uint8Array {
  const number = Number(name.slice(1));
  const random = seededRandom(number);
  const bytes = new Uint8Array(valueLength(number, random.next()));
  let state = random.below(2 ** 31) | 1;
  for (let index = NUMBER_BYTES; index < bytes.length; index += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    bytes[index] = state >>> 24;
  }
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
}

/** Mostly small; now and then larger than a page, a pooled buffer, a socket's or a segment's size. */
function valueLength(number: number, chance: number): number {
  if (number % 997 === 0) return 200_000;
  if (number % 101 === 0) return 4000 + Math.floor(chance * 30_000);
  return NUMBER_BYTES + Math.floor(chance * 200);
}

const NUMBER_BYTES = 4;

/** The name of a value that came back; "damaged …" when no value has these bytes. */
export function valueName(bytes: Uint8Array): string {
  if (bytes.length >= NUMBER_BYTES) {
    const name = `v${new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)}`;
    if (Buffer.compare(valueBytes(name), bytes) === 0) return name;
  }
  const beginning = Buffer.from(bytes.subarray(0, 8)).toString("hex");
  return `${DAMAGED} ${bytes.length} bytes that begin with ${beginning}`;
}
