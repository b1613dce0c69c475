/**
 * The harness from end to end, on a store of twenty lines with one bug (fixtures/note-store.ts): its
 * `write` answers when the kernel has the bytes, not when the disk has them. Read from top to bottom.
 */
import { expect, it } from "vitest";
import type { Disk } from "#platform/disk.ts";
import { DiskPort } from "#platform/testing/disk-port.ts";
import { DiskState } from "#platform/testing/disk-state.ts";
import { GateKeeper } from "#platform/testing/gates.ts";
import type { LoadedSubject } from "./check.ts";
import { forEachPowerCut } from "./crash-explorer.ts";
import { checkOf, type Experiment, type Finding, type Listener, replayOf } from "./experiment.ts";
import { openNotes } from "./fixtures/note-store.ts";
import { runLife } from "./life.ts";
import { following, type Scheduler, schedulerOf } from "./scheduler.ts";
import { decodeToken } from "./token.ts";

/** What the harness needs to know of a store of notes: how to open one. */
interface NoteSubject {
  openNotes: typeof openNotes;
}

const emptyDisk = (): DiskState =>
  DiskState.fromImage({ directories: ["store"], files: new Map() });

// ── 1. Run it ─────────────────────────────────────────────────────────────────────────────────

it("1. a store runs in the simulated world, one gate after the other", async () => {
  const gates = new GateKeeper();
  const disk = new DiskPort(emptyDisk(), gates);
  const steps: string[] = [];
  gates.onSettled = (call) => steps.push(`${call.kind} settles`);

  const program = async (): Promise<void> => {
    const notes = await openNotes(disk);
    await notes.write("a");
    steps.push("write is answered");
    expect(await notes.read()).toBe("a");
  };
  const end = await runLife(program, { gates, scheduler: following([]) });

  expect(end).toEqual({ how: "finished", schedule: [0, 0, 0, 0, 0], error: undefined });
  expect(steps).toEqual([
    "open settles",
    "syncDirectory settles",
    "size settles",
    "read settles",
    "append settles",
    "write is answered",
  ]);
});

// ── 2. Crash it ───────────────────────────────────────────────────────────────────────────────

/** Lives once, and at every moment of rest compares what each power cut would leave with what was answered. */
async function liveAndCrash(
  subject: NoteSubject,
  writes: readonly string[],
  scheduler: Scheduler,
  tell?: Listener,
): Promise<Finding> {
  const gates = new GateKeeper();
  const disk = new DiskPort(emptyDisk(), gates);
  let answered = "";
  let states = 0;
  const violations: { losses: string; shown: string }[] = [];

  const program = async (): Promise<void> => {
    const notes = await subject.openNotes(disk);
    for (const text of writes) {
      await notes.write(text);
      answered += text;
      note(tell, `write ${text}`, "answered ok");
    }
  };
  const { schedule } = await runLife(program, {
    gates,
    scheduler,
    async atRest() {
      const images: { next: Disk; losses: string }[] = [];
      forEachPowerCut(
        { state: disk.state, underWay: gates.underWay() },
        { names: "core", sectorBytes: 16 },
        (cut) => {
          const losses = cut.losses().map(({ where, what }) => `${where} ${what}`);
          images.push({
            next: new DiskPort(DiskState.fromImage(cut.image)),
            losses: losses.join("; "),
          });
        },
      );
      for (const { next, losses } of images) {
        states++;
        const shown = await (await subject.openNotes(next)).read();
        if (!shown.startsWith(answered)) violations.push({ losses, shown });
      }
      return violations.length === 0;
    },
  });
  const [violation] = violations;
  if (violation === undefined) return { kind: "held", states };
  const { losses, shown } = violation;
  note(tell, "⚡ power cut", losses);
  note(tell, "read", `answered "${shown}", expected "${answered}"`);
  const therefore = `What was answered is "${answered}", and the disk gives "${shown}".`;
  return {
    kind: "broken",
    states,
    signature: "lost",
    phase: "crash",
    therefore,
    features: ["lost"],
    schedule,
  };
}

