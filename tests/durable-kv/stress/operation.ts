/** What a client asks of the store, as the journals keep it. */
export type KvOperation =
  | { call: "get"; key: string }
  | { call: "put"; key: string; value: string }
  | { call: "delete"; key: string }
  | { call: "compact" };

/** The same on its way to the host: names have become bytes. */
export type KvRequest =
  | { call: "get"; key: Uint8Array }
  | { call: "put"; key: Uint8Array; value: Uint8Array }
  | { call: "delete"; key: Uint8Array }
  | { call: "compact" };

/** What a life of this kata needs to know beyond the harness's plan. */
export interface KvParameters {
  /** Calls of compact are part of the work. */
  compacts: boolean;
  /** Options of the store; those above the subject's level are not given. */
  options: { writersWaitingMax?: number; segmentBytesMax?: number };
}
