import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";

const fromRoot = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * The repository's own tests. Attempts never run here, and neither do the visible tests of a kata:
 * they are written against `#subject`, which the commands point at the learner's file.
 */
/**
 * What runs only inside the commands, in processes of their own: the end-to-end tests under `tests/cli`
 * exercise it, but coverage of the test's own process does not see it.
 */
const runByCommandsOnly = [
  "scripts/lib/**/child/**",
  "scripts/lib/**/*-process.ts",
  "scripts/lib/bench/subjects.ts",
  "scripts/lib/help/{open-hint,solution-text}.ts",
  "scripts/lib/mock/{run-session,session-behind,start-screen}.ts",
  "scripts/lib/kata/{once,promise-run,standing,test-messages,test-progress}.ts",
  "scripts/lib/grade/{analysis,grade-options,grade-subject,hashes,lint,lint-rules,own-tests,progress}.ts",
  "scripts/lib/grade/{promise-grades,replay,save-grade,score-card,stress-run,type-problems}.ts",
  "scripts/lib/grade/{subject-location,subject-program,subject-wanted}.ts",
  "scripts/lib/score/{ask-for-score,first-gap,saved-grade,score-lines,score-subject}.ts",
  "scripts/lib/score/self-evaluation-lines.ts",
];

export default defineConfig({
  resolve: {
    alias: [
      { find: /^#platform\//, replacement: fromRoot("katas/platform/") },
      { find: /^#katas\//, replacement: fromRoot("katas/") },
    ],
  },
  test: {
    include: ["tests/**/*.test.ts", "solutions/**/*.test.ts", "katas/**/*.test.ts"],
    // Those of the browser need one: `npm run test:browser`.
    exclude: [
      ...configDefaults.exclude,
      "attempts/**",
      "katas/*/example.test.ts",
      "tests/browser/**",
    ],
    pool: "forks",
    // Vitest leaves one processor to the editor. Here nobody edits: of two that would be half.
    maxWorkers: "100%",
    coverage: {
      provider: "v8",
      include: ["tests/harness/**/*.ts", "scripts/lib/**/*.ts"],
      exclude: ["**/*.test.ts", ...runByCommandsOnly],
      reporter: ["text-summary", "json-summary"],
      thresholds: {
        "tests/harness/**": { lines: 85, branches: 80 },
        "scripts/lib/**": { lines: 85, branches: 80 },
      },
    },
  },
});
