/**
 * The learner's terminal: whole screens out, single keys in.
 *
 * A screen replaces the one before and fits: it has at most as many lines as the terminal has rows, so it never
 * scrolls. Raw mode is given back whenever somebody else has the terminal and when the process ends.
 */
import { emitKeypressEvents } from "node:readline";
import type { ReadStream, WriteStream } from "node:tty";
import { heightOf } from "./text.ts";

const clear = "\u001b[2J\u001b[3J\u001b[H";
const home = "\u001b[H";
const eraseLine = "\u001b[2K";
const eraseBelow = "\u001b[J";

export class Terminal {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #restore = () => this.#raw(false);

  constructor(input: ReadStream, output: WriteStream) {
    this.#input = input;
    this.#output = output;
    emitKeypressEvents(input);
    process.on("exit", this.#restore);
  }

  get columns(): number {
    return Math.max(20, this.#output.columns || 80);
  }

  get rows(): number {
    return Math.max(5, this.#output.rows || 24);
  }

  /** Shows a screen. What does not fit is cut at the bottom, except for its last line. */
  draw(lines: readonly string[]): void {
    // No line end after the last line: it would scroll a full screen.
    this.#output.write(clear + this.#fitting(lines).join("\n"));
  }

  /** Shows a screen over the one before, without a flicker; only its last line may take more than one row. */
  redraw(lines: readonly string[]): void {
    const shown = this.#fitting(lines);
    const last = shown.pop() ?? "";
    const rows = shown.map((line) => `${eraseLine}${line}\n`).join("");
    this.#output.write(`${home}${rows}${eraseBelow}${last}`);
  }

  #fitting(lines: readonly string[]): string[] {
    const last = lines.at(-1) ?? "";
    const shown: string[] = [];
    let room = this.rows - heightOf(last, this.columns);
    for (const line of lines.slice(0, -1)) {
      room -= heightOf(line, this.columns);
      if (room < 0) break;
      shown.push(line);
    }
    return [...shown, last];
  }

  /** Begins to read keys; `onKey` gets "a", "space", "ctrl-c", …, and what was typed with it. */
  listen(onKey: (key: string, text: string) => void, onResize: () => void): void {
    this.#input.on("keypress", (text: string | undefined, key: Keypress) => {
      const name = key.name ?? key.sequence ?? "";
      onKey(key.ctrl === true ? `ctrl-${name}` : name, text ?? "");
    });
    this.#output.on("resize", onResize);
    this.resume();
  }

  /** Gives the terminal to a child process, until `resume`. */
  pause(): void {
    this.#raw(false);
    this.#input.pause();
    this.#output.write(clear);
  }

  /** One more line below what a child has left. */
  say(line: string): void {
    this.#output.write(`\n${line} `);
  }

  resume(): void {
    this.#raw(true);
    this.#input.resume();
  }

  close(): void {
    this.#raw(false);
    this.#input.pause();
    this.#output.write("\n");
    process.off("exit", this.#restore);
  }

  #raw(on: boolean): void {
    if (this.#input.isTTY) this.#input.setRawMode(on);
  }
}

interface Keypress {
  name?: string;
  sequence?: string;
  ctrl?: boolean;
}
