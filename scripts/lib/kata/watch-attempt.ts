/**
 * Notices that a learner has saved.
 *
 * It looks at the attempt's files many times a second instead of asking the operating system to be told:
 * that works on every drive, under every editor's way of saving, and when the folder itself
 * is moved away and made anew. A change is reported once the files have stood still for one look.
 */
import { readdir, stat } from "node:fs/promises";
import path from "node:path";

const lookEveryMs = 60;
const sourceFile = /\.(?:[cm]?[jt]s|json)$/;
/** Written by the commands, not by the learner. */
const notWatched = new Set(["grade.json", ".attempt.json", "node_modules"]);

/** Calls `onSave` after each change until the returned function is called. */
export function watchAttempt(folder: string, onSave: () => void): () => void {
  let stopped = false;
  let seen: string | undefined;
  let reported: string | undefined;

  const look = async (): Promise<void> => {
    const now = await fingerprint(folder);
    if (stopped) return;
    reported ??= now;
    if (now !== reported && now === seen) {
      reported = now;
      onSave();
    }
    seen = now;
    timer = setTimeout(() => void look(), lookEveryMs);
  };
  let timer = setTimeout(() => void look(), 0);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** Changes whenever a source file in the folder, or below it, is written, replaced, added or removed. */
async function fingerprint(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const marks = await Promise.all(
    entries
      .filter((entry) => !notWatched.has(entry.name) && !entry.name.startsWith("."))
      .map(async (entry) => {
        const place = path.join(folder, entry.name);
        if (entry.isDirectory()) return fingerprint(place);
        if (!sourceFile.test(entry.name)) return "";
        const found = await stat(place).catch(() => undefined);
        return found === undefined ? "" : `${place} ${found.ino} ${found.size} ${found.mtimeMs}`;
      }),
  );
  return marks.sort().join("\n");
}
