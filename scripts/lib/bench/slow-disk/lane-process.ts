/**
 * The other side of remote.ts, started with the module and its input. Answers once when it is open, and then each
 * command; what fails is an answer as well. It ends with the process that asks.
 */
import type { Answer, Command, OpenRemote } from "./remote.ts";

const [, , module = "", input = "null"] = process.argv;

process.on("disconnect", () => process.exit());
await answer(async () => {
  const { open } = (await import(module)) as { open: OpenRemote };
  const run = await open(JSON.parse(input) as unknown);
  process.on("message", ({ lane, clients, count }: Command) => {
    void answer(() => run(lane, clients, count));
  });
  return 0;
});

async function answer(work: () => Promise<number>): Promise<void> {
  try {
    const done = await work();
    const { user, system } = process.cpuUsage();
    tell({ done, processorMs: (user + system) / 1000 });
  } catch (error) {
    tell({ failed: error instanceof Error ? error.message : String(error) });
  }
}

function tell(told: Answer): void {
  process.send?.(told);
}
