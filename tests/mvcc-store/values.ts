import { isDeepStrictEqual } from "node:util";

/** Values of every kind that the brief names, made anew each time by their names. */
export const values: Readonly<Record<string, () => unknown>> = {
  null: () => null,
  true: () => true,
  false: () => false,
  zero: () => 0,
  "minus zero": () => -0,
  "minus zero in an array": () => [-0, { zero: -0 }],
  NaN: () => Number.NaN,
  infinity: () => Number.POSITIVE_INFINITY,
  "a fraction": () => 0.1,
  "a large number": () => 2 ** 53 + 2,
  "a bigint": () => 2n ** 80n,
  "a bigint of zero": () => 0n,
  "the empty text": () => "",
  "a text": () => "text",
  "a text with a lone surrogate": () => "\ud800 and \udc00",
  "a text of 64 KiB": () => "64 KiB of text. ".repeat(4096),
  "a date": () => new Date(86_400_000),
  "an empty array": () => [],
  "an array with holes": () => Object.assign([], { length: 5, 1: "one", 3: undefined }),
  "an array that contains itself": () => {
    const value: unknown[] = ["cycle"];
    value.push(value);
    return value;
  },
  "an array": () => [1, "two", null, undefined, [3n]],
  "an empty object": () => ({}),
  "an object": () => ({ a: 1, b: { c: [true, undefined] }, d: undefined }),
  "an object with a key called __proto__": (): unknown =>
    JSON.parse('{"__proto__": 1, "constructor": 2}'),
  "an object that looks like an entry": () => ({ value: undefined, deleted: true, version: 1 }),
  "a map": () =>
    new Map([
      ["a", [1]],
      ["b", [2, 3]],
    ]),
  "a map with objects as keys": () => new Map([[{ key: true }, new Map([[1, "deep"]])]]),
  "a set": () => new Set([1, "1", new Date(0)]),
  "an array buffer": () => Uint8Array.from([1, 2, 3]).buffer,
  "a typed array": () => Uint8Array.from([0, 255, 128]),
  "a typed array of floats": () => Float64Array.from([0.5, -0, Number.NaN]),
  "a typed array of bigints": () => BigInt64Array.from([-1n, 2n]),
  "a part of a buffer": () => Uint8Array.from([0, 0, 7, 8, 9, 0]).subarray(2, 5),
  "an object that contains itself": () => {
    const value = { name: "cycle" };
    return Object.assign(value, { self: value, list: [value] });
  },
};

export function valueNamed(name: string): unknown {
  const make = values[name];
  if (make === undefined) throw new RangeError(`There is no value called "${name}".`);
  return make();
}

/** Keys that are somebody's special case, with the longest one. */
export const specialKeys: readonly string[] = [
  "",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "undefined",
  "null",
  "0",
  "00",
  "1",
  "1.0",
  "-0",
  "\u0000",
  "a",
  "a\u0000",
  "a\u0000a",
  "A",
  " a",
  "a,b",
  "a=b\n",
  '"',
  "é",
  "e\u0301",
  "😀",
  "\uffff",
  "x".repeat(1024),
  `${"x".repeat(1023)}y`,
  "😀".repeat(512),
];

/** The function that makes a value, as code. */
export function valueAsCode(name: string): string {
  const make = values[name];
  if (make === undefined) throw new RangeError(`There is no value called "${name}".`);
  return make.toString();
}

/** Equal all through; and where the one contains itself, so does the other. */
export function areEqual(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(one, other) && cyclesAgree(one, other, []);
}

/** Of arrays and objects that are equal. `around` holds what they are in. */
function cyclesAgree(
  one: unknown,
  other: unknown,
  around: readonly (readonly [unknown, unknown])[],
): boolean {
  if (typeof one !== "object" || one === null) return true;
  const known = around.find((pair) => pair[0] === one || pair[1] === other);
  if (known !== undefined) return known[0] === one && known[1] === other;
  const inside = [...around, [one, other] as const];
  return Object.keys(one).every((key) =>
    cyclesAgree(Reflect.get(one, key), Reflect.get(other as object, key), inside),
  );
}
