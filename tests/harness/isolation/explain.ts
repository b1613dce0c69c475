/** A verdict in words: what is wrong, who took part, and the cycle step by step. Plain text, no colour. */
import type { Anomaly } from "./anomaly.ts";
import { anomalyNames } from "./anomaly.ts";
import type { IsolationModel, IsolationVerdict } from "./judge.ts";
import type { Transaction } from "./transaction.ts";
import { nameOf } from "./transaction.ts";
import { count, describeText, describeTransaction } from "./words.ts";

const modelNames: Readonly<Record<IsolationModel, string>> = {
  "snapshot-isolation": "snapshot isolation",
  serializable: "serializable",
};
const listsShownMax = 5;

export interface ExplainedQuestion {
  readonly model: IsolationModel;
  readonly realTime?: boolean;
  /** May add where a transaction stands, such as its line in a file. */
  readonly describePlace?: (transaction: Transaction) => string;
}

export function explainVerdict(
  verdict: IsolationVerdict,
  transactions: readonly Transaction[],
  { model, realTime = false, describePlace = () => "" }: ExplainedQuestion,
): string {
  const asked = `${modelNames[model]}${realTime ? ", in real time" : ""}`;
  const size = `${count(transactions.length, "transaction")}, ${verdict.committed.toLocaleString("en-US")} of them committed, ${count(verdict.lists, "list")}`;
  if (verdict.verdict === "ok") return `✓ ${capital(asked)}: ${size}.`;
  if (verdict.verdict === "undecided") {
    const shown = verdict.unordered.slice(0, listsShownMax).map(describeText).join(", ");
    const more = verdict.unordered.length > listsShownMax ? ", …" : "";
    return [
      `? Undecided (${asked}): ${size}.`,
      "",
      `  No read shows in which order several transactions appended to ${count(verdict.unordered.length, "list")} (${shown}${more}),`,
      "  and the budget was spent before their orders were tried. End a history with a read of every list.",
    ].join("\n");
  }
  return [
    `✗ Not ${asked}: ${size}.`,
    ...verdict.anomalies.flatMap((anomaly) => [
      "",
      ...explainAnomaly(anomaly, transactions, describePlace),
    ]),
  ].join("\n");
}

/** The anomaly's lines, indented by two. */
export function explainAnomaly(
  anomaly: Anomaly,
  transactions: readonly Transaction[],
  describePlace: (transaction: Transaction) => string = () => "",
): string[] {
  const lines = [`  ${titleOf(anomaly)}: ${anomaly.sentence}`];
  for (const index of anomaly.transactions) {
    const transaction = transactions[index];
    if (transaction === undefined) continue;
    const place = describePlace(transaction);
    lines.push(
      `    ${nameOf(transactions, index)}  ${describeTransaction(transaction)}${place === "" ? "" : `   ${place}`}`,
    );
  }
  for (const { type, from, to, because } of anomaly.cycle)
    lines.push(
      `    ${nameOf(transactions, from)} ─${type}→ ${nameOf(transactions, to)}  because ${because}`,
    );
  const [first] = anomaly.cycle;
  if (first !== undefined)
    lines.push(`    therefore ${nameOf(transactions, first.from)} would come before itself`);
  return lines;
}

/** "lost update", "circular information flow (G1c), by the clock" */
export function titleOf({ kind, needsRealTime }: Anomaly): string {
  return `${anomalyNames[kind]}${needsRealTime ? ", by the clock" : ""}`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
