/**
 * CRC-32C, the checksum of iSCSI, ext4 and LevelDB. It finds every damage of up to 32 bits in a row,
 * and any other with a probability of 1 − 2⁻³². It is no defence against somebody who means harm.
 */

const polynomialReversed = 0x82f63b78;

/** What one byte does to a checksum, for each of the 256 bytes. */
const byteTable = new Int32Array(256).map((_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1)
    rest = (rest & 1) === 1 ? (rest >>> 1) ^ polynomialReversed : rest >>> 1;
  return rest;
});

/** The checksum of `bytes` from `start` to `end`. */
export function checksum(bytes: Uint8Array, start: number, end: number): number {
  let rest = ~0;
  for (let index = start; index < end; index += 1) {
    rest = (rest >>> 8) ^ (byteTable[(rest ^ (bytes[index] as number)) & 255] as number);
  }
  return ~rest >>> 0;
}
