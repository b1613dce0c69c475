/** Scripts drawn from a seed: which transactions there are, and in which order they make their calls. */
import { type Random, seededRandom } from "#platform/random.ts";
import { type Isolation, namesIn, type Step } from "./script.ts";

export interface Mix {
  transactions: number;
  /** How many may be open at once. */
  open: number;
  keys: readonly string[];
  /** Reads and writes of a transaction: up to so many. */
  calls: number;
  /** Whether transactions that overlap may write the same key. */
  conflicts?: boolean;
  /** Out of ten. */
  serializable?: number;
  readers?: number;
  ranges?: number;
  deletes?: number;
  rollbacks?: number;
  turns?: number;
}

const plainKeys = ["a", "b", "c", "d", "e", "f"];
/** Keys that are somebody's special case: of objects, of numbers, of text, of the alphabet. */
const oddKeys = [
  "",
  "__proto__",
  "constructor",
  "10",
  "9",
  "-1",
  "A",
  "Z",
  "aa",
  "a\u0000",
  "\u0000",
  "é",
  "e\u0301",
  "z",
  "😀",
  "\uffff",
  "\u00ff",
];

export function randomOf(seed: number, round: number): Random {
  return seededRandom(seed * 1_000_003 + round);
}

export function drawKeys(random: Random, count: number, odd = true): string[] {
  const pool = odd ? [...plainKeys, ...oddKeys] : plainKeys;
  return shuffled(random, pool).slice(0, count);
}

export function shuffled<Item>(random: Random, items: readonly Item[]): Item[] {
  const list = [...items];
  for (let last = list.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const [one, two] = [list[last] as Item, list[other] as Item];
    list[last] = two;
    list[other] = one;
  }
  return list;
}

export function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[random.below(items.length)];
  if (item === undefined) throw new RangeError("Expected something to choose from.");
  return item;
}

interface Draft {
  name: string;
  left: number;
  isReader: boolean;
  begunAt: number;
  endedAt: number;
  written: Set<string>;
}

/** Transactions that overlap at random; the last one begins when all others are over, and reads everything. */
export function drawScript(random: Random, mix: Mix): Step[] {
  const steps: Step[] = [];
  const drafts: Draft[] = [];
  const outOfTen = (chance = 0): boolean => random.below(10) < chance;
  let value = 0;

  const begin = (): void => {
    const name = `T${drafts.length + 1}`;
    steps.push(beginning(name, isolationOf(random, mix.serializable ?? 0)));
    drafts.push({
      name,
      left: random.below(mix.calls + 1),
      isReader: outOfTen(mix.readers),
      begunAt: steps.length,
      endedAt: Number.POSITIVE_INFINITY,
      written: new Set(),
    });
  };
  const mayWrite = (draft: Draft, key: string): boolean =>
    mix.conflicts === true ||
    drafts.every(
      (other) => other === draft || !other.written.has(key) || other.endedAt < draft.begunAt,
    );
  const call = (draft: Draft): Step => {
    const t = draft.name;
    if (outOfTen(mix.ranges)) return { t, do: "range", ...drawBounds(random, mix.keys) };
    const key = pick(random, mix.keys);
    if (draft.isReader || random.below(2) === 0 || !mayWrite(draft, key))
      return { t, do: "get", key };
    draft.written.add(key);
    if (outOfTen(mix.deletes)) return { t, do: "delete", key };
    return { t, do: "put", key, value: ++value };
  };

  for (;;) {
    const open = drafts.filter(({ endedAt }) => endedAt === Number.POSITIVE_INFINITY);
    const mayBegin = drafts.length < mix.transactions && open.length < mix.open;
    if (open.length === 0 && !mayBegin) break;
    if (open.length === 0 || (mayBegin && random.below(3) === 0)) {
      begin();
      continue;
    }
    if (outOfTen(mix.turns)) steps.push({ do: "turns", count: 1 + random.below(3) });
    const draft = pick(random, open);
    if (draft.left-- > 0) {
      steps.push(call(draft));
      continue;
    }
    draft.endedAt = steps.length;
    steps.push({ t: draft.name, do: outOfTen(mix.rollbacks) ? "rollback" : "commit" });
  }
  return [...steps, ...readEverything(`T${drafts.length + 1}`, mix.keys)];
}

/** A transaction that reads all of these keys, one by one and in a range. */
export function readEverything(t: string, keys: readonly string[]): Step[] {
  return [
    { t, do: "begin" },
    ...keys.map((key): Step => ({ t, do: "get", key })),
    { t, do: "range" },
    { t, do: "commit" },
  ];
}

export function beginning(t: string, isolation?: Isolation): Step {
  return isolation === undefined ? { t, do: "begin" } : { t, do: "begin", isolation };
}

/** All overlap; each reads a key of its own and puts it. However alike the keys are, nobody is in another's way. */
export function eachItsOwn(keys: readonly string[], isolation?: Isolation): Step[] {
  const ofEach = (stepOf: (t: string, key: string, index: number) => Step): Step[] =>
    keys.map((key, index) => stepOf(`T${index + 1}`, key, index));
  return [
    ...ofEach((t) => beginning(t, isolation)),
    ...ofEach((t, key) => ({ t, do: "get", key })),
    ...ofEach((t, key, index) => ({ t, do: "put", key, value: index + 11 })),
    ...ofEach((t) => ({ t, do: "commit" })),
  ];
}

