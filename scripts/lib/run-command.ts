/**
 * The one way in which a command begins and ends.
 *
 * `run` returns the exit code: 0 passed or done, 1 not passing. A `UsageError` becomes exit code 2,
 * its sentence on standard error and nothing on standard output. Any other error is a defect of this
 * repository: its stack goes to standard error, and it exits 2 as well, for it says nothing about
 * anybody's code. Whoever stops reading the output, such as `head`, ends the command quietly, with the exit code of
 * a broken pipe.
 */
import { helpText, parseCommandLine, UsageError, type CommandLine } from "./arguments.ts";
import type { CommandDeclaration, OptionDeclarations } from "./command-declaration.ts";
import { fitted } from "./terminal/text.ts";

/** What a shell reports of a program that SIGPIPE has ended. */
const brokenPipeExitCode = 141;

export async function runCommand<const Options extends OptionDeclarations>(
  declaration: CommandDeclaration<Options>,
  run: (commandLine: CommandLine<Options>) => Promise<number> | number,
): Promise<void> {
  process.stdout.on("error", endQuietlyWithoutReader);
  try {
    const commandLine = parseCommandLine(declaration);
    if (commandLine.helpWanted) {
      process.stdout.write(helpText(declaration));
      return;
    }
    process.exitCode = await run(commandLine);
  } catch (error) {
    process.exitCode = 2;
    process.stderr.write(`${reasonOf(error)}\n`);
  }
}

function endQuietlyWithoutReader(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit(brokenPipeExitCode);
}

function reasonOf(error: unknown): string {
  if (error instanceof UsageError) return fitted(error.message, process.stderr);
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
