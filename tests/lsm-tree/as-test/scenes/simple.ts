/**
 * Scenes as text: what every one of them says first, and lines written as one indented string.
 */
import { openAnewHelper, openHelper } from "../../../harness/key-value/as-test/text.ts";
import type { TestBody } from "../../../harness/learner-test.ts";
import { linesOf } from "../../../harness/source-text.ts";
import type { Options } from "../../adapter.ts";
import { words } from "../words.ts";

/** By the name of the scene. */
export type Scenes = Readonly<Record<string, TestBody>>;

/** A scene that begins with an open tree on an empty disk. */
export function simple(story: string, options: Options = {}): TestBody {
  return scene(
    `
    const disk = createCrashDisk();
    const tree = await open(disk);
    ${story.trim()}
  `,
    options,
  );
}

/** A scene with the helpers that it uses. */
export function scene(story: string, options: Options = {}, timeoutMs?: number): TestBody {
  const lines = linesOf(story);
  const uses = (name: string): boolean => lines.some((line) => line.includes(`${name}(`));
  return {
    lines: [
      ...(uses("open") ? openHelper(words, { options }) : []),
      ...(uses("openAnew") ? openAnewHelper(words, { options }) : []),
      ...(uses("levelOfFile") ? levelHelper : []),
      "",
      ...lines,
    ],
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

/** What is not claimed is not asked. */
const levelHelper = [
  `const levelOfFile = async () => {`,
  `  const file: Record<string, unknown> = { ...(await import("./lsm-tree.ts")) };`,
  `  return typeof file.level === "number" ? file.level : 5;`,
  `};`,
];

/** Lines that make `counting` of a disk, on which each call to read is counted in `reads`. */
export function countingReadsOf(disk: string): string {
  return `
    let reads = 0;
    const counting = new Proxy(${disk}, {
      get(target, name) {
        if (name !== "open") {
          const value: unknown = Reflect.get(target, name);
          return typeof value === "function" ? value.bind(target) : value;
        }
        return async (...given: Parameters<typeof ${disk}.open>) => {
          const file = await target.open(...given);
          return {
            append: (bytes: Uint8Array) => file.append(bytes),
            read: (position: number, length: number) => (reads++, file.read(position, length)),
            size: () => file.size(),
            truncate: (length: number) => file.truncate(length),
            sync: () => file.sync(),
            close: () => file.close(),
          };
        };
      },
    });
  `.trim();
}
