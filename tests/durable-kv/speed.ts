/**
 * How fast the crash explorer is, and how close the reference comes to the limit of group commit.
 * Figures for maintainers: `npm run speed`. They depend on the machine; the ratios hardly do.
 */
import { seededRandom } from "#platform/random.ts";
import { realClock } from "#platform/real-clock.ts";
import { DiskPort } from "#platform/testing/disk-port.ts";
import type { Subject } from "#katas/durable-kv/contract.ts";
import type { LoadedSubject, Phase } from "../harness/check.ts";
import type { Case } from "../harness/key-value/case.ts";
import { runHunt } from "../harness/key-value/hunt.ts";
import { manyClients } from "../harness/key-value/hunting.ts";
import { directory, emptyDisk } from "../harness/on-disk/disk-subject.ts";
import { durableKv, keyBytes, valueBytes } from "./adapter.ts";
import type { Operation } from "../harness/key-value/workload.ts";
import { sharedSyncs, SlowSyncs, syncMs } from "./slow-syncs.ts";

export interface Figure {
  what: string;
  value: string;
}

const clients = 4;
const operationsEach = 4;
const secondsEach = 4;
const slices = 9;
const sliceSeconds = 0.25;

const second: Operation[] = [
  { kind: "put", key: "a", value: 900, size: 20 },
  { kind: "delete", key: "b" },
];

export async function* speed(subject: LoadedSubject<Subject>): AsyncIterable<Figure> {
  const plans: { what: string; phases: Phase[] }[] = [
    { what: "crashes", phases: ["crash"] },
    { what: "with crashes inside recovery", phases: ["crash", "crash in recovery"] },
    { what: "with second lives", phases: ["second life", "second crash"] },
  ];
  for (const { what, phases } of plans) {
    await explore(subject, phases, 1);
    const { aSecond, aCpuSecond } = await explore(subject, phases, secondsEach);
    yield {
      what: `distinct disks recovered and judged a second (a second of processor), ${what}`,
      value: `${aSecond.toFixed(0)} (${aCpuSecond.toFixed(0)})`,
    };
  }
  for (const writers of [1, 8, 64, 256]) {
    const ratios: number[] = [];
    // Slices next to each other: what disturbs the machine disturbs both.
    for (let slice = 0; slice <= slices; slice++) {
      const put = await putRate(subject, writers, sliceSeconds);
      const limit = await limitRate(writers, sliceSeconds);
      if (slice > 0) ratios.push(put / limit);
    }
    ratios.sort((a, b) => a - b);
    const [min = 0, median = 0, max = 0] = [ratios[0], ratios[slices >> 1], ratios.at(-1)];
    const value = `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;
    yield { what: `puts against one shared sync of ${syncMs} ms, ${writers} writers`, value };
  }
}

/**
 * Distinct disks a second, 4 clients × 4 operations. Seconds of processor are what others on the machine
 * disturb least; those that the collector and the compiler take beside the program are among them.
 */
async function explore(
  subject: LoadedSubject<Subject>,
  phases: Phase[],
  seconds: number,
): Promise<{ aSecond: number; aCpuSecond: number }> {
  let states = 0;
  const start = performance.now();
  const cpuStart = process.cpuUsage();
  for (let index = 0; performance.now() - start < seconds * 1000; index++) {
    const mix = {
      operations: operationsEach,
      keys: ["a", "b", "c"],
      gets: 0.25,
      deletes: 0.15,
      sizes: [12, 40],
    };
    const testCase: Case = {
      clients: manyClients(seededRandom(index), clients, mix),
      second,
      draw: { index, seed: index },
      sectorBytes: 32,
    };
    states += (
      await runHunt(durableKv, { wants: ["lost"], phases, names: "core" }, subject, testCase)
    ).states;
  }
  const { user, system } = process.cpuUsage(cpuStart);
  return {
    aSecond: states / ((performance.now() - start) / 1000),
    aCpuSecond: states / ((user + system) / 1_000_000),
  };
}

// ── Group commit ──────────────────────────────────────────────────────────────────────────────

async function putRate(
  subject: LoadedSubject<Subject>,
  writers: number,
  seconds: number,
): Promise<number> {
  const disk = new SlowSyncs(realClock).wrap(new DiskPort(emptyDisk([directory])));
  const store = await subject.exports.openDurableKv({ disk, directory });
  // Made beforehand: what is measured is the store.
  const keys = Array.from({ length: writers * 16 }, (_, index) => keyBytes(`key-${index}`));
  const values = Array.from({ length: 16 }, (_, index) => valueBytes(index, 100));
  return rateOf(writers, seconds, (writer, count) =>
    store.put(keys[writer * 16 + (count % 16)] as Uint8Array, values[count % 16] as Uint8Array),
  );
}

async function limitRate(writers: number, seconds: number): Promise<number> {
  return rateOf(writers, seconds, sharedSyncs(realClock));
}

async function rateOf(
  writers: number,
  seconds: number,
  write: (writer: number, count: number) => Promise<void>,
): Promise<number> {
  let answered = 0;
  const start = performance.now();
  const end = start + seconds * 1000;
  const work = async (_: unknown, writer: number): Promise<void> => {
    for (let count = 0; performance.now() < end; count++) {
      await write(writer, count);
      answered++;
    }
  };
  await Promise.all(Array.from({ length: writers }, work));
  return answered / ((performance.now() - start) / 1000);
}