/** Two for each key, one pair after the other: both write it. */
export function rivalsForEach(keys: readonly string[]): Step[] {
  return keys.flatMap((key, index): Step[] => {
    const pair = [`T${2 * index + 1}`, `T${2 * index + 2}`];
    return [
      ...pair.map((t) => beginning(t)),
      ...pair.map((t): Step => ({ t, do: "put", key, value: 11 })),
      ...pair.map((t): Step => ({ t, do: "commit" })),
    ];
  });
}

/** Two for each key, one pair after the other: one has read it and writes what the other has read, who writes it. */
export function skewAroundEach(keys: readonly string[]): Step[] {
  return keys.flatMap((key, index): Step[] => {
    const [reader, writer] = [`T${2 * index + 1}`, `T${2 * index + 2}`];
    const other = `other ${index}`;
    return [
      beginning(reader, "serializable"),
      beginning(writer, "serializable"),
      { t: reader, do: "get", key },
      { t: writer, do: "get", key: other },
      { t: writer, do: "put", key, value: 11 },
      { t: reader, do: "put", key: other, value: 12 },
      { t: writer, do: "commit" },
      { t: reader, do: "commit" },
    ];
  });
}

/**
 * One reads several ranges, which may meet, overlap and lie within each other, and writes what another has read; the
 * other writes a key that lies in one of them, in some, or in none.
 */
export function severalRanges(random: Random): Step[] {
  const keys = drawKeys(random, 6 + random.below(6), random.below(2) === 0);
  const reads = Array.from({ length: 2 + random.below(4) }, (): Step => ({
    t: "T1",
    do: "range",
    ...drawBounds(random, keys),
  }));
  if (random.below(2) === 0) reads.push({ t: "T1", do: "get", key: pick(random, keys) });
  const other: Step[] = [
    { t: "T2", do: "get", key: "~" },
    { t: "T2", do: "put", key: pick(random, keys), value: 11 },
    { t: "T2", do: "commit" },
  ];
  return [
    beginning("T1", "serializable"),
    beginning("T2", "serializable"),
    ...(random.below(2) === 0 ? [...reads, ...other] : [...other, ...reads]),
    { t: "T1", do: "put", key: "~", value: 12 },
    { t: "T1", do: "commit" },
  ];
}

/** "snapshot" is sometimes said, and sometimes not. */
export function isolationOf(random: Random, serializable: number): Isolation | undefined {
  if (random.below(10) < serializable) return "serializable";
  return random.below(4) === 0 ? "snapshot" : undefined;
}

/** Bounds at a key, a little behind one, or none. */
export function drawBounds(
  random: Random,
  keys: readonly string[],
): { from?: string; to?: string } {
  const bound = (): string => {
    const key = pick(random, keys);
    return random.below(4) === 0 ? `${key}\u0000` : key;
  };
  return {
    ...(random.below(3) === 0 ? {} : { from: bound() }),
    ...(random.below(3) === 0 ? {} : { to: bound() }),
  };
}

// ── Scenes ────────────────────────────────────────────────────────────────────────────────────

/**
 * Steps written as text, one call a line: "T1 put a 1", "T2 range a c", "T1 append a 1", "T1 begin serializable", "turns 3",
 * "100 ms". A key that is no word is written as JSON.
 */
export function scene(text: string): Step[] {
  return text
    .trim()
    .split(/\n|;/)
    .map((line) => stepOf(line.trim()));
}

function stepOf(line: string): Step {
  const [t = "", call = "", ...given] = (line.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? []).map((word) =>
    word.startsWith('"') ? (JSON.parse(word) as string) : word,
  );
  const [first = "", second = ""] = given;
  if (t === "turns") return { do: "turns", count: Number(call) };
  if (call === "ms") return { do: "time", ms: Number(t) };
  switch (call) {
    case "begin":
      return beginning(t, first === "serializable" || first === "snapshot" ? first : undefined);
    case "get":
    case "delete":
      return { t, do: call, key: first };
    case "put":
      return { t, do: "put", key: first, value: Number(second) };
    case "append":
      return { t, do: "append", key: first, element: second };
    case "range":
      return {
        t,
        do: "range",
        ...(given.length > 0 ? { from: first } : {}),
        ...(given.length > 1 ? { to: second } : {}),
      };
    case "commit":
    case "rollback":
      return { t, do: call };
    default:
      throw new RangeError(`Expected a step such as "T1 put a 1", got "${line}".`);
  }
}

/** A transaction that commits these entries, and one that reads everything when the others are over. */
export function framed(entries: Readonly<Record<string, number>>, steps: readonly Step[]): Step[] {
  const keys = new Set([
    ...Object.keys(entries),
    ...steps.flatMap((step) => ("key" in step ? [step.key] : [])),
  ]);
  const count = namesIn(steps).length;
  return [
    { t: "T0", do: "begin" },
    ...Object.entries(entries).map(([key, value]): Step => ({ t: "T0", do: "put", key, value })),
    { t: "T0", do: "commit" },
    ...steps,
    ...readEverything(`T${count + 1}`, [...keys]),
  ];
}
