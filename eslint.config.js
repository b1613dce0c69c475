import js from "@eslint/js";
import vitest from "@vitest/eslint-plugin";
import prettier from "eslint-config-prettier/flat";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const worldMessage =
  "It leaves the simulated world: take the clock or the randomness that you were handed.";

/** Whatever runs inside the simulated world takes time and chance from its ports only. */
const simulatedWorldRules = {
  "no-restricted-globals": [
    "error",
    { name: "setTimeout", message: worldMessage },
    { name: "setInterval", message: worldMessage },
  ],
  "no-restricted-properties": [
    "error",
    { object: "Date", property: "now", message: worldMessage },
    { object: "Math", property: "random", message: worldMessage },
    { object: "performance", property: "now", message: worldMessage },
    { object: "globalThis", property: "setTimeout", message: worldMessage },
    { object: "globalThis", property: "setInterval", message: worldMessage },
  ],
  "no-restricted-syntax": [
    "error",
    { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: worldMessage },
  ],
};

const simulatedWorldRulesOff = {
  "no-restricted-globals": "off",
  "no-restricted-properties": "off",
  "no-restricted-syntax": "off",
};

/** The places that measure real time, patch it, or judge code that misuses it. */
const placesThatOwnRealTime = [
  "tests/cli/**",
  "tests/browser/**",
  "tests/harness/outside-world*.ts",
  "tests/harness/outside-world/**",
  "tests/harness/fixtures/**",
  "tests/harness/stress*.ts",
  "tests/harness/stress/**",
  "tests/*/stress*.ts",
  "tests/*/stress/**",
  "tests/*/speed.ts",
  "tests/*/impostors/**",
];

export default defineConfig(
  globalIgnores(["attempts/**", "coverage/**", "node_modules/**"]),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: ["error", "always"],
      // There are no enums: `erasableSyntaxOnly` forbids them. Looking for them takes a tenth of the time.
      "@typescript-eslint/no-unsafe-enum-assignment": "off",
      "@typescript-eslint/no-unsafe-enum-comparison": "off",
      "@typescript-eslint/no-explicit-any": "error",
      // `async get()` that answers from memory is a natural way to honour an asynchronous contract.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrorsIgnorePattern: "^_" },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  {
    files: ["solutions/**/*.ts", "tests/**/*.ts"],
    rules: simulatedWorldRules,
  },
  {
    files: placesThatOwnRealTime,
    rules: simulatedWorldRulesOff,
  },
  {
    // A starter keeps the parameters that its contract names, unused as they are.
    files: ["katas/*/starter.ts"],
    rules: { "@typescript-eslint/no-unused-vars": "off" },
  },
  {
    // A planted bug is often exactly what rules that know types would have caught; tsc checks it like the rest.
    files: ["tests/*/impostors/**/*.ts"],
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    files: ["**/*.test.ts"],
    plugins: { vitest },
    rules: {
      "vitest/no-focused-tests": "error",
      "vitest/no-disabled-tests": "error",
      "vitest/no-identical-title": "error",
      // The second argument says which of many cases failed.
      "vitest/valid-expect": ["error", { maxArgs: 2 }],
      "vitest/expect-expect": [
        "error",
        // Helpers that assert are named for it.
        { assertFunctionNames: ["expect*", "assert*", "fc.assert", "**.assert*"] },
      ],
    },
  },
  {
    files: ["**/*.{js,mjs,cjs}"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: {
        clearInterval: "readonly",
        console: "readonly",
        module: "writable",
        process: "readonly",
        setInterval: "readonly",
        URL: "readonly",
      },
    },
  },
  prettier,
);
