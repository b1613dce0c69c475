/** A launch that cannot begin: one sentence for the person who typed the command, and the exit code. */
export class LaunchError extends Error {
  constructor(message, exitCode = 2) {
    super(message);
    this.exitCode = exitCode;
  }
}
