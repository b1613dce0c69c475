/** A strict JSON reader whose values know their lines. Several values may follow one another, as in JSON Lines. */
import type { Datum } from "./datum.ts";
import { MalformedHistoryError, shorten } from "./datum.ts";
import { TextCursor } from "./text-cursor.ts";

export function readJson(text: string): Datum[] {
  const cursor = new TextCursor(text, 1);
  const values: Datum[] = [];
  cursor.take(blank);
  while (!cursor.atEnd) {
    values.push(readValue(cursor, 0));
    cursor.take(blank);
  }
  return values;
}

const depthMax = 200;
const blank = /[ \t\r\n]*/y;
const stringLiteral = /"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"/y;
const numberLiteral = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y;
const word = /(?:null|true|false)(?!\w)/y;

function readValue(cursor: TextCursor, depth: number): Datum {
  if (depth > depthMax) cursor.complain(`values nested at most ${depthMax} deep`);
  const { line } = cursor;
  const first = cursor.peek();
  if (first === "[") return { kind: "sequence", line, items: readItems(cursor, depth) };
  if (first === "{") return { kind: "map", line, entries: readEntries(cursor, depth) };
  if (first === '"')
    return { kind: "string", line, value: readString(cursor, "a string that ends on its line") };
  const literal = cursor.take(word);
  if (literal !== undefined) {
    return literal === "null"
      ? { kind: "nil", line }
      : { kind: "boolean", line, value: literal === "true" };
  }
  return {
    kind: "number",
    line,
    text: cursor.take(numberLiteral) ?? cursor.complain("a JSON value"),
  };
}

function readItems(cursor: TextCursor, depth: number): Datum[] {
  const items: Datum[] = [];
  cursor.take(/\[/y);
  cursor.take(blank);
  if (cursor.take(/\]/y) !== undefined) return items;
  for (;;) {
    items.push(readValue(cursor, depth + 1));
    cursor.take(blank);
    if (cursor.take(/\]/y) !== undefined) return items;
    if (cursor.take(/,/y) === undefined) cursor.complain("“,” or “]”");
    cursor.take(blank);
  }
}

function readEntries(cursor: TextCursor, depth: number): Map<string, Datum> {
  const entries = new Map<string, Datum>();
  cursor.take(/\{/y);
  cursor.take(blank);
  if (cursor.take(/\}/y) !== undefined) return entries;
  for (;;) {
    const name = readString(cursor, "a field name in double quotes");
    cursor.take(blank);
    if (cursor.take(/:/y) === undefined) cursor.complain(`“:” after "${name}"`);
    cursor.take(blank);
    entries.set(name, readValue(cursor, depth + 1));
    cursor.take(blank);
    if (cursor.take(/\}/y) !== undefined) return entries;
    if (cursor.take(/,/y) === undefined) cursor.complain("“,” or “}”");
    cursor.take(blank);
  }
}

function readString(cursor: TextCursor, expected: string): string {
  const { line } = cursor;
  const literal = cursor.take(stringLiteral) ?? cursor.complain(expected);
  try {
    return JSON.parse(literal) as string;
  } catch {
    throw new MalformedHistoryError(line, "a string with JSON's escapes only", shorten(literal));
  }
}
