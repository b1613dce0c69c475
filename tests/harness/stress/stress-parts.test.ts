import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { MessageChannel } from "node:worker_threads";
import { afterAll, describe, expect, test, vi } from "vitest";
import { createCrashDisk } from "#platform/testing/crash-disk.ts";
import { runClient } from "./client.ts";
import { serve, type HostedStore } from "./host.ts";
import { Journal, readJournal } from "./journal.ts";
import { journalFile, type ClientCommand, type LifePlan } from "./life-plan.ts";
import { Pulse, SilenceWatch, type PulseReading } from "./pulse.ts";
import { SharedClock } from "./shared-clock.ts";
import { WatchedDisk } from "./watched-disk.ts";

const root = mkdtempSync(path.join(tmpdir(), "systems-katas-stress-test-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("the journal", () => {
  test("a call without an answer was cut off, and a torn line did not happen", () => {
    const file = path.join(root, "torn.jsonl");
    const journal = new Journal<string>(file);
    journal.call(1, "verify", "get a");
    journal.answer(2, { answer: "1" });
    journal.call(3, "work", "put a");
    journal.close();
    appendFileSync(file, '["answer",4,{"ans');
    expect(readJournal<string>(file)).toEqual([
      {
        phase: "verify",
        operation: "get a",
        calledAt: 1,
        settled: { at: 2, reply: { answer: "1" } },
      },
      { phase: "work", operation: "put a", calledAt: 3, settled: undefined },
    ]);
  });
});

describe("the shared clock", () => {
  test("every tick is given out once, whichever thread asks", () => {
    const clock = SharedClock.startingAt(40);
    const elsewhere = new SharedClock(clock.memory);
    expect([clock.tick(), elsewhere.tick(), clock.tick()]).toEqual([40, 41, 42]);
  });
});

describe("the watch for silence", () => {
  const quiet: PulseReading = {
    begun: true,
    hostBeats: 0,
    progress: 0,
    diskCallsBegun: 0,
    diskCallsSettled: 0,
  };

  /** What the watch says within so many beats, of which each changes the reading before. */
  function verdictOf(beats: number, change: (before: PulseReading) => Partial<PulseReading>) {
    const watch = new SilenceWatch();
    let reading = quiet;
    for (let beat = 0; beat < beats; beat += 1) {
      const verdict = watch.beat(reading);
      if (verdict !== undefined) return verdict;
      reading = { ...reading, ...change(reading) };
    }
    return undefined;
  }

  test("a host that is free and owes an answer hangs", () => {
    expect(verdictOf(100, ({ hostBeats }) => ({ hostBeats: hostBeats + 1 }))).toMatch(
      /^nothing was/,
    );
  });

  test("a host that never pauses hangs, whatever the disk does", () => {
    expect(verdictOf(100, () => ({ diskCallsBegun: 1 }))).toMatch(/busy for three seconds/);
  });

  test("answers that come now and then are no silence", () => {
    let beat = 0;
    const progress = () => Math.floor((beat += 1) / 20);
    expect(verdictOf(1000, () => ({ progress: progress() }))).toBeUndefined();
  });

  test("waiting for a slow disk is nobody's fault", () => {
    const waiting = ({ hostBeats }: PulseReading) => ({
      hostBeats: hostBeats + 1,
      diskCallsBegun: 1,
    });
    expect(verdictOf(1000, waiting)).toBeUndefined();
  });

  test("calling the disk for ever is a hang too", () => {
    const calling = ({ hostBeats, diskCallsSettled: calls }: PulseReading) => ({
      hostBeats: hostBeats + 1,
      diskCallsBegun: calls + 1000,
      diskCallsSettled: calls + 1000,
    });
    expect(verdictOf(1000, calling)).toMatch(/calls to the disk/);
  });

  test("before the life begins nothing is held against anybody", () => {
    expect(verdictOf(1000, () => ({ begun: false }))).toBeUndefined();
  });
});

