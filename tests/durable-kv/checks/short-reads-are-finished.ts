import { kata } from "#katas/durable-kv/kata.ts";
import { DiskPort } from "#platform/testing/disk-port.ts";
import { together } from "../../harness/experiment.ts";
import { compacting } from "../adapter.ts";
import { bytesOf, type Script, scripted } from "../script.ts";
import { hunting } from "../searches.ts";
import { noise } from "../sizes.ts";
import { oneClient, sectorOf } from "../../harness/key-value/hunting.ts";
import { liveHistory } from "../../harness/key-value/live.ts";

const promise = "durable-kv/short-reads-are-finished";

const anyShare = hunting({
  promise,
  hunt: {
    wants: ["lost", "invented", "refused"],
    phases: ["crash"],
    names: "core",
    live: liveHistory,
    crashesAt: ({ history }) => history.calls.every((call) => call.answeredAt !== null),
  },
  cases: 24,
  draw: (random, index) => ({
    clients: oneClient(random, {
      operations: 6,
      keys: ["a", "b"],
      gets: 0.2,
      deletes: 0.2,
      others: compacting(index % 3 === 2 ? 0.3 : 0),
      sizes: [4, 40, 300, 5000],
    }),
    ...(index % 3 === 2 ? { options: { segmentBytesMax: 1024 } } : {}),
    faults: { shortReads: index },
    recoveryFaults: { shortReads: index },
    sectorBytes: sectorOf(index),
  }),
});

export const shortReadsAreFinished = together(promise, kata.version, [
  anyShare,
  scripted(promise, { "a few bytes with each read": aFewBytesWithEachRead }),
]);

/** Kilobytes that come in hundreds of reads: whoever asks again a fixed number of times has not read to the end. */
async function aFewBytesWithEachRead(script: Script): Promise<void> {
  const options = script.level >= 5 ? { segmentBytesMax: 1024 } : {};
  const values = Array.from({ length: 50 }, (_, index) => noise(script.random, 60, index));
  const keyOf = (index: number): Uint8Array => bytesOf(`key-${index}`);
  const store = await script.open(options);
  const putAll = async (from: number): Promise<void> => {
    await script.does(`puts of ${values.length - from} keys`, async () => {
      for (const [index, value] of values.entries())
        if (index >= from) await store.put(keyOf(index), value);
    });
  };
  await putAll(0);
  if (script.level >= 5) await script.does("compact", () => store.compact());
  await putAll(30);
  await script.kill();
  script.port = new TricklingPort(script.port.state);
  script.tell("from now on the disk reads 1–7 bytes at a time", "");
  const reopened = await script.open(options);
  for (const [index, value] of values.entries())
    await script.shows(reopened, keyOf(index), value, `key-${index}`);
}

/** A disk that answers every read with 1–7 of the bytes asked for. */
class TricklingPort extends DiskPort {
  #reads = 0;

  override read(path: string, file: number, position: number, length: number): Promise<Uint8Array> {
    const few = 1 + (this.#reads++ % 7);
    return super.read(path, file, position, Math.min(length, few));
  }
}
