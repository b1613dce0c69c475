import path from "node:path";
import { defineConfig } from "vitest/config";

/** Tests that need a browser, apart from those that run anywhere: `npm run test:browser`. */
export default defineConfig({
  root: path.resolve(import.meta.dirname, "../.."),
  test: { include: ["tests/browser/**/*.test.ts"], pool: "forks" },
});
