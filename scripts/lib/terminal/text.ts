/**
 * Text on a screen of so many columns. Colour codes count for nothing; a line never exceeds its columns.
 */
import { stripVTControlCharacters } from "node:util";

/** Breaks a paragraph at spaces; it keeps its own indentation, and later lines begin with `indent`. */
export function wrap(text: string, columns: number, indent = ""): string[] {
  const [, firstIndent = "", words = ""] = /^( *)([^]*)$/.exec(text) ?? [];
  const lines: string[] = [];
  let line = firstIndent;
  let isEmpty = true;
  for (const word of words.split(" ")) {
    if (!isEmpty && width(line) + 1 + width(word) <= columns) {
      line += ` ${word}`;
      continue;
    }
    if (!isEmpty) {
      lines.push(line);
      line = indent;
    }
    // A word that is longer than a line is cut.
    let rest = word;
    for (let room = roomAfter(line, columns); width(rest) > room; room = roomAfter(line, columns)) {
      lines.push(line + rest.slice(0, room));
      rest = rest.slice(room);
      line = indent;
    }
    line += rest;
    isEmpty = false;
  }
  return [...lines, line];
}

/** Prose that may end in a command: that stays on one line, however long, so that it can be copied. */
export function wrapAroundCommand(text: string, columns: number): string[] {
  if (width(text) <= columns) return [text];
  const [, prose, command] = /^(.*:) +(npm run (?:(?!\. ).)+)$/.exec(text) ?? [];
  if (prose === undefined || command === undefined) return wrap(text, columns);
  return [...wrap(prose, columns), `  ${command}`];
}

/** A terminal breaks lines in the middle of words; programs and files get each sentence as it is. */
export function fitted(message: string, output: { isTTY?: boolean; columns?: number }): string {
  if (output.isTTY !== true) return message;
  const columns = output.columns || 80;
  // What is indented is there to be copied.
  return message
    .split("\n")
    .flatMap((line) => (line.startsWith(" ") ? [line] : wrapAroundCommand(line, columns)))
    .join("\n");
}

function roomAfter(indent: string, columns: number): number {
  return Math.max(1, columns - width(indent));
}

/** One line: what does not fit is replaced by "…". */
export function truncate(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  const plain = stripVTControlCharacters(text);
  return `${plain.slice(0, Math.max(0, columns - 1))}…`;
}

/** Text at both ends of a line. */
export function spread(left: string, right: string, columns: number): string {
  const gap = columns - width(left) - width(right);
  return gap < 1 ? truncate(left, columns) : left + " ".repeat(gap) + right;
}

/** "1 test", "2 tests". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

export function width(text: string): number {
  return Array.from(stripVTControlCharacters(text)).length;
}

/** The rows that a line takes: a longer one, such as a command to copy, goes on in the next row. */
export function heightOf(line: string, columns: number): number {
  return Math.max(1, Math.ceil(width(line) / columns));
}

/** Text from somebody else's program: no colour codes, no cursor movements, no tabs. */
export function harmless(text: string): string {
  return (
    stripVTControlCharacters(text)
      .replaceAll("\t", "  ")
      // eslint-disable-next-line no-control-regex -- removing control characters is the point
      .replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, "")
  );
}
