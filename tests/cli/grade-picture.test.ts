import { readFileSync } from "node:fs";
import path from "node:path";
import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import { failurePicture } from "../../scripts/lib/grade/failure-picture.ts";
import type { PromiseGrade } from "../../scripts/lib/grade/grade-report.ts";
import type { DurableKvOptions, Subject } from "#katas/durable-kv/contract.ts";
import type { InvariantId } from "#katas/durable-kv/invariants.ts";
import { invariants } from "#katas/durable-kv/invariants.ts";
import { suite } from "../durable-kv/suite.ts";
import type { HistoryEvent } from "../harness/check.ts";
import * as unsyncedStore from "./grade-fixture/unsynced-store.ts";

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

function drawn(promise: PromiseGrade, changes: { others?: number | null } = {}): string {
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

  it("in which an answer that comes at once is told with its call", () => {
    const lone = [event("call", "open", "called"), event("answer", "open", "answered ok")];
    const counterexample = { phase: "live" as const, events: lone, therefore: "", features: [] };
    const text = drawn({ ...lostPut, counterexample });
    expect(text).toContain("    open  answered ok\n");
    expect(text).not.toContain("called");
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

// ── Real histories ────────────────────────────────────────────────────────────────────────────

type Options = DurableKvOptions;
/** What becomes of an open that finds a log with something in it. */
type OnOldLog = (length: number) => Promise<void>;

/** A store that does level 1 as long as nothing is there when it is opened. */
function storeThat(onOldLog: OnOldLog, onGet = (): Promise<void> => Promise.resolve()): Subject {
  return {
    level: 5,
    async openDurableKv({ disk, directory }: Options) {
      const lock = await disk.lock(directory);
      const log = await disk.open(`${directory}/log`, { create: true });
      const length = await log.size();
      if (length > 0) await onOldLog(length);
      const values = new Map<string, Uint8Array>();
      const nameOf = (key: Uint8Array): string => Buffer.from(key).toString("hex");
      return {
        async get(key) {
          if (length > 0) await onGet();
          return values.get(nameOf(key))?.slice();
        },
        async put(key, value) {
          const kept = value.slice();
          await log.append(kept);
          await log.sync();
          await disk.syncDirectory(directory);
          values.set(nameOf(key), kept);
        },
        async delete(key) {
          await log.append(key.slice());
          await log.sync();
          await disk.syncDirectory(directory);
          values.delete(nameOf(key));
        },
        compact: () => Promise.resolve(),
        close: () => lock.release(),
      };
    },
  };
}

const refuses: OnOldLog = async (length) => {
  throw new Error(`There are ${length} bytes that I do not understand.`);
};
const forgets: OnOldLog = () => Promise.resolve();
const waits: OnOldLog = () => new Promise(() => undefined);

/** The picture of a promise that this store breaks. */
async function pictureOf(id: InvariantId, exports: Subject, others = 0): Promise<string> {
  const subject = { file: "store.ts", exports, fresh: () => Promise.resolve(exports) };
  const verdict = await suite.checks[id](subject, { seed: 1, effort: 0.05 });
  if (verdict.status !== "broken" && verdict.status !== "hung")
    throw new Error(`Expected the promise to be broken or hung, got ${verdict.status}.`);
  const promise = invariants.find((one) => one.id === id);
  const promiseGrade: PromiseGrade = {
    ...{ id, level: promise?.level ?? 0, sentence: promise?.sentence ?? "" },
    ...{ status: verdict.status, ms: 0, explored: verdict.explored, looksLike: null },
    counterexample: verdict.counterexample,
    replay: verdict.status === "broken" ? "1.7f3a" : null,
    reason: verdict.reason,
  };
  return drawn(promiseGrade, { others });
}

it("the failure that README.md shows is a real one", async () => {
  const text = await pictureOf("durable-kv/acked-writes-survive", unsyncedStore, 2);
  const readme = readFileSync(path.join(import.meta.dirname, "../../README.md"), "utf8");
  const shown = readme.replaceAll(/--replay \S+/g, "--replay 1.7f3a");
  expect(shown).toContain(text.trim().replaceAll(/^/gm, "   "));
});

describe("the last line of a history is the contradiction", () => {
  it.each<[string, string, InvariantId, Subject]>([
    [
      "a store that does not open after a crash",
      "refused-open",
      "durable-kv/opens-after-any-crash",
      storeThat(refuses),
    ],
    [
      "a store whose open never ends",
      "hung-open",
      "durable-kv/opens-after-any-crash",
      storeThat(waits),
    ],
    [
      "a store that opens, and whose reads reject",
      "refused-get",
      "durable-kv/opens-after-any-crash",
      storeThat(forgets, () => Promise.reject(new Error("I have forgotten everything."))),
    ],
    [
      "a store that does not open at all",
      "first-open",
      "durable-kv/opens-after-any-crash",
      { openDurableKv: () => Promise.reject(new Error("There is no log yet.")) },
    ],
    [
      "a store whose first open never ends",
      "first-open-hangs",
      "durable-kv/opens-after-any-crash",
      { openDurableKv: () => new Promise(() => undefined) },
    ],
    [
      "a scene whose open never ends",
      "scene-hangs",
      "durable-kv/reads-never-wait",
      { openDurableKv: () => new Promise(() => undefined) },
    ],
  ])("of %s", async (_name, file, id, subject) => {
    const text = await pictureOf(id, subject);
    expect(text.match(/^ {2}✗ /gm)).toHaveLength(1);
    await expect(text).toMatchFileSnapshot(`grade-pictures/${file}.txt`);
  });
});
