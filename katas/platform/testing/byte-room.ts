/**
 * Room for the bytes of files. Memory of its own costs an array some forty times what the array itself
 * costs, and a crash leaves hundreds of small files, so small ones lie side by side in shared blocks.
 *
 * What is handed out is never handed out again. It stays inside the simulated disk: whoever reads from
 * the disk gets a copy in memory of its own.
 */
const blockBytes = 64 * 1024;
const smallBytesMax = 4 * 1024;

let block = new ArrayBuffer(blockBytes);
let bytesTaken = 0;

/** So many zeros. */
export function roomFor(length: number): Uint8Array {
  if (length > smallBytesMax) return new Uint8Array(length);
  if (bytesTaken + length > blockBytes) {
    block = new ArrayBuffer(blockBytes);
    bytesTaken = 0;
  }
  const room = new Uint8Array(block, bytesTaken, length);
  bytesTaken += length;
  return room;
}
