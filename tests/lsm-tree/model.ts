/** The pure specification: a map sorted by the UTF-8 bytes of its keys. */
import type { Entry } from "#katas/lsm-tree/contract.ts";

/** Negative, zero or positive, as the bytes of the keys compare: at the first that differs, or the shorter first. */
export function compareKeys(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

export interface Bounds {
  readonly start?: string | undefined;
  readonly end?: string | undefined;
}

export class Model {
  /** In the order of their keys. */
  readonly #entries: [key: string, value: string][] = [];

  get(key: string): string | undefined {
    const place = this.#placeOf(key);
    const entry = this.#entries[place];
    return entry?.[0] === key ? entry[1] : undefined;
  }

  /** Undefined deletes. */
  set(key: string, value: string | undefined): void {
    const place = this.#placeOf(key);
    const known = this.#entries[place]?.[0] === key ? 1 : 0;
    if (value === undefined) this.#entries.splice(place, known);
    else this.#entries.splice(place, known, [key, value]);
  }

  /** A copy, which nothing later changes. */
  range({ start, end }: Bounds = {}): readonly Entry[] {
    const first = start === undefined ? 0 : this.#placeOf(start);
    const last = end === undefined ? this.#entries.length : this.#placeOf(end);
    return this.#entries.slice(first, Math.max(first, last));
  }

  /** Where a key stands, or would. */
  #placeOf(key: string): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const entry = this.#entries[middle];
      if (entry !== undefined && compareKeys(entry[0], key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
