/**
 * Scenes as text: what every one of them says first, and lines written as one indented string.
 */
import type { TestBody } from "../../../harness/learner-test.ts";
import { linesOf } from "../../../harness/source-text.ts";
import { openAnewHelper, openHelper } from "../../../harness/key-value/as-test/text.ts";
import { words } from "../words.ts";

/** A scene that begins with an open store on an empty disk. */
export function simple(story: string): TestBody {
  return scene(`
    const disk = createCrashDisk();
    const store = await open(disk);
    ${story.trim()}
  `);
}

/** A scene with the helpers that it uses. */
export function scene(story: string, timeoutMs?: number): TestBody {
  const lines = linesOf(story);
  const uses = (name: string): boolean => lines.some((line) => line.includes(`${name}(`));
  return {
    lines: [
      ...(uses("open") ? openHelper(words, {}) : []),
      ...(uses("openAnew") ? openAnewHelper(words, {}) : []),
      "",
      ...lines,
    ],
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}
