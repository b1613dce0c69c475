/** How stores of bytes are written in a test: keys and values are strings, which `bytes` and `text` convert. */
import type { StoreWords } from "../../harness/key-value/as-test/text.ts";

export const words: StoreWords = {
  factory: "openDurableKv",
  file: "./durable-kv.ts",
  data: (expression) => `bytes(${expression})`,
  text: (expression) => `text(${expression})`,
  shown: (store, key) => `text(await ${store}.get(bytes(${key})))`,
  ownCall: (store, { kind }) => `${store}.${kind}()`,
};

/** `bytes` and `text`, where the lines use them. */
export function conversionsFor(lines: readonly string[]): string[] {
  const uses = (name: string): boolean => lines.some((line) => line.includes(`${name}(`));
  return [
    ...(uses("bytes") ? [`const bytes = (text: string) => new TextEncoder().encode(text);`] : []),
    ...(uses("text")
      ? [
          `const text = (value: Uint8Array | undefined) =>`,
          `  value === undefined ? undefined : new TextDecoder().decode(value);`,
        ]
      : []),
  ];
}
