/** A terminal made of streams: keys go in, and what would be on its screen can be read. */
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import type { ReadStream, WriteStream } from "node:tty";
import { stripVTControlCharacters } from "node:util";
import { Terminal } from "../../../scripts/lib/terminal/terminal.ts";

export class FakeTerminal {
  readonly input = Object.assign(new PassThrough(), {
    isTTY: true,
    isRaw: false,
    setRawMode(on: boolean) {
      this.isRaw = on;
    },
  });
  readonly output = new FakeOutput();
  readonly terminal = new Terminal(
    this.input as unknown as ReadStream,
    this.output as unknown as WriteStream,
  );

  get screen(): string {
    return this.output.screen;
  }

  /** Keys arrive when the streams have had a turn. */
  async press(keys: string): Promise<void> {
    this.input.write(keys);
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

class FakeOutput extends EventEmitter {
  readonly isTTY = true;
  columns = 80;
  rows = 24;
  screen = "";

  write(text: string): boolean {
    const home = "\u001b[H";
    const from = text.lastIndexOf(home);
    const shown = from === -1 ? this.screen + text : text.slice(from + home.length);
    this.screen = stripVTControlCharacters(shown);
    return true;
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.emit("resize");
  }
}
