/**
 * `npm test`: proves the repository itself. Attempts are no part of it.
 *
 * Runs the static checks side by side, as many as there are processors, then vitest with the coverage
 * floors. With words behind it (`npm test -- tests/cli`) it runs only the vitest files that match.
 * The last line counts vitest tests and static checks together: `N passed, N failed`.
 */
import { runCommand } from "./lib/run-command.ts";
import { proveRepository } from "./lib/test/prove-repository.ts";

const command = {
  name: "test",
  summary: "Tests this repository. Your work: npm run grade.",
  words: ["file pattern"],
  options: {},
} as const;

await runCommand(command, async ({ words }) => {
  process.stdout.write("This tests the repository. Your work: npm run grade.\n\n");
  return proveRepository(words);
});
