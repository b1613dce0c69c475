/** The checksum of zip files, bit by bit: a log of some kilobytes needs no table. */
export function crc32(text: string): string {
  let rest = ~0;
  for (let index = 0; index < text.length; index += 1) {
    rest ^= text.charCodeAt(index);
    for (let bit = 0; bit < 8; bit += 1) {
      rest = (rest & 1) === 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
    }
  }
  return (~rest >>> 0).toString(16).padStart(8, "0");
}
