/**
 * Randomness as an injected port: the same seed gives the same numbers on every machine.
 */
export interface Random {
  /** A number in [0, 1). */
  next(): number;

  /** A whole number in [0, limit). */
  below(limit: number): number;
}

/** A small, fast generator (Mulberry32): 2³² different sequences, good enough for schedules and test data. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return { next, below: (limit) => Math.floor(next() * limit) };
}
