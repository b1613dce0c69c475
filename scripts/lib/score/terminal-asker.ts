/** Asks on a terminal: arrows and return to choose, a line to type, ctrl-C to stop. */
import { isCancel, log, select, text, type Option } from "@clack/prompts";
import type { Readable, Writable } from "node:stream";
import { wrap } from "../terminal/text.ts";
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
    say: (text) => log.message(wrapped(text, output).join("\n"), { output }),
    choose: async <Value extends string | number>(
      message: string,
      choices: readonly Choice<Value>[],
    ) => {
      const options = choices.map(({ value, label }) => ({ value, label })) as Option<Value>[];
      const chosen = await select<Value>({ message, options, input, output });
      return isCancel(chosen) ? undefined : chosen;
    },
    line: async (message, problemOf) => {
      const lines = wrapped(message, output);
      // The prompt draws its frame beside one line only; what comes before it is said.
      if (lines.length > 1) log.message(lines.slice(0, -1).join("\n"), { output });
      const validate = (typed: string | undefined) => problemOf(typed ?? "");
      const typed: unknown = await text({
        message: lines.at(-1) ?? message,
        validate,
        input,
        output,
      });
      if (isCancel(typed)) return undefined;
      return typeof typed === "string" ? typed : "";
    },
  };
}

function wrapped(text: string, output: Writable): string[] {
  return text.split("\n").flatMap((paragraph) => wrap(paragraph, columnsOf(output)));
}

/** Beside the frame that prompts are drawn in. */
function columnsOf(output: Writable): number {
  const { columns = 0 } = output as { columns?: number };
  return Math.max(20, (columns || 80) - 4);
}
