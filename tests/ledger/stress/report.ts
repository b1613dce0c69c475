/** What a validator's thread is told, and what it says. */
import type { Outcome } from "#katas/ledger/contract.ts";

export interface ValidatorOptions {
  /** The bundled subject, and the code of its workers. */
  subject: string;
  handlers: string;
  /** Where the objects are. */
  directory: string;
  /** No two are alike, those that follow a killed one included. */
  number: number;
  seed: number;
  level: number;
  /** How many commits are under way at a time. */
  overlap: number;
  /** Opens the accounts, spends their money until it is stopped, or looks at what is left. */
  task: "open" | "spend" | "look";
}

export type Report =
  | {
      kind: "called";
      call: number;
      transactions: unknown[];
      policy: "all-or-nothing" | "valid-only";
    }
  | { kind: "answered"; call: number; version: number | null; outcomes: readonly Outcome[] }
  | { kind: "refused"; call: number; code: string | undefined; what: string }
  | {
      kind: "looked";
      version: number;
      accounts: [string, { balance: number; balanceMin: number }][];
    }
  | { kind: "killed a worker" }
  | { kind: "problem"; what: string }
  | { kind: "done" };