describe("the watched disk", () => {
  test("the process ends between two calls: what is under way settles, nothing new begins", async () => {
    const disk = createCrashDisk();
    const watched = new WatchedDisk(disk, new Pulse());
    const file = await watched.open("store/file", { create: true });
    const underWay = file.append(Uint8Array.of(1));
    const end = vi.fn();
    watched.endBetweenCalls(end);
    const later = vi.fn();
    void file.append(Uint8Array.of(2)).then(later);
    expect(end).not.toHaveBeenCalled();
    await underWay;
    expect(end).toHaveBeenCalledTimes(1);
    expect(await (await disk.open("store/file")).size()).toBe(1);
    expect(later).not.toHaveBeenCalled();
  });

  test("passes every call on and tells the pulse of it", async () => {
    const pulse = new Pulse();
    const disk = new WatchedDisk(createCrashDisk(), pulse);
    const lock = await disk.lock("store");
    await disk.makeDirectory("store/below");
    const file = await disk.open("store/file", { create: true });
    await file.append(Uint8Array.of(1, 2));
    await file.truncate(1);
    await file.sync();
    expect([await file.size(), await file.read(0, 9)]).toEqual([1, Uint8Array.of(1)]);
    await file.close();
    await disk.rename("store/file", "store/other");
    await disk.remove("store/other");
    await disk.syncDirectory("store");
    expect(await disk.list("store")).toEqual(["below"]);
    await lock.release();
    const { diskCallsBegun, diskCallsSettled } = pulse.read();
    expect([diskCallsBegun, diskCallsSettled]).toEqual([14, 14]);
  });
});

describe("a client", () => {
  test("writes down each call and answer, and stops after the call under way", async () => {
    const entries = await recordClient("stop", {
      call: async (request) => {
        if (request === "refuse") throw new TypeError("No.");
        return `answer to ${String(request)}`;
      },
      close: async () => undefined,
    });
    expect(entries.slice(0, 2)).toMatchObject([
      { phase: "verify", operation: "look", settled: { reply: { answer: "answer to look" } } },
      {
        phase: "verify",
        operation: "refuse",
        settled: { reply: { error: { message: "TypeError: No." } } },
      },
    ]);
    expect(entries.length).toBeGreaterThan(2);
    for (const { phase, calledAt, operation, settled } of entries.slice(2)) {
      expect([phase, operation]).toEqual(["work", `tick ${calledAt}`]);
      expect(settled?.at).toBeGreaterThan(calledAt);
    }
  });
});

/** Runs a client and a host's port in this thread, up to its tenth call of work. */
async function recordClient(name: string, store: HostedStore) {
  const toStore = new MessageChannel();
  const control = new MessageChannel();
  const stop: ClientCommand<string> = { command: "stop" };
  let calls = 0;
  serve(toStore.port1, {
    ...store,
    call: (request) => {
      if ((calls += 1) === 12) control.port1.postMessage(stop);
      return store.call(request);
    },
  });
  const plan: LifePlan = {
    life: 0,
    root: mkdtempSync(path.join(root, name)),
    directory: "",
    subjectScript: "",
    clientScript: "",
    threads: 1,
    seed: 1,
    parameters: null,
    endsAt: Infinity,
  };
  const told = (): Promise<unknown> => new Promise((done) => control.port1.once("message", done));
  const started = told();
  runClient<string>(
    {
      client: 0,
      plan,
      clock: SharedClock.startingAt(0).memory,
      pulse: new Pulse().memory,
      store: toStore.port2,
    },
    control.port2,
    () => ({
      next: (tick) => `tick ${tick}`,
      request: (operation) => operation,
      answer: (_operation, value) => String(value),
    }),
  );
  await started;
  for (const command of [
    { command: "verify", operations: ["look", "refuse"] },
    { command: "work" },
  ] satisfies ClientCommand<string>[]) {
    const done = told();
    control.port1.postMessage(command);
    await done;
  }
  toStore.port1.close();
  control.port1.close();
  return readJournal<string>(journalFile(plan.root, 0, 0));
}
