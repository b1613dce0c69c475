/**
 * A reader for as much EDN as histories use: nil, booleans, numbers, strings, characters, keywords, symbols, vectors,
 * lists, sets and maps; comments (`;` and `#_`) are skipped and tags (`#inst`, `#jepsen.history.Op`) dropped.
 */
import type { Datum } from "./datum.ts";
import { MalformedHistoryError } from "./datum.ts";
import { TextCursor } from "./text-cursor.ts";

/** All values of the text, one after another. */
export function readEdn(text: string, firstLine = 1): Datum[] {
  const cursor = new TextCursor(text, firstLine);
  const values: Datum[] = [];
  skipBlank(cursor);
  while (!cursor.atEnd) {
    values.push(readValue(cursor, 0));
    skipBlank(cursor);
  }
  return values;
}

const depthMax = 200;
const blank = /(?:[\s,]+|;[^\n]*)*/y;
const discard = /#_/y;
const token = /[^\s,;()[\]{}"]+/y;
const stringLiteral = /"[^"\\]*(?:\\[^][^"\\]*)*"/y;
const characterLiteral = /\\(?:[A-Za-z0-9]+|[^])/y;
const numberText = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?[NM]?$|^[+-]?\d+\/\d+$/;
const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };
const closers = { "(": /\)/y, "[": /\]/y, "{": /\}/y } as const;

function readValue(cursor: TextCursor, depth: number): Datum {
  if (depth > depthMax) cursor.complain(`values nested at most ${depthMax} deep`);
  const { line } = cursor;
  switch (cursor.peek()) {
    case "[":
    case "(":
      return { kind: "sequence", line, items: readItems(cursor, depth) };
    case "{":
      return { kind: "map", line, ...readEntries(cursor, depth) };
    case '"': {
      const literal = cursor.take(stringLiteral) ?? cursor.complain("a string that ends");
      return { kind: "string", line, value: unescape(literal.slice(1, -1)) };
    }
    case "\\":
      return { kind: "string", line, value: (cursor.take(characterLiteral) ?? "\\").slice(1) };
    case "#":
      return readDispatch(cursor, depth);
    default:
      return readToken(cursor, line);
  }
}

function readItems(cursor: TextCursor, depth: number): Datum[] {
  const opener = cursor.take(/[([{]/y) as keyof typeof closers;
  const openedOn = cursor.line;
  const items: Datum[] = [];
  for (;;) {
    skipBlank(cursor);
    if (cursor.take(closers[opener]) !== undefined) return items;
    if (cursor.atEnd) cursor.complain(`the end of the “${opener}” that line ${openedOn} opens`);
    items.push(readValue(cursor, depth + 1));
  }
}

function readEntries(
  cursor: TextCursor,
  depth: number,
): { entries: Map<string, Datum>; forms: Datum[] } {
  const { line } = cursor;
  const forms = readItems(cursor, depth);
  if (forms.length % 2 !== 0) {
    throw new MalformedHistoryError(
      line,
      "a map with a value for every key",
      `${forms.length} forms`,
    );
  }
  const entries = new Map<string, Datum>();
  for (let index = 0; index < forms.length; index += 2) {
    const key = forms[index];
    const value = forms[index + 1];
    if (key === undefined || value === undefined) continue;
    if (key.kind === "keyword") entries.set(key.name, value);
    else if (key.kind === "string") entries.set(key.value, value);
  }
  return { entries, forms };
}

/** `#{set}`, `##Inf`, `#tag value` or, whose keys have a name in common, `#:name{map}`. */
function readDispatch(cursor: TextCursor, depth: number): Datum {
  const { line } = cursor;
  if (cursor.take(/#(?=\{)/y) !== undefined)
    return { kind: "sequence", line, items: readItems(cursor, depth), isSet: true };
  const notFinite = cursor.take(/##(?:-?Inf|NaN)\b/y);
  if (notFinite !== undefined) return { kind: "symbol", line, name: notFinite };
  if (cursor.take(/#[A-Za-z:][^\s,;()[\]{}"]*/y) === undefined)
    cursor.complain("a set or a tagged value after “#”");
  skipBlank(cursor);
  if (cursor.atEnd) cursor.complain("a value after the tag");
  return readValue(cursor, depth + 1);
}

function readToken(cursor: TextCursor, line: number): Datum {
  const text = cursor.take(token) ?? cursor.complain("an EDN value");
  if (text === "nil") return { kind: "nil", line };
  if (text === "true" || text === "false") return { kind: "boolean", line, value: text === "true" };
  if (numberText.test(text)) return { kind: "number", line, text: text.replace(/^\+|[NM]$/g, "") };
  if (/^[+-]?\d/.test(text)) throw new MalformedHistoryError(line, "a number", text);
  if (text.startsWith(":") && text.length > 1)
    return { kind: "keyword", line, name: text.slice(1) };
  return { kind: "symbol", line, name: text };
}

function skipBlank(cursor: TextCursor): void {
  cursor.take(blank);
  while (cursor.take(discard) !== undefined) {
    cursor.take(blank);
    if (cursor.atEnd) cursor.complain("a value to leave out after “#_”");
    readValue(cursor, 0);
    cursor.take(blank);
  }
}

function unescape(text: string): string {
  return text.replace(
    /\\(?:u([0-9a-fA-F]{4})|([^]))/g,
    (_, code: string | undefined, escaped: string) =>
      code === undefined
        ? (escapes[escaped] ?? escaped)
        : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
