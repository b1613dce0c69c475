/** Lists and transactions as messages show them. */
import type { ListOperation, Transaction } from "./transaction.ts";

const elementsShownMax = 6;

/** `[1 2 3]`; of a long list, its end. */
export function describeList(elements: readonly string[]): string {
  const shown = elements.slice(-elementsShownMax).map(describeText);
  return `[${elements.length > elementsShownMax ? "… " : ""}${shown.join(" ")}]`;
}

/** As it is where that is unambiguous, else in quotes. */
export function describeText(text: string): string {
  return /^[\w.:/-]+$/.test(text) ? text : JSON.stringify(text);
}

export function describeOperation(operation: ListOperation): string {
  switch (operation.call) {
    case "append":
      return `append ${describeText(operation.element)} to ${describeText(operation.key)}`;
    case "read":
      return `read ${describeText(operation.key)} → ${operation.elements === undefined ? "unknown" : describeList(operation.elements)}`;
    case "range":
      return `range ${describeText(operation.from)} to ${operation.to === undefined ? "the end" : describeText(operation.to)} → ${describeFound(operation.found)}`;
  }
}

function describeFound(found: ReadonlyMap<string, readonly string[]> | undefined): string {
  if (found === undefined) return "unknown";
  if (found.size === 0) return "nothing";
  return [...found]
    .map(([key, elements]) => `${describeText(key)} ${describeList(elements)}`)
    .join(", ");
}

/** "append 1 to a · read b → []" */
export function describeTransaction({ client, operations, outcome }: Transaction): string {
  const fate =
    outcome === "ok" ? "" : outcome === "failed" ? ", did not commit" : ", commit not known";
  const done = operations.map(describeOperation).join(" · ");
  return `client ${client}  ${done === "" ? "nothing" : done}${fate}`;
}

export function count(quantity: number, singular: string, plural = `${singular}s`): string {
  return `${quantity.toLocaleString("en-US")} ${quantity === 1 ? singular : plural}`;
}
