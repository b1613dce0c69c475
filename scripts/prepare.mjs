/**
 * Runs after every install and points git at the hooks in `.husky/`.
 * Does nothing without a `.git`, in CI, or where husky was not installed: an install never fails because of hooks.
 */
import { existsSync } from "node:fs";

const wanted =
  existsSync(".git") && process.env["CI"] === undefined && process.env["HUSKY"] !== "0";
if (wanted) {
  const husky = await import("husky").catch(() => undefined);
  husky?.default();
}
