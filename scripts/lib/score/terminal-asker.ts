/** Asks on a terminal: arrows and return to choose, a line to type, ctrl-C to stop. */
import { isCancel, log, select, text, type Option } from "@clack/prompts";
import type { Readable, Writable } from "node:stream";
import type { Asker, Choice } from "./asker.ts";

export interface AskedTerminal {
  input: Readable;
  /** Not standard output: that belongs to the grade. */
  output: Writable;
}

export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

export function terminalAsker({ input, output }: AskedTerminal): Asker {
  return {
    say: (paragraph) => log.message(paragraph, { output }),
    choose: async <Value extends string | number>(
      message: string,
      choices: readonly Choice<Value>[],
    ) => {
      const options = choices.map(({ value, label }) => ({ value, label })) as Option<Value>[];
      const chosen = await select<Value>({ message, options, input, output });
      return isCancel(chosen) ? undefined : chosen;
    },
    line: async (message, problemOf) => {
      const validate = (typed: string | undefined) => problemOf(typed ?? "");
      const typed: unknown = await text({ message, validate, input, output });
      if (isCancel(typed)) return undefined;
      return typeof typed === "string" ? typed : "";
    },
  };
}
