/**
 * Of several ranges one is kept, from the first of all starts to the last of all ends.
 *
 * Wrong: what lies between two ranges was read by nobody.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { type Bounds, PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/isolation-costs-only-the-guilty",
  level: 3,
  misconception: "between two things that were read lies a third",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new Hull(this, isSerializable);
  }
}

class Hull extends PlainTransaction {
  override noteRange({ start, end }: Bounds): void {
    if (!this.isSerializable || (start !== undefined && end !== undefined && end <= start)) return;
    const [known] = this.rangesRead;
    if (known === undefined) {
      super.noteRange({ start, end });
      return;
    }
    const starts = [known.start ?? "", start ?? ""].sort();
    const isOpen = known.end === undefined || end === undefined;
    const ends = [known.end ?? "", end ?? ""].sort();
    this.rangesRead[0] = { start: starts[0], end: isOpen ? undefined : ends[1] };
  }
}
