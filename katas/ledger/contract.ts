/**
 * What you export. A file may also export the level it has reached and, if it takes one call
 * at a time by design, the reason for it.
 */
export interface Subject {
  createLedger: CreateLedger;

  /** The highest level this code claims. Promises above it are not tried. Without it: all of them. */
  level?: number;

  /** Declines the promises about concurrent calls: "one caller at a time, because …". */
  singleThreaded?: string;
}

/**
 * Scaffold: what is made, from what, and when it refuses. Each comment of this file becomes a promise; each
 * option names the level from which it must be honoured.
 */
export type CreateLedger = () => Ledger;

/** Scaffold: what holds for every call. Whatever may wait for the world is asynchronous. */
export interface Ledger {
  /** Scaffold: replace this call by those of the kata. */
  add(item: string): void;

  /** Scaffold: replace this call too. */
  has(item: string): boolean;
}
