/**
 * A file name for anybody's name: small letters, digits and hyphens, the same on every file system and in every run.
 *
 * A name that is already like that stays. Of any other the readable part is kept, and a hash of the whole makes it
 * unique, so that "Ann" and "ann" never share a file. A name that looks as if it had such a hash gets one, too.
 */
import { createHash } from "node:crypto";

const plain = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const looksHashed = /-[0-9a-f]{12}$/;
/** Devices on Windows, whatever their ending. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)$/;

export function fileNameFor(name: string): string {
  if (plain.test(name) && !looksHashed.test(name) && !reserved.test(name)) return name;
  const readable = name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "")
    .slice(0, 40);
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 12);
  return `${readable === "" ? "name" : readable}-${hash}`;
}
