/** How a kata declares its stores: these have strings for keys and values, and can tell a range. */
import { describe, expect, it } from "vitest";
import type { LoadedSubject, Verdict } from "../check.ts";
import { checkOf, replayOf } from "../experiment.ts";
import { type LineStore, type LineStoreOptions, openLines } from "../fixtures/line-store.ts";
import { inWords } from "../in-words.ts";
import type { Claims } from "../on-disk/disk-subject.ts";
import { decodeToken } from "../token.ts";
import type { Case } from "./case.ts";
import { oneClient } from "./hunting.ts";
import { packCase, unpackCase } from "./packed-case.ts";
import { searchesOf } from "./searches.ts";
import { performOn, type StoreKata } from "./store-kata.ts";
import { describe as inAHistory, drawOperations, shortValue } from "./workload.ts";

interface Lines extends Claims {
  openLines: (options: LineStoreOptions) => Promise<LineStore>;
}

type Options = Pick<LineStoreOptions, "answersEarly">;
type Id = "lines/kept" | "lines/ranges-are-sorted";

const lines: StoreKata<Lines, LineStore, Options> = {
  kata: { version: 1, levels: ["one", "two"] },
  factory: "openLines",
  open: (exports, place, options) => exports.openLines({ ...place, ...options }),
  put: (store, key, text) => store.put(key, text),
  delete: (store, key) => store.delete(key),
  get: (store, key) => store.get(key),
  close: (store) => store.close(),
  textOf(answer) {
    if (answer === undefined || typeof answer === "string") return answer;
    throw new TypeError(`Expected get to answer with a string, got ${inWords(answer)}.`);
  },
  own: {
    range: {
      level: 2,
      letter: "r",
      async perform(store, { given: [start = "", end = ""] = [] }) {
        const pairs = await store.range(start, end);
        return pairs.map(([key, value]) => `${key}=${shortValue(value)}`).join(" ");
      },
    },
  },
};

const { hunting, livesOf, staged } = searchesOf<Lines, LineStore, Options, Id>(lines);

const ranges = [{ share: 0.3, draw: () => ({ kind: "range", given: ["a", "c"] }) }];

/** Ranges are judged by their words, as nothing else knows what they mean. */
const sorted = hunting({
  promise: "lines/ranges-are-sorted",
  hunt: {
    wants: [],
    phases: [],
    names: "core",
    live: (history) => {
      const wrong = history.calls.find(({ operation, value = "" }) => {
        const shown = value.split(" ");
        return operation.kind === "range" && shown.join() !== [...shown].sort().join();
      });
      return wrong === undefined
        ? null
        : { offender: wrong, expected: "in order", therefore: "A range is not in order." };
    },
    missing: ({ history }) =>
      history.calls.some(({ operation }) => operation.kind === "range") ? null : "no range",
  },
  cases: 6,
  draw: (random) => ({
    clients: [
      drawOperations(
        random,
        { operations: 12, keys: ["b", "a"], gets: 0, deletes: 0, others: ranges, sizes: [4] },
        1,
      ),
    ],
    sectorBytes: 16,
  }),
});

function subjectOf(exports: Partial<Lines> = {}): LoadedSubject<Lines> {
  const all: Lines = { openLines, ...exports };
  return { file: "lines.ts", exports: all, fresh: async () => all };
}

const early = subjectOf({ openLines: (options) => openLines({ ...options, answersEarly: true }) });
const budget = { seed: 1, effort: 0.1 };

const kept = hunting({
  promise: "lines/kept",
  hunt: { wants: ["lost"], phases: ["crash"], names: "core" },
  cases: 20,
  draw: (random) => ({
    clients: oneClient(random, {
      operations: 4,
      keys: ["a", "b"],
      gets: 0,
      deletes: 0.2,
      sizes: [4, 30],
    }),
    sectorBytes: 16,
  }),
});

function broken(verdict: Verdict): Extract<Verdict, { status: "broken" }> {
  if (verdict.status !== "broken") throw new Error(`Expected broken, got ${verdict.status}.`);
  return verdict;
}

