/** What every format of a session must be so that it fills its time and can reach each probe of a kata. */
import { describe, expect, test } from "vitest";
import { formats } from "../../rubric/formats.ts";
import type { ProbePhase } from "../../rubric/shape.ts";

const filed: ProbePhase[] = [
  ...(["clarify", "design", "implement"] as const),
  ...(["concurrency", "failure", "wrap-up"] as const),
];

describe.each(Object.entries(formats))("%s", (name, { name: own, minutes, phases }) => {
  test("is filed under its own name", () => {
    expect(own).toBe(name);
  });

  test("gives all of its minutes to its phases", () => {
    expect(phases.reduce((sum, phase) => sum + phase.minutes, 0)).toBe(minutes);
  });

  test("has no two phases of one id", () => {
    expect(new Set(phases.map(({ id }) => id)).size).toBe(phases.length);
  });

  test("reaches probes wherever they are filed", () => {
    const reached = phases.flatMap(({ probes }) => probes);
    expect(filed.filter((word) => !reached.includes(word))).toEqual([]);
  });

  test("asks one thing at a time, and nothing twice", () => {
    const questions = phases.flatMap((phase) => phase.questions);
    expect(questions.filter((question) => question.split("?").length > 2)).toEqual([]);
    expect(new Set(questions).size).toBe(questions.length);
  });

  test("has a phase in which code is written", () => {
    expect(phases.some(({ codes }) => codes)).toBe(true);
  });
});
