/** A place in a text that knows its line; what the readers of EDN and JSON are built on. */
import { MalformedHistoryError, shorten } from "./datum.ts";

export class TextCursor {
  line: number;
  #offset = 0;
  readonly #text: string;

  constructor(text: string, firstLine: number) {
    this.#text = text;
    this.line = firstLine;
  }

  get atEnd(): boolean {
    return this.#offset >= this.#text.length;
  }

  /** The character under the cursor; empty at the end. */
  peek(): string {
    return this.#text.charAt(this.#offset);
  }

  /** Moves past what the sticky pattern matches here, and returns it; undefined where it does not match. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#offset;
    const matched = pattern.exec(this.#text)?.[0];
    if (matched === undefined) return undefined;
    this.#offset += matched.length;
    for (let index = matched.indexOf("\n"); index !== -1; index = matched.indexOf("\n", index + 1))
      this.line += 1;
    return matched;
  }

  /** What stands here, for a complaint. */
  complain(expected: string): never {
    const end = this.#text.indexOf("\n", this.#offset);
    const rest = this.#text.slice(this.#offset, end === -1 ? undefined : end).trim();
    throw new MalformedHistoryError(
      this.line,
      expected,
      this.atEnd ? "the end of the text" : shorten(rest === "" ? "the end of the line" : rest),
    );
  }
}
