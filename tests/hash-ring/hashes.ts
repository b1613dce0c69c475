/**
 * The hashes that rings are handed, each with a name that fits into a case:
 *
 *     good 7        well mixed; the number makes another one of it
 *     ends 7        the same, but "top-…" is the highest number and "bottom-…" is 0
 *     poor 16 7     sixteen different numbers, the lowest and the highest possible among them
 *     all 0         one number for every text
 *
 * Pure functions of the text, written so that a kept test can have them as a few lines of code.
 */
export type HashName = string;
export type Hash = (text: string) => number;

const highest = 0xffff_ffff;

export function hashNamed(name: HashName): Hash {
  const [family, ...rest] = name.split(" ");
  const numbers = rest.map(Number);
  const [first = 0, second = 0] = numbers;
  switch (family) {
    case "good":
      return (text) => mixed(text, first);
    case "ends":
      return (text) => endOf(text) ?? mixed(text, first);
    case "poor":
      return (text) => Math.floor((mixed(text, second) % first) * (highest / (first - 1)));
    case "all":
      return () => first;
    default:
      throw new RangeError(`Expected the name of a hash, such as "good 1", got "${name}".`);
  }
}

/** "a hash with 16 numbers" */
export function hashInWords(name: HashName): string {
  const [family, first = "0"] = name.split(" ");
  switch (family) {
    case "poor":
      return `a hash with ${first} numbers`;
    case "all":
      return `a hash that is always ${first}`;
    default:
      return "a hash";
  }
}

/** What kind of hash it is, for the features of a counterexample. */
export function hashFamily(name: HashName | undefined): string {
  if (name === undefined) return "own hash";
  return /^(good|ends)/.test(name) ? "good hash" : "poor hash";
}

/** The definition of `hash` in a kept test. */
export function hashAsCode(name: HashName): string[] {
  const [family, first = "0", second = "0"] = name.split(" ");
  if (family === "all") return [`const hash = () => ${first};`];
  const seed = family === "poor" ? second : first;
  const mixing = [
    "const mixed = (text: string): number => {",
    `  let state = ${seed};`,
    "  for (let index = 0; index < text.length; index++) {",
    "    state = Math.imul(state ^ text.charCodeAt(index), 0x5bd1e995);",
    "    state ^= state >>> 15;",
    "  }",
    "  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);",
    "  return (state ^ (state >>> 16)) >>> 0;",
    "};",
  ];
  if (family === "good") return mixing.map((line) => line.replace("const mixed", "const hash"));
  const answer =
    family === "poor"
      ? `Math.floor((mixed(text) % ${first}) * (0xffffffff / ${Number(first) - 1}))`
      : `/^top-\\d+$/.test(text) ? 0xffffffff : /^bottom-\\d+$/.test(text) ? 0 : mixed(text)`;
  return [...mixing, `const hash = (text: string): number => ${answer};`];
}

function mixed(text: string, seed: number): number {
  let state = seed;
  for (let index = 0; index < text.length; index++) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x5bd1e995);
    state ^= state >>> 15;
  }
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

function endOf(text: string): number | undefined {
  if (/^top-\d+$/.test(text)) return highest;
  return /^bottom-\d+$/.test(text) ? 0 : undefined;
}
