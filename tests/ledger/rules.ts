/** The rules that checks hand in, by name, so that a case stays plain data. */
import { WorkerLostError } from "#platform/errors.ts";
import type { Rule, Transaction } from "#katas/ledger/contract.ts";

export const ruleNames = ["small", "no mallory", "keep ten", "silent on 7", "fails on 13"] as const;
export type RuleName = (typeof ruleNames)[number];

export const slowRuleNames = [
  "even",
  "lost on 13",
  "no mallory, slowly",
  "silent on 7, slowly",
  "slow on 13",
] as const;
export type SlowRuleName = (typeof slowRuleNames)[number];

const mentions = (transaction: Transaction, name: string): boolean =>
  transaction.kind === "open"
    ? transaction.account === name
    : transaction.from === name || transaction.to === name;

const rules: Readonly<Record<RuleName, Rule>> = {
  small: {
    check: (transaction) =>
      transaction.kind === "transfer" && transaction.cents > 1000 ? "more than 1000" : undefined,
  },
  "no mallory": {
    check: (transaction) => (mentions(transaction, "mallory") ? "mallory is barred" : undefined),
  },
  /** Looks at the accounts: who gives keeps ten cents. */
  "keep ten": {
    check(transaction, accounts) {
      if (transaction.kind !== "transfer") return undefined;
      const giver = accounts.get(transaction.from);
      if (giver === undefined || giver.balanceMin < 0) return undefined;
      return giver.balance - transaction.cents < 10 ? "ten cents must stay" : undefined;
    },
  },
  /** Its reason is a text without a letter, and a reason nevertheless. */
  "silent on 7": {
    check: (transaction) =>
      transaction.kind === "transfer" && transaction.cents === 7 ? "" : undefined,
  },
  "fails on 13": {
    check(transaction) {
      if (transaction.kind === "transfer" && transaction.cents === 13)
        throw new Error("the rule fails on 13");
      return undefined;
    },
  },
};

export function ruleNamed(name: RuleName): Rule {
  return rules[name];
}

/** What a slow rule says of a transaction; "fails" when it rejects. */
export function slowAnswer(name: SlowRuleName, transaction: Transaction): string | undefined {
  if (name === "even")
    return transaction.kind === "transfer" && transaction.cents % 2 === 1 ? "odd cents" : undefined;
  if (name === "silent on 7, slowly")
    return transaction.kind === "transfer" && transaction.cents === 7 ? "" : undefined;
  if (name === "slow on 13" || name === "lost on 13")
    return transaction.kind === "transfer" && transaction.cents === 13 ? "fails" : undefined;
  return mentions(transaction, "mallory") ? "mallory is barred, slowly" : undefined;
}

/** The code of a slow rule, as a handler of a pool. */
export function slowHandler(name: SlowRuleName): (input: unknown) => unknown {
  return (input) => {
    const answer = slowAnswer(name, input as Transaction);
    // Some errors of rules have a code that others have as well.
    if (answer === "fails" && name === "lost on 13")
      throw new WorkerLostError("the slow rule fails on 13");
    if (answer === "fails") throw new Error("the slow rule fails on 13");
    return answer;
  };
}

// ── As code, for kept tests ───────────────────────────────────────────────────────────────────

const ruleCode: Readonly<Record<RuleName, string>> = {
  small: '{ check: ({ cents }) => (cents > 1000 ? "more than 1000" : undefined) }',
  "no mallory":
    '{ check: ({ account, from, to }) => ([account, from, to].includes("mallory") ? "mallory is barred" : undefined) }',
  "keep ten":
    '{ check: ({ from, cents }, accounts) => (accounts.get(from)?.balanceMin === 0 && accounts.get(from).balance - cents < 10 ? "ten cents must stay" : undefined) }',
  "silent on 7": '{ check: ({ cents }) => (cents === 7 ? "" : undefined) }',
  "fails on 13":
    '{ check: ({ cents }) => { if (cents === 13) throw new Error("the rule fails on 13"); } }',
};

const slowRuleCode: Readonly<Record<SlowRuleName, string>> = {
  even: '({ cents }) => (cents % 2 === 1 ? "odd cents" : undefined)',
  "no mallory, slowly":
    '({ account, from, to }) => ([account, from, to].includes("mallory") ? "mallory is barred, slowly" : undefined)',
  "silent on 7, slowly": '({ cents }) => (cents === 7 ? "" : undefined)',
  "lost on 13":
    '({ cents }) => { if (cents === 13) throw Object.assign(new Error("the slow rule fails on 13"), { code: "WORKER_LOST" }); }',
  "slow on 13":
    '({ cents }) => { if (cents === 13) throw new Error("the slow rule fails on 13"); }',
};

export function ruleAsCode(name: RuleName): string {
  return ruleCode[name];
}

export function slowRuleAsCode(name: SlowRuleName): string {
  return slowRuleCode[name];
}
