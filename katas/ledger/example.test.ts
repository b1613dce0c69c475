/**
 * The visible tests: how to run the code, and what a failure looks like.
 * The grade tries much more; these are for reading, and for copying into your own test file.
 *
 * `#subject` is your file. A test that is red prints its name, what was expected, what came, and the line.
 */
import { expect, test } from "vitest";
import * as file from "#subject";
import type { Subject } from "./contract.ts";

const { createLedger } = file as Subject;

// Scaffold: a test for each thing that a learner should see first; those of higher levels run from that level on.
test("what was added is there", () => {
  const made = createLedger();
  made.add("a");
  expect(made.has("a")).toBe(true);
  expect(made.has("b")).toBe(false);
});
