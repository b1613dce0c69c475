/**
 * The lines that can support a claim: those of the notes, of the subject's own files and of its own tests,
 * without what the starter and the templates had brought.
 *
 * A quote is such a line, or a part of one that is long enough to be found again; spaces do not matter.
 * `NOTES.md:12` names a line without typing it.
 */
import path from "node:path";
import { says } from "./notes.ts";

export interface OwnFile {
  file: string;
  text: string;
}

/** Shorter texts, a brace or `return 0;`, support nothing. */
const quotedLettersMin = 12;

export class OwnLines {
  readonly #files: readonly OwnFile[];
  readonly #given: ReadonlySet<string>;
  readonly #lines: readonly string[];

  /** `given` are the texts of starter and templates. */
  constructor(files: readonly OwnFile[], given: readonly string[]) {
    this.#files = files;
    this.#given = new Set(given.flatMap((text) => text.split("\n").map(plain)));
    this.#lines = files
      .flatMap(({ text }) => text.split("\n"))
      .filter((line) => this.#isOwn(line))
      .map(plain);
  }

  /** True for a line, or a part of one, that is there now. */
  support(quote: string): boolean {
    const wanted = plain(quote);
    return isLongEnough(wanted) && this.#lines.some((line) => line.includes(wanted));
  }

  /** From what was typed, a place such as `NOTES.md:12` or the line itself, to the line; or what is wrong. */
  quoted(typed: string): { quote: string } | { problem: string } {
    const place = /^(\S.*?):(\d+)$/.exec(typed.trim());
    const named = place === null ? undefined : this.#fileNamed(place[1] ?? "");
    if (named !== undefined) return this.#lineOf(named, Number(place?.[2]));
    if (this.support(typed)) return { quote: plain(typed) };
    if (!isLongEnough(plain(typed)))
      return { problem: `Expected a whole line, or at least ${quotedLettersMin} letters of one.` };
    const names = this.#files.map(({ file }) => path.basename(file)).join(", ");
    return {
      problem: `No line of yours says that. Type a line, or its place such as NOTES.md:12 (${names}).`,
    };
  }

  #lineOf({ file, text }: OwnFile, number: number): { quote: string } | { problem: string } {
    const name = path.basename(file);
    const line = text.split("\n")[number - 1];
    if (line === undefined)
      return { problem: `${name} has ${text.split("\n").length} lines, and no line ${number}.` };
    if (!this.#isOwn(line))
      return {
        problem: `Line ${number} of ${name} supports nothing: "${plain(line)}". Choose one that you have written.`,
      };
    return { quote: plain(line) };
  }

  #fileNamed(name: string): OwnFile | undefined {
    return this.#files.find(
      ({ file }) => path.basename(file) === name || file === name || file.endsWith(`/${name}`),
    );
  }

  #isOwn(line: string): boolean {
    return isLongEnough(plain(line)) && says(line) && !this.#given.has(plain(line));
  }
}

function isLongEnough(line: string): boolean {
  return line.replaceAll(/[^\p{L}\p{N}]/gu, "").length >= quotedLettersMin;
}

function plain(line: string): string {
  return line.trim().replaceAll(/\s+/g, " ");
}
