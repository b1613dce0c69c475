import type { MvccStore, Subject, Transaction } from "#katas/mvcc-store/contract.ts";
import { type HostedStore, hostLife } from "../../harness/stress/host.ts";
import {
  accountsCount,
  accountsFrom,
  accountsTo,
  balanceAtFirst,
  type StressParameters,
  type TransactionCall,
} from "./operation.ts";

const durableLevel = 5;

function hosted(store: MvccStore): HostedStore {
  /** Transactions that have begun and wait for their second call. */
  const open = new Map<string, Transaction>();
  return {
    call: (request) => answerTo(store, open, request as TransactionCall),
    close: () => store.close(),
  };
}

async function answerTo(
  store: MvccStore,
  open: Map<string, Transaction>,
  request: TransactionCall,
): Promise<string> {
  switch (request.call) {
    case "begin": {
      const transaction = request.isSerializable
        ? store.begin({ isolation: "serializable" })
        : store.begin();
      const values = request.reads.map((key) => transaction.get(key) ?? null);
      open.set(request.t, transaction);
      return JSON.stringify(values);
    }
    case "append": {
      const transaction = taken(open, request.t);
      const before = request.appends.map(([key, element]) => {
        const list = (transaction.get(key) ?? []) as string[];
        transaction.put(key, [...list, element]);
        return list;
      });
      await transaction.commit();
      return JSON.stringify(before);
    }
    case "transfer": {
      const transaction = taken(open, request.t);
      const balance = (key: string): number => Number(transaction.get(key) ?? balanceAtFirst);
      transaction.put(request.from, balance(request.from) - request.amount);
      transaction.put(request.to, balance(request.to) + request.amount);
      await transaction.commit();
      return "moved";
    }
    case "audit": {
      const transaction = store.begin();
      const accounts = transaction.range(accountsFrom, accountsTo);
      await transaction.commit();
      const untouched = (accountsCount - accounts.length) * balanceAtFirst;
      return String(accounts.reduce((sum, [, balance]) => sum + Number(balance), untouched));
    }
    case "look": {
      const transaction = store.begin();
      const values = request.reads.map((key) => transaction.get(key) ?? null);
      await transaction.commit();
      return JSON.stringify(values);
    }
  }
}

function taken(open: Map<string, Transaction>, t: string): Transaction {
  const transaction = open.get(t);
  open.delete(t);
  if (transaction === undefined) throw new Error(`${t} has not begun.`);
  return transaction;
}

/** The host of a life: the subject's store, on the real disk from level 5 on, behind the calls that clients send. */
void hostLife(async (subject, disk, plan) => {
  const { level } = plan.parameters as StressParameters;
  const { openMvccStore } = subject as unknown as Subject;
  const { directory } = plan;
  return hosted(
    level >= durableLevel ? await openMvccStore({ disk, directory }) : await openMvccStore(),
  );
});
