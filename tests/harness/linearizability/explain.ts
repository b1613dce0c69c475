/**
 * A verdict in words, and where there is something to see, as a picture of the moments around the operation that cannot
 * be placed. Plain text, no colour.
 */
import type { LinearizabilityVerdict, Operation } from "./judge.ts";
import type { Answer, KeyValueInput, RegisterInput, Value } from "./models.ts";

type AnyInput = RegisterInput | KeyValueInput;
type AnyOperation = Operation<AnyInput, Answer>;
type AnyVerdict = LinearizabilityVerdict<Value, AnyInput, Answer>;

/** How many of the operations placed last are shown. */
const placedShownMax = 8;
const rowsShownMax = 12;

/** `describePlace` may add where an operation stands, such as its line in a file. */
export function explainVerdict(
  verdict: AnyVerdict,
  operations: readonly AnyOperation[],
  describePlace: (operation: AnyOperation) => string = () => "",
): string {
  const spent = `${count(verdict.nodes, "node")} searched`;
  if (verdict.verdict === "ok") {
    return `✓ Linearizable: ${count(operations.length, "operation")}, ${count(verdict.partitions, "key")}, ${spent}.`;
  }
  const { partition, linearization, state, unplaced } = verdict;
  const ofKey = operations.filter((operation) => operation.input.key === partition);
  const answeredCount = ofKey.filter((operation) => operation.outcome === "ok").length;
  const placedAnsweredCount = linearization.filter(
    (operation) => operation.outcome === "ok",
  ).length;
  const keyText = partition === "" ? "" : ` Key ${JSON.stringify(partition)}.`;
  const place = (operation: AnyOperation): string => {
    const described = describePlace(operation);
    return described === "" ? "" : `   ${described}`;
  };

  const lines =
    verdict.verdict === "illegal"
      ? [
          `✗ Not linearizable.${keyText} No order of its operations explains every answer (${spent}).`,
        ]
      : [
          `? Undecided.${keyText} The budget was spent before an order was found or ruled out (${spent}).`,
        ];
  lines.push(
    "",
    `  Longest order found: ${placedAnsweredCount} of ${count(answeredCount, "answered operation")}`,
  );
  const hiddenCount = Math.max(0, linearization.length - placedShownMax);
  if (hiddenCount > 0) lines.push(`    … ${hiddenCount} before`);
  for (const [index, operation] of linearization.slice(hiddenCount).entries()) {
    lines.push(
      `    ${hiddenCount + index + 1}. ${describeOperation(operation)}${place(operation)}`,
    );
  }
  if (linearization.length === 0) lines.push("    (nothing)");
  lines.push(
    "",
    `  ${verdict.verdict === "illegal" ? "Cannot come next" : "Not placed yet"}: ${describeOperation(unplaced)}${place(unplaced)}`,
    ...(verdict.verdict === "illegal"
      ? [`    ${explainUnplaced(unplaced, state, ofKey).trimEnd()}`]
      : []),
    "",
    ...drawMoments(unplaced, linearization, ofKey),
  );
  return lines.join("\n");
}

export function describeOperation(operation: AnyOperation): string {
  const cutOff =
    operation.outcome === "maybe"
      ? ", never answered"
      : operation.outcome === "failed"
        ? ", failed"
        : "";
  return `client ${operation.client}  ${describeCall(operation.input)}${describeAnswer(operation)}${cutOff}`;
}

function describeCall(input: AnyInput): string {
  switch (input.call) {
    case "cas":
      return `cas ${describeValue(input.from)} to ${describeValue(input.to)}`;
    case "write":
    case "put":
    case "append":
      return `${input.call} ${describeValue(input.value)}`;
    default:
      return input.call;
  }
}

function describeAnswer({ output }: AnyOperation): string {
  if (output === undefined) return "";
  return ` → ${typeof output === "boolean" ? String(output) : describeValue(output)}`;
}

function describeValue(value: Value): string {
  if (value === null) return "absent";
  return /^[\w.:-]+$/.test(value) ? value : JSON.stringify(value);
}

