/** The pieces of which kept tests are made: values, rules, validators, batches. */
import { ruleAsCode, type RuleName, slowRuleAsCode } from "../rules.ts";
import type { Item, ScriptOptions } from "../script.ts";

const identifier = /^[A-Za-z_$][\w$]*$/;

/** The value that an item stands for, as an expression. */
export function itemText(item: Item): string {
  if (Array.isArray(item)) return `[${item.map(itemText).join(", ")}]`;
  if (typeof item !== "object" || item === null) return valueText(item);
  const { $: odd, repeat } = item as { $?: string; repeat?: [string, number] };
  if (odd !== undefined) return odd === "bigint" ? "5n" : odd;
  if (repeat !== undefined) return `${JSON.stringify(repeat[0])}.repeat(${repeat[1]})`;
  const parts = Object.entries(item).map(
    ([name, value]) => `${nameText(name)}: ${itemText(value)}`,
  );
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}

/** A plain value as an expression. */
export function valueText(value: unknown): string {
  if (value === undefined) return "undefined";
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return itemText(value);
  return JSON.stringify(value);
}

function nameText(name: string): string {
  return identifier.test(name) ? name : JSON.stringify(name);
}

export function batchText(batch: readonly Item[], policy?: string): string {
  const items = batch.map(itemText);
  const list =
    items.length < 2
      ? `[${items.join("")}]`
      : `[\n${items.map((item) => `    ${item},\n`).join("")}  ]`;
  return `{ transactions: ${list}${policy === undefined ? "" : `, policy: "${policy}"`} }`;
}

/** Lines of a text that has line breaks. */
export function lines(...texts: string[]): string[] {
  return texts.flatMap((text) => text.split("\n"));
}

/** Rules and slow rules that the options name, as properties of the validator's options. */
export function optionsText({
  attemptsMax,
  commitsWaitingMax,
  rules,
  slowRules,
}: ScriptOptions = {}): string {
  const parts = [
    attemptsMax === undefined ? "" : `attemptsMax: ${attemptsMax}`,
    commitsWaitingMax === undefined ? "" : `commitsWaitingMax: ${commitsWaitingMax}`,
    rules === undefined
      ? ""
      : `rules: [${rules.map((name: RuleName) => ruleAsCode(name)).join(", ")}]`,
    slowRules === undefined ? "" : `slowRules: ${JSON.stringify(slowRules)}, pool: slowly`,
  ];
  return parts
    .filter((part) => part !== "")
    .map((part) => `${part}, `)
    .join("");
}

/** A store, a clock on which pauses take no time, and how validators are made. */
export function worldLines(options: ScriptOptions = {}): string[] {
  const { slowRules = [] } = options;
  const slow =
    slowRules.length === 0
      ? []
      : lines(
          "// Where slow rules run.",
          `const handlers = { ${slowRules.map((name) => `${JSON.stringify(name)}: ${slowRuleAsCode(name)}`).join(", ")} };`,
          options.executor === "pool"
            ? "const slowly = createTaskPool({ inFlightMax: 3, queueLengthMax: 4096, handlers });"
            : "const slowly = { submit: async ({ kind, input }) => handlers[kind](input) };",
        );
  return [
    ...slow,
    ...lines(
      "// Pauses take no time.",
      "let now = 0;",
      "const clock = { now: () => now, sleep: async (ms) => void (now += ms) };",
      "let validators = 0;",
      "const validatorOn = (store, more = {}) =>",
      `  createCommitValidator({ store, prefix: "ledger/", clock, random: seededRandom(++validators), ${optionsText(options)}...more });`,
      "const balancesIn = ({ accounts }) =>",
      "  [...accounts].map(([name, { balance, balanceMin }]) => [name, balance, balanceMin + 0]).sort();",
    ),
  ];
}
