/** What the reference promises, tested from outside: through the contract. */
import { expect, test } from "vitest";
import { createLedger } from "./ledger.ts";

// Scaffold: the tests that a strong candidate would hand in, each named after a promise.
test("what was added is there", () => {
  const made = createLedger();
  made.add("a");
  expect(made.has("a")).toBe(true);
  expect(made.has("b")).toBe(false);
});
