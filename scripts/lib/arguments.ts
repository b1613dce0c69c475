/**
 * What every command understands of its command line, in one place.
 *
 * A command declares its words and options; from the declaration come the typed values, `--help`,
 * and an answer to each mistake that says what was expected. A mistake is a `UsageError`; whoever
 * runs the command turns it into exit code 2 with nothing on standard output (`run-command.ts`).
 *
 * npm keeps options that are typed without `--` for itself and shows them to the command only as
 * `npm_config_<name>` in the environment. They are found there and answered with the corrected line.
 */
import { parseArgs } from "node:util";
import type { CommandDeclaration, OptionDeclarations } from "./command-declaration.ts";
import { wrap } from "./terminal/text.ts";
import { nearest } from "./nearest.ts";
import { optionsThatNpmKept } from "./npm-options.ts";

/** Flags are always there; other options are `undefined` unless they were typed. */
export type OptionValues<Options extends OptionDeclarations> = {
  readonly [Name in keyof Options]: Options[Name]["type"] extends "flag"
    ? boolean
    : ValueOf<Options[Name]["type"]> | undefined;
};

type ValueOf<Type> = Type extends "number"
  ? number
  : Type extends "texts"
    ? readonly string[]
    : string;

export interface CommandLine<Options extends OptionDeclarations> {
  readonly words: readonly string[];
  readonly options: OptionValues<Options>;
  readonly helpWanted: boolean;
}

/** The command could not begin: says what was expected, what was found, and the nearest match. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code = "USAGE";
}

const helpColumns = 80;

type Value = boolean | number | string | readonly string[];

export function parseCommandLine<const Options extends OptionDeclarations>(
  declaration: CommandDeclaration<Options>,
  typed: readonly string[] = process.argv.slice(2),
  environment: Readonly<Record<string, string | undefined>> = process.env,
): CommandLine<Options> {
  refuseOptionsThatNpmKept(declaration, typed, environment);

  const words: string[] = [];
  const values = new Map<string, Value>();
  let helpWanted = false;
  /** The values of the `texts` option that was typed last. */
  let texts: string[] | undefined;
  for (const token of tokensOf(declaration.options, typed)) {
    if (token.kind === "positional" && texts !== undefined) texts.push(token.value);
    else if (token.kind === "positional") {
      const plain = optionTypedAsWord(declaration.options, token.value);
      if (plain === undefined) words.push(token.value);
      else values.set(plain.name, plain.value);
    } else if (token.kind === "option") {
      texts = undefined;
      if (token.name === "help" || token.name === "h") {
        helpWanted = true;
        continue;
      }
      const value = valueOf(declaration, token.name, token.rawName, token.value);
      if (declaration.options[token.name]?.type === "texts" && typeof value === "string") {
        texts = [...((values.get(token.name) as string[] | undefined) ?? []), value];
        values.set(token.name, texts);
      } else values.set(token.name, value);
    }
  }
  const unexpected = words[declaration.words.length];
  if (unexpected !== undefined && !helpWanted) {
    throw new UsageError(
      `Expected ${wordsInWords(declaration.words)} after \`npm run ${declaration.name}\`, got "${unexpected}" as well.${didYouMean(unexpected, plainWords(declaration.options))}`,
    );
  }

  const options = Object.fromEntries(
    Object.entries(declaration.options).map(([name, option]) => [
      name,
      values.get(name) ?? (option.type === "flag" ? false : undefined),
    ]),
  );
  return { words, options: options as OptionValues<Options>, helpWanted };
}

