/**
 * One thing goes wrong in the first life: a sync, a directory's sync, an append that finds no room. What
 * was answered before and after must survive every crash, and the next life must go on. Then things that go wrong several times.
 */
import { kata } from "#katas/durable-kv/kata.ts";
import type { DiskPort, Faults } from "#platform/testing/disk-port.ts";
import { together } from "../../harness/experiment.ts";
import { emptyDisk } from "../../harness/on-disk/disk-subject.ts";
import { keyBytes, valueBytes } from "../adapter.ts";
import { type Script, scripted } from "../script.ts";
import { hunting } from "../searches.ts";
import { manyClients, oneClient, secondLife, sectorOf } from "../../harness/key-value/hunting.ts";
import { liveHistory } from "../../harness/key-value/live.ts";

const faults: readonly Faults[] = [
  ...[0, 1, 2, 3, 4].map((failSync) => ({ failSync })),
  ...[0, 1, 2, 3].flatMap((append) =>
    [0, 1, 9, 21, 1000].flatMap((bytesKept) => [
      { fullDisk: { append, appends: 1, bytesKept } },
      { fullDisk: { append, appends: 1000, bytesKept } },
    ]),
  ),
  { failDirectorySync: 0 },
  ...[6, 7, 8, 9, 10, 11, 12].map((failCall) => ({ failCall })),
];

const keys = ["a", "b"];

const promise = "durable-kv/failed-writes-are-not-acknowledged";

const anyFault = hunting({
  promise,
  hunt: {
    wants: ["lost", "invented", "refused", "seen", "hidden", "unsettled"],
    phases: ["crash", "second life", "kill, then power cut"],
    names: "core",
    live: liveHistory,
    missing: ({ port }) => (port.faulted ? null : "the call that was to fail was never made"),
  },
  cases: faults.length * 5,
  draw: (random, index) => {
    const mix = {
      operations: 5 + (index % 3),
      keys,
      gets: 0.2,
      deletes: 0.15,
      sizes: [4, 12, 40, 90],
    };
    const isConcurrent = index >= faults.length && index % 2 === 1;
    return {
      clients: isConcurrent
        ? manyClients(random, 3, { ...mix, operations: 3 })
        : oneClient(random, mix),
      // A lone client is never one too many, unless failed writes go on being counted.
      ...(isConcurrent
        ? { draw: { index, seed: random.below(1_000_000) } }
        : { options: { writersWaitingMax: 2 } }),
      second: secondLife(keys),
      closes: true,
      thinning: 4,
      faults: faults[index % faults.length] ?? {},
      sectorBytes: sectorOf(index),
    };
  },
});

export const failedWritesAreNotAcknowledged = together(promise, kata.version, [
  anyFault,
  scripted(promise, {
    "one sync after another fails": (script) =>
      failuresInARow(script, ({ counts }, later) => ({ failSync: counts.syncs + later })),
    "the disk is full again and again": (script) =>
      failuresInARow(script, ({ counts }, later) => ({
        fullDisk: { append: counts.appends + later, appends: 1, bytesKept: 9 },
      })),
    "what a get reads cannot be read": readsFail,
  }),
]);

/** Who goes on after a failure goes on after the next one too, be it the very next call or a later one. */
async function failuresInARow(
  script: Script,
  faultAhead: (port: DiskPort, later: number) => Faults,
): Promise<void> {
  for (const later of [0, 1, 2]) {
    script.nextDisk(emptyDisk());
    const store = await script.open();
    const answered: number[] = [];
    for (let index = 0; index < 12; index++) {
      if (index % 3 === 1) script.port.faults = faultAhead(script.port, later);
      const put = await script.settles(`put k${index}`, () =>
        store.put(keyBytes(`k${index}`), valueBytes(index, 40)),
      );
      if (put.how === "resolved") answered.push(index);
    }
    script.tell("12 puts, and four times the disk fails", `${answered.length} answered ok`);
    await script.powerCut();
    const reopened = await script.open();
    for (const index of answered)
      await script.shows(reopened, keyBytes(`k${index}`), valueBytes(index, 40));
  }
}

/** Who keeps values on the disk may not take one that cannot be read for one that is not there. */
async function readsFail(script: Script): Promise<void> {
  const store = await script.open();
  await script.does("put a=1", () => store.put(keyBytes("a"), valueBytes(1, 40)));
  await script.does("put b=2", () => store.put(keyBytes("b"), valueBytes(2, 40)));
  for (let call = 0; call < 3; call++) {
    const { port } = script;
    port.faults = { failCall: port.counts.calls + call };
    const read = await script.settles("get a", () => store.get(keyBytes("a")));
    port.faults = {};
    script.tell(`get a, whose call ${call + 1} to the disk would fail`, read.how);
    if (read.how === "resolved" && !isSame(read.value, valueBytes(1, 40)))
      script.broken(
        "get a",
        "answered otherwise",
        "The disk failed a read, and get a answered with what a has never been.",
      );
  }
  await script.kill();
  await script.shows(await script.open(), keyBytes("a"), valueBytes(1, 40));
}

function isSame(value: Uint8Array | undefined, expected: Uint8Array): boolean {
  return value !== undefined && Buffer.compare(value, expected) === 0;
}
