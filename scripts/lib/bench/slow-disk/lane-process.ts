/**
 * The other side of remote.ts, started with the module and its input. Answers once when it is open, and then each
 * command; it ends with the process that asks.
 */
import type { Answer, Command, OpenRemote } from "./remote.ts";

const [, , module = "", input = "null"] = process.argv;

process.on("disconnect", () => process.exit());
const run = await answered(async () => {
  const { open } = (await import(module)) as { open: OpenRemote };
  return open(JSON.parse(input) as unknown);
});
process.send?.({ done: 0 } satisfies Answer);
process.on("message", ({ lane, clients, count }: Command) => {
  void answered(async () => {
    const done = await run(lane, clients, count);
    process.send?.({ done } satisfies Answer);
  });
});

/** Whatever fails is the answer. */
async function answered<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const failed = error instanceof Error ? error.message : String(error);
    process.send?.({ failed } satisfies Answer);
    throw error;
  }
}
