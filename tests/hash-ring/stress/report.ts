/** What a thread is told. */
export interface BuilderOptions {
  /** The bundled subject. */
  subject: string;
  thread: number;
  seed: number;
  level: number;
}

/** What a thread says: who owns the keys after an epoch, or what it has seen that cannot be. */
export type Report =
  | {
      kind: "owners";
      thread: number;
      round: number;
      epoch: number;
      keys: readonly string[];
      /** For each key its owners as one text. */
      owners: readonly string[];
      lookups: number;
    }
  | { kind: "problem"; thread: number; what: string; lookups: number };
