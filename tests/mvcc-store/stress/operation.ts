/** What a client asks of the store, as the journals keep it and as it travels to the host. */
export type TransactionCall =
  /** Begins a transaction, and reads these keys in it. Answers with what is under them, as JSON. */
  | { call: "begin"; t: string; isSerializable: boolean; reads: string[] }
  /** Appends in it, and commits. Answers with the lists before each append, as JSON. */
  | { call: "append"; t: string; appends: [key: string, element: string][] }
  /** Moves money in it, and commits. */
  | { call: "transfer"; t: string; from: string; to: string; amount: number }
  /** A transaction of its own that adds up all accounts. */
  | { call: "audit" }
  /** A transaction of its own that reads these lists. */
  | { call: "look"; reads: string[] };

/** What a life of this kata needs to know beyond the harness's plan. */
export interface StressParameters {
  life: number;
  level: number;
}

export const accountsCount = 8;
/** What is in an account that nobody has touched. */
export const balanceAtFirst = 100;

export function accountKey(number: number): string {
  return `account-${number}`;
}

export const accountsFrom = "account-";
export const accountsTo = "account.";

const durableLevel = 5;

/** Lists of one epoch are read and written together, so each epoch is a history of its own. */
export function epochOf(key: string): string {
  return key.slice(0, key.lastIndexOf("-"));
}

/** Below the level of the disk every life has a store of its own, so its lists have names of their own. */
export function listKey(
  { life, level }: StressParameters,
  { epoch, list }: { epoch: number; list: number },
): string {
  const prefix = level >= durableLevel ? "" : `life${life}.`;
  return `${prefix}e${epoch}-${list}`;
}

/** Every other epoch belongs to serializable transactions, from the level at which there are any. */
export function isSerializableEpoch(epoch: number, level: number): boolean {
  return level >= 3 && epoch % 2 === 1;
}
