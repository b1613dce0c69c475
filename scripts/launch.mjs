/**
 * The first thing every command runs: `node scripts/launch.mjs <command> [arguments]`.
 *
 * It guarantees that the platform and Node are supported, that what the lock file names is installed,
 * and then becomes `scripts/<command>.ts` in this same process: its arguments, signals and exit code
 * are the command's own. It writes nothing to standard output. Plain JavaScript, because it runs
 * before anything is installed.
 */
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { LaunchError } from "./lib/launch/launch-error.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

async function launch(command, commandArguments) {
  refuseUnsupportedPlatform();
  const { installIfNeeded } = await import("./lib/launch/install.mjs");
  await installIfNeeded(root);

  const script = path.join(root, "scripts", `${command}.ts`);
  process.argv = [process.execPath, script, ...commandArguments];
  const tsx = path.join(root, "node_modules", "tsx", "dist", "esm", "api", "index.mjs");
  const { register } = await import(pathToFileURL(tsx).href);
  register();
  await import(pathToFileURL(script).href);
}

function refuseUnsupportedPlatform() {
  if (process.platform !== "linux" && process.platform !== "darwin") {
    throw new LaunchError(
      `Systems Katas runs on Linux, macOS and WSL2, not on ${process.platform}: on Windows, open this folder inside WSL2.`,
    );
  }
  if (Number.parseInt(process.versions.node, 10) < 20) {
    throw new LaunchError(
      `Systems Katas needs Node 20, 22 or 24, but this is Node ${process.versions.node}.`,
    );
  }
}

const [, , command, ...commandArguments] = process.argv;
try {
  await launch(command, commandArguments);
} catch (error) {
  if (!(error instanceof LaunchError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(error.exitCode);
}