describe("the searches of a kata that declares its stores", () => {
  it("hold for a right store", async () => {
    const many = livesOf({
      promise: "lines/kept",
      crash: "power cut",
      deletes: 0.2,
      names: "core",
      cases: 20,
      others: ranges,
    });
    for (const check of [checkOf(kept), checkOf(many), checkOf(sorted)])
      expect(await check(subjectOf(), budget)).toMatchObject({ status: "held" });
  });

  it("find a write that is answered too early, and replay it from its token", async () => {
    const { counterexample, replay } = broken(await checkOf(kept)(early, budget));
    expect(counterexample.therefore).toContain("what was answered leaves only");
    const decoded = decodeToken(replay ?? "");
    if ("problem" in decoded) throw new Error(decoded.problem);
    const again = await replayOf(kept, early, kept.unpack?.(decoded.content) as Case);
    expect(broken(again).counterexample.therefore).toBe(counterexample.therefore);
  });

  it("show the answer of the kata's own operation in the history", async () => {
    const backwards = subjectOf({
      async openLines(options) {
        const store = await openLines(options);
        const range: LineStore["range"] = async (...bounds) =>
          (await store.range(...bounds)).reverse();
        return { ...store, range };
      },
    });
    const { counterexample } = broken(await checkOf(sorted)(backwards, budget));
    const last = counterexample.events.at(-1);
    expect(last).toMatchObject({ what: "→ range a c", contradiction: true });
    expect(last?.detail).toMatch(/answered b=\d+ a=\d+, in order/);
  });

  it("ask for nothing above the claimed level", async () => {
    const verdict = await checkOf(sorted)(subjectOf({ level: 1 }), budget);
    expect(verdict).toMatchObject({
      status: "undecided",
      reason: expect.stringContaining("no range") as string,
    });
  });

  it("play scenes on a stage", async () => {
    const waits = staged("lines/kept", {
      "a put waits for its sync": async (stage) => {
        const store = await stage.open();
        const put = stage.call("put a=1", () => store.put("a", "1:x"));
        await stage.settleAll((pending) => pending.findIndex(({ call }) => call?.kind !== "sync"));
        if (put.state !== "pending") stage.broken("put a=1", "put a=1 did not wait.");
        await stage.settleAll();
        await stage.powerCut();
        await stage.shows(await stage.open(), new Map([["a", "1:x"]]));
      },
    });
    expect(await checkOf(waits)(subjectOf(), budget)).toMatchObject({ status: "held" });
    expect(broken(await checkOf(waits)(early, budget)).counterexample.therefore).toBe(
      "put a=1 did not wait.",
    );
  });
});

describe("a case as a token", () => {
  it.each<[string, Case]>([
    [
      "pa1.20 da|ga x",
      {
        clients: [
          [
            { kind: "put", key: "a", value: 1, size: 20 },
            { kind: "delete", key: "a" },
          ],
          [{ kind: "get", key: "a" }, { kind: "close" }],
        ],
        sectorBytes: 16,
      },
    ],
    [
      "p'k10'1.20 g'%27%C3%A9%20%7C' r:k10:a%3Ab r r:",
      {
        clients: [
          [
            { kind: "put", key: "k10", value: 1, size: 20 },
            { kind: "get", key: "'é |" },
            { kind: "range", given: ["k10", "a:b"] },
            { kind: "range" },
            { kind: "range", given: [""] },
          ],
        ],
        sectorBytes: 32,
      },
    ],
  ])("%s", (text, testCase) => {
    const packed = packCase(lines, testCase);
    expect(packed).toEqual([text, testCase.sectorBytes]);
    expect(unpackCase(lines, packed)).toEqual(testCase);
  });

  it("refuses what is no operation", () => {
    expect(() => unpackCase(lines, ["q", 16])).toThrow("Expected an operation such as pa1.20");
    expect(() =>
      packCase(lines, { clients: [[{ kind: "copy", key: "a", file: 0 }]], sectorBytes: 16 }),
    ).toThrow("Expected an operation of a drawn case");
  });
});

it("an operation that the kata does not have is no operation", async () => {
  await expect(performOn(lines, {}, { kind: "flush" })).rejects.toThrow("got flush");
  expect(inAHistory({ kind: "range", given: ["", "b"] })).toBe('range "" b');
});