function explainUnplaced(
  unplaced: AnyOperation,
  state: Value,
  ofKey: readonly AnyOperation[],
): string {
  const here = `The value is then ${describeValue(state)}`;
  const { input, output } = unplaced;
  if (typeof output === "string" || output === null) {
    if (output === state)
      return `${here}, as it saw, but every order that goes on from there ends without an explanation.`;
    return `${here}, but it saw ${describeValue(output)}. ${explainValueSeen(output, unplaced, ofKey)}`;
  }
  if (input.call === "cas" && output !== undefined) {
    return `${here}, but it ${output ? "found" : "did not find"} ${describeValue(input.from)}.`;
  }
  if (input.call === "delete" && output !== undefined) {
    return `${here}, but it found ${output ? "a value" : "nothing"}.`;
  }
  return `${here}. Placed here, it leaves later answers without an explanation.`;
}

/** Who gave the value that was seen, and how that stands in time. */
function explainValueSeen(
  value: Value,
  seenBy: AnyOperation,
  ofKey: readonly AnyOperation[],
): string {
  if (ofKey.some(({ input, outcome }) => input.call === "append" && outcome !== "failed"))
    return "";
  const writers = ofKey.filter(
    ({ input, outcome }) => outcome !== "failed" && writes(input, value),
  );
  if (writers.length === 0 && value !== null) return "Nothing ever wrote that.";
  const [writer, ...others] = writers;
  if (writer === undefined || others.length > 0) return "";
  if (writer.calledAt > seenBy.settledAt)
    return `It was written only later (${describeOperation(writer)}).`;
  const overwrittenBy = ofKey.find(
    ({ input, outcome, calledAt, settledAt }) =>
      outcome === "ok" &&
      settledAt < seenBy.calledAt &&
      calledAt > writer.settledAt &&
      input.call !== "cas" &&
      "value" in input &&
      input.value !== value,
  );
  return overwrittenBy === undefined
    ? ""
    : `That had been overwritten before (${describeOperation(overwrittenBy)}).`;
}

function writes(input: AnyInput, value: Value): boolean {
  if (input.call === "delete") return value === null;
  return (
    (input.call === "cas" && input.to === value) || ("value" in input && input.value === value)
  );
}

/**
 * One row an operation: those placed last, the one that cannot be placed, and those that overlap it. A column is a
 * moment at which one of them is called or settles, so lengths mean order, not duration.
 */
function drawMoments(
  unplaced: AnyOperation,
  linearization: readonly AnyOperation[],
  ofKey: readonly AnyOperation[],
): string[] {
  const overlapping = ofKey.filter(
    (operation) =>
      operation.outcome !== "failed" &&
      operation.calledAt <= unplaced.settledAt &&
      operation.settledAt >= unplaced.calledAt &&
      Number.isFinite(operation.settledAt),
  );
  const shown = [...new Set([unplaced, ...linearization.slice(-rowsShownMax / 2), ...overlapping])]
    .slice(0, rowsShownMax)
    .sort((a, b) => a.calledAt - b.calledAt);
  const moments = [...new Set(shown.flatMap(({ calledAt, settledAt }) => [calledAt, settledAt]))]
    .filter((moment) => moment !== Infinity)
    .sort((a, b) => a - b);
  const width = moments.length * 3;
  return shown.map((operation) => {
    const start = moments.indexOf(operation.calledAt) * 3;
    const isOpen = operation.settledAt === Infinity;
    const end = isOpen ? width : moments.indexOf(operation.settledAt) * 3 + 2;
    const closing = isOpen ? "…" : operation.outcome === "maybe" ? "╳" : "┤";
    const bar = `${" ".repeat(start)}├${"─".repeat(Math.max(0, end - start - 1))}${closing}`;
    const mark = operation === unplaced ? "  ←" : "";
    return `    ${bar.padEnd(width + 2)} ${describeOperation(operation)}${mark}`;
  });
}

function count(quantity: number, noun: string): string {
  return `${quantity.toLocaleString("en-US")} ${noun}${quantity === 1 ? "" : "s"}`;
}