function note(tell: Listener | undefined, what: string, detail: string): void {
  tell?.({ kind: "note", life: 1, client: null, what, detail, remark: null, contradiction: false });
}

it("2. a crash right after the answer finds the disk without the bytes", async () => {
  const finding = await liveAndCrash({ openNotes }, ["a"], following([]));
  expect(finding).toMatchObject({
    kind: "broken",
    therefore: 'What was answered is "a", and the disk gives "".',
  });
});

// ── 3. Make it a check ────────────────────────────────────────────────────────────────────────

interface NoteCase {
  writes: string[];
  /** Drawn from the seed until a run has been broken; then its choices are written down. */
  schedule: number[] | { drawn: number };
}

const answeredNotesSurvive: Experiment<NoteSubject, NoteCase> = {
  promise: "notes/answered-notes-survive",
  kataVersion: 1,
  *cases({ seed, effort }) {
    for (let index = 0; index < 10 * effort; index++) {
      yield { writes: ["a", "b", "c", "d"], schedule: { drawn: seed * 100 + index } };
    }
  },
  run(subject, { writes, schedule }, listener) {
    const scheduler = Array.isArray(schedule)
      ? following(schedule)
      : schedulerOf(schedule.drawn, 1, 20);
    return liveAndCrash(subject.exports, writes, scheduler, listener);
  },
  *smaller({ writes, schedule }) {
    for (const index of writes.keys()) yield { writes: writes.toSpliced(index, 1), schedule };
    if (Array.isArray(schedule) && schedule.length > 0) yield { writes, schedule: [] };
  },
  withSchedule: ({ writes }, schedule) => ({ writes, schedule }),
};

function loaded(exports: NoteSubject): LoadedSubject<NoteSubject> {
  return { file: "fixtures/note-store.ts", exports, fresh: async () => exports };
}

it("3. the check breaks the promise, and shrinks four notes to one", async () => {
  const verdict = await checkOf(answeredNotesSurvive)(loaded({ openNotes }), {
    seed: 1,
    effort: 1,
  });
  expect(verdict).toMatchObject({
    status: "broken",
    counterexample: {
      phase: "crash",
      events: [
        { what: expect.stringMatching(/^write [a-d]$/) as string, detail: "answered ok" },
        { what: "⚡ power cut", detail: "store/notes loses bytes 0–0" },
        { what: "read", detail: expect.stringContaining('answered "", expected') as string },
      ],
    },
  });
});

// ── 4. See it again ───────────────────────────────────────────────────────────────────────────

it("4. the token alone shows the same history again", async () => {
  const verdict = await checkOf(answeredNotesSurvive)(loaded({ openNotes }), {
    seed: 1,
    effort: 1,
  });
  if (verdict.status !== "broken" || verdict.replay === null)
    expect.unreachable("the check gives a token");
  const token = decodeToken(verdict.replay);
  if ("problem" in token) expect.unreachable(token.problem);
  const again = await replayOf(
    answeredNotesSurvive,
    loaded({ openNotes }),
    token.content as NoteCase,
  );
  expect(again).toMatchObject({ status: "broken", counterexample: verdict.counterexample });
});

// ── 5. Repair it ──────────────────────────────────────────────────────────────────────────────

/** Syncs before it answers. */
async function openSafeNotes(disk: Disk): ReturnType<typeof openNotes> {
  const notes = await openNotes(disk);
  const file = await disk.open("store/notes");
  return {
    read: () => notes.read(),
    async write(text) {
      await notes.write(text);
      await file.sync();
    },
  };
}

it("5. with a sync before the answer the promise is held, in every state that was tried", async () => {
  const verdict = await checkOf(answeredNotesSurvive)(loaded({ openNotes: openSafeNotes }), {
    seed: 1,
    effort: 1,
  });
  expect(verdict).toEqual({
    status: "held",
    explored: { runs: 10, states: expect.any(Number) as number },
  });
  expect(verdict.explored.states).toBeGreaterThan(100);
});