/** The text of `--help`, in 80 columns. A blank line in the summary begins another paragraph. */
export function helpText(declaration: CommandDeclaration): string {
  const words = declaration.words.map((word) => ` [${word}]`).join("");
  const rows = Object.entries(declaration.options).map(([name, option]) => {
    const value = option.type === "flag" ? "" : ` ${option.valueName ?? option.type.toUpperCase()}`;
    const plain =
      option.plainWord === true && option.type === "flag" ? ` (or plainly: ${name})` : "";
    return [`  --${name}${value}`, `${option.help}${plain}`] as const;
  });
  rows.push(["  --help", "Show this."]);
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  const paragraphs = declaration.summary.split("\n\n").map((each) => each.replaceAll("\n", " "));
  return [
    ...paragraphs.flatMap((paragraph) => [...wrap(paragraph, helpColumns), ""]),
    `  npm run ${declaration.name}${words}${rows.length > 1 ? " [-- options]" : ""}`,
    "",
    ...rows.flatMap(([left, help]) =>
      wrap(help, helpColumns - width).map(
        (line, index) => (index === 0 ? left : "").padEnd(width) + line,
      ),
    ),
    "",
  ].join("\n");
}

/** `. Did you mean "x"?`-sentence for a message, empty when nothing is near. */
export function didYouMean(typed: string, candidates: readonly string[]): string {
  const candidate = nearest(typed, candidates);
  return candidate === undefined ? "" : ` Did you mean "${candidate}"?`;
}

function tokensOf(options: OptionDeclarations, typed: readonly string[]) {
  const { tokens } = parseArgs({
    args: [...typed],
    options: Object.fromEntries(
      Object.entries(options).map(([name, option]) => [
        name,
        { type: option.type === "flag" ? ("boolean" as const) : ("string" as const) },
      ]),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  return tokens;
}

function valueOf(
  declaration: CommandDeclaration,
  name: string,
  rawName: string,
  value: string | undefined,
): Value {
  const option = Object.hasOwn(declaration.options, name) ? declaration.options[name] : undefined;
  if (option === undefined) {
    const known = [...Object.keys(declaration.options), "help"].map((each) => `--${each}`);
    const suggestion = didYouMean(rawName, known);
    throw new UsageError(
      `\`npm run ${declaration.name}\` has no option ${rawName}.${suggestion === "" ? ` It has ${known.join(", ")}.` : suggestion}`,
    );
  }
  if (option.type === "flag") {
    if (value === undefined) return true;
    throw new UsageError(`Expected --${name} without a value, got "${value}".`);
  }
  if (value === undefined || value === "" || value.startsWith("--")) {
    throw new UsageError(`Expected a value after --${name}.`);
  }
  return option.type === "number" ? wholeNumber(name, value) : value;
}

function wholeNumber(name: string, value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number)) {
    throw new UsageError(`Expected --${name} to be a whole number, got "${value}".`);
  }
  return number;
}

function optionTypedAsWord(
  options: OptionDeclarations,
  word: string,
): { name: string; value: Value } | undefined {
  for (const [name, option] of Object.entries(options)) {
    if (option.plainWord !== true) continue;
    if (option.type === "flag" && word === name) return { name, value: true };
    if (option.type === "number" && /^\d+$/.test(word)) {
      return { name, value: wholeNumber(name, word) };
    }
  }
  return undefined;
}

function plainWords(options: OptionDeclarations): string[] {
  return Object.entries(options)
    .filter(([, option]) => option.plainWord === true && option.type === "flag")
    .map(([name]) => name);
}

function wordsInWords(words: readonly string[]): string {
  if (words.length === 0) return "no word";
  return `at most ${words.map((word) => `a ${word}`).join(" and ")}`;
}

function refuseOptionsThatNpmKept(
  declaration: CommandDeclaration,
  typed: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const isOption = (each: string) => each.startsWith("-");
  const kept = optionsThatNpmKept(
    declaration,
    typed.filter((each) => !isOption(each)),
    environment,
  );
  if (kept.options.length === 0) return;
  const corrected = [
    `npm run ${declaration.name}`,
    ...kept.words.map(quoted),
    "--",
    ...kept.options,
    ...typed.filter(isOption),
  ].join(" ");
  throw new UsageError(
    `npm kept ${kept.options.join(" ")} for itself. Put \`--\` before options:\n  ${corrected}`,
  );
}

function quoted(word: string): string {
  return /^[\w./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
