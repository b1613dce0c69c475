/**
 * A disk as text:
 *
 *     store/wal      88 bytes, 44 synced
 *          0  2c 00 00 00 …  ,...a1..
 *       ~ 44  2c 00 00 00 …  ,...b2..     ← ~ marks lines with bytes that no sync covers
 *     store/log      0 bytes, 0 synced, its name is not
 */
import type { FileState, DiskState } from "./disk-state.ts";

const bytesPerLine = 16;

export function drawDisk(state: DiskState): string {
  const lines: string[] = [];
  const durable = new Set(durablePaths(state));
  for (const path of state.sizes().keys()) {
    const node = state.lookUp(path);
    if (node === undefined) continue;
    const file = state.file(node.id);
    const synced = syncedFlags(file);
    const syncedCount = synced.filter(Boolean).length;
    const name = durable.has(path) ? "" : ", its name is not";
    lines.push(`${path}  ${file.length} bytes, ${syncedCount} synced${name}`);
    for (let at = 0; at < file.length; at += bytesPerLine) {
      const end = Math.min(at + bytesPerLine, file.length);
      const mark = synced.slice(at, end).every(Boolean) ? " " : "~";
      lines.push(
        ` ${mark} ${String(at).padStart(6)}  ${hexAndText(file.content.subarray(at, end))}`,
      );
    }
  }
  return lines.length === 0 ? "(no files)" : lines.join("\n");
}

/** For each byte that reads see, whether a power cut must leave it there. */
function syncedFlags(file: FileState): boolean[] {
  const flags = Array.from({ length: file.length }, (_, at) => at < file.durableLength);
  for (const change of file.changes) {
    const start = change.kind === "write" ? change.offset : change.length;
    const end = change.kind === "write" ? start + change.bytes.length : file.length;
    flags.fill(false, Math.min(start, file.length), Math.min(end, file.length));
  }
  return flags;
}

/** The files that a power cut finds under the name that they have now. */
function durablePaths(state: DiskState, path = "", id = 0): string[] {
  const directory = state.directories.get(id);
  return [...(directory?.names ?? [])].flatMap(([name, node]) => {
    if (directory?.durableNames.get(name)?.id !== node.id) return [];
    const below = path === "" ? name : `${path}/${name}`;
    return node.kind === "file" ? [below] : durablePaths(state, below, node.id);
  });
}

function hexAndText(bytes: Uint8Array): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const text = [...bytes].map((byte) =>
    byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "·",
  );
  return `${hex.padEnd(bytesPerLine * 3 - 1)}  ${text.join("")}`;
}
