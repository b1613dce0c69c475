import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import { failurePicture } from "../../scripts/lib/grade/failure-picture.ts";
import type { PromiseGrade } from "../../scripts/lib/grade/grade-report.ts";
import type { HistoryEvent } from "../harness/check.ts";

const frame = {
  columns: 80,
  colours: picocolors.createColors(false),
  kata: "durable-kv",
  commandWith: (...options: string[]) => ["npm run grade durable-kv --", ...options].join(" "),
  others: 5,
};

function event(
  kind: HistoryEvent["kind"],
  what: string,
  detail: string,
  rest: Partial<HistoryEvent> = {},
): HistoryEvent {
  return { kind, life: 1, client: 1, what, detail, remark: null, contradiction: false, ...rest };
}

const lostPut: PromiseGrade = {
  id: "durable-kv/acked-writes-survive",
  level: 2,
  sentence: "An answered put or delete survives a power cut, whatever else is lost or torn.",
  status: "broken",
  ms: 4,
  explored: { runs: 1, states: 3 },
  counterexample: {
    phase: "crash",
    events: [
      event("call", "put a=1", "append wal 0–23, answered ok", { remark: "not synced yet" }),
      event("power-cut", "power cut", "wal loses 0–23", { client: null }),
      event("call", "get a", "undefined, expected 1", { life: 2, contradiction: true }),
    ],
    therefore: "put a=1 was answered before anything made it safe.",
    features: [],
  },
  replay: "2.7f3a",
  looksLike: "answering when the kernel has the bytes, not the disk.",
  reason: null,
};

function drawn(
  promise: PromiseGrade,
  changes: Partial<typeof frame> | { others: null } = {},
): string {
  return `\n${failurePicture(promise, { ...frame, ...changes }).join("\n")}\n`;
}

describe("a failure is a picture", () => {
  it("of the history, what it looks like and how to see it again", async () => {
    await expect(drawn(lostPut)).toMatchFileSnapshot("grade-pictures/lost-put.txt");
  });

  it("that says which client did what when there are several, and wraps at 80 columns", async () => {
    const events = [
      event("call", "put key=1", "called"),
      event("call", "put key=2", "called", { client: 2 }),
      event(
        "disk",
        "append wal 0–23",
        "holds put key=1, and the rest of a long line that says what the disk did with it in the end",
        { client: null },
      ),
      event("answer", "put key=1", "answered ok", {
        remark: "before the sync that covers it had even been called by anybody",
      }),
      event("call", "get key", "2, expected 1 or undefined", { client: 2, contradiction: true }),
    ];
    const several = {
      ...lostPut,
      counterexample: {
        phase: "live" as const,
        events,
        therefore: "no order explains it.",
        features: [],
      },
    };
    const text = drawn(several, { others: null });
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    await expect(text).toMatchFileSnapshot("grade-pictures/several-clients.txt");
  });

  it("or a reason where there is no history", async () => {
    const hung: PromiseGrade = {
      ...lostPut,
      status: "hung",
      counterexample: null,
      replay: null,
      looksLike: null,
      reason: "It computes without end and lets nothing else run: an endless loop?",
    };
    await expect(drawn(hung, { others: 1 })).toMatchFileSnapshot("grade-pictures/hung.txt");
  });

  it("never passes a subject's control characters to the terminal", () => {
    const nasty = event("call", "put \u001b[31mred\u0007", "\u001b]0;title\u0007", {
      contradiction: true,
    });
    const text = drawn({
      ...lostPut,
      counterexample: { phase: "live", events: [nasty], therefore: "", features: [] },
    });
    // eslint-disable-next-line no-control-regex -- control characters are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });
});
