/** One question on a terminal, answered by typing "yes". Whatever else is typed, or the end of the input, is a no. */
import { createInterface } from "node:readline";

export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** Resolves to undefined when it is interrupted. */
export function askForYes(question: string): Promise<boolean | undefined> {
  // What is printed afterwards may go into a file; the question is for whoever sits here.
  const line = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    line.once("SIGINT", () => {
      resolve(undefined);
      line.close();
    });
    line.once("close", () => resolve(false));
    line.question(question, (answer) => {
      resolve(/^\s*y(es)?\s*$/i.test(answer));
      line.close();
    });
  });
}
