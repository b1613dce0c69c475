/**
 * Histories for tests, a line a transaction: "read a [], append a 1", "failed append a 1", "maybe append a 1",
 * "read a [1 2] @3..4" with the times of its call and answer, "range a..c a[1] b[2]", "read a ?" for an unseen answer.
 * Without times all transactions are concurrent.
 */
import type { ListOperation, Transaction } from "./transaction.ts";

export function history(...lines: readonly string[]): Transaction[] {
  return lines.map((line, client) => {
    const [, fate = "", done = "", calledAt = "0", settledAt = "9"] =
      /^(failed |maybe |)(.*?)(?: @(\d+)\.\.(\d*))?$/.exec(line) ?? [];
    return {
      client,
      operations: done.split(", ").map(operationOf),
      calledAt: Number(calledAt),
      settledAt: settledAt === "" ? Infinity : Number(settledAt),
      outcome: fate === "failed " ? "failed" : fate === "maybe " ? "maybe" : "ok",
    };
  });
}

function operationOf(text: string): ListOperation {
  const [call = "", key = "", ...rest] = text.split(" ");
  const argument = rest.join(" ");
  if (call === "append") return { call, key, element: argument };
  if (call === "read")
    return { call, key, elements: argument === "?" ? undefined : elementsOf(argument) };
  if (call !== "range") throw new Error(`Expected append, read or range, got "${text}".`);
  const [from = "", to = ""] = key.split("..");
  const found = [...argument.matchAll(/(\w+)(\[[^\]]*\])/g)].map(
    ([, name = "", list = ""]) => [name, elementsOf(list)] as const,
  );
  return { call, from, to: to === "" ? undefined : to, found: new Map(found) };
}

function elementsOf(list: string): string[] {
  return list.slice(1, -1).split(" ").filter(Boolean);
}
