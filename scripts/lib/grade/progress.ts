/**
 * What a grade says while it runs, on standard error: one line that changes on a terminal, plain lines
 * elsewhere. The terminal's line is gone when the grade is printed.
 */
import type { WriteStream } from "node:tty";
import { truncate } from "../terminal/text.ts";

export class Progress {
  readonly #output: Pick<WriteStream, "write" | "isTTY" | "columns">;
  #hasLine = false;

  constructor(output: Pick<WriteStream, "write" | "isTTY" | "columns"> = process.stderr) {
    this.#output = output;
  }

  /** What is going on now; only a terminal shows it. */
  now(text: string): void {
    if (!this.#output.isTTY) return;
    this.#output.write(`\r\u001b[2K${truncate(text, (this.#output.columns || 80) - 1)}`);
    this.#hasLine = true;
  }

  /** Something is finished. */
  done(text: string): void {
    this.clear();
    this.#output.write(`${text}\n`);
  }

  clear(): void {
    if (this.#hasLine) this.#output.write("\r\u001b[2K");
    this.#hasLine = false;
  }
}
