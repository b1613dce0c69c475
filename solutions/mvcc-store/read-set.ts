/**
 * What a serializable transaction has looked at: keys, found or not, and ranges, with all that was
 * not in them. Kept as bounds, a range covers keys that nobody has thought of yet.
 */

interface Range {
  readonly start: string | undefined;
  readonly end: string | undefined;
}

export class ReadSet {
  readonly #keys = new Set<string>();
  readonly #ranges: Range[] = [];

  addKey(key: string): void {
    this.#keys.add(key);
  }

  addRange(start: string | undefined, end: string | undefined): void {
    this.#ranges.push({ start, end });
  }

  /** Whether a write of this key changes something that was read. */
  covers(key: string): boolean {
    return (
      this.#keys.has(key) ||
      this.#ranges.some(
        ({ start, end }) =>
          (start === undefined || start <= key) && (end === undefined || key < end),
      )
    );
  }
}
