/**
 * Scenes as text: what every one of them says first, and lines written as one indented string.
 */
import { openAnewHelper, openHelper, type TestBody } from "../text.ts";

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
      ...(uses("open") ? openHelper({}) : []),
      ...(uses("openAnew") ? openAnewHelper({}) : []),
      "",
      ...lines,
    ],
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

/** The lines of an indented string, with what all of them are indented by taken away. */
export function linesOf(story: string): string[] {
  const lines = story.trim().split("\n");
  const deep = lines
    .slice(1)
    .filter((line) => line.trim() !== "")
    .map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const indent = Math.min(...deep, Number.MAX_SAFE_INTEGER);
  return lines.map((line, index) => (index === 0 ? line : line.slice(indent)).trimEnd());
}
