/**
 * Packages in processes of their own, in which every sync takes as long as on our virtual disk: a process each,
 * started when it is first asked for and kept to the end. Who cannot have one is told to be missing.
 */
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Contest } from "../../lib/bench/kata-bench.ts";
import type { Lane } from "../../lib/bench/race.ts";
import { type Remote, startRemote } from "../../lib/bench/slow-disk/remote.ts";
import { compileSlowSyncs, type SlowSyncs } from "../../lib/bench/slow-disk/slow-syncs.ts";
import { syncMs } from "../../lib/bench/virtual-disk.ts";
import { hasOwnQueue, nativeStoreNames, withQueue } from "./native-stores.ts";
import { bareSyncs, type SlowInput } from "./slow-process.ts";
import { temporaryDirectory } from "../../lib/bench/temporary-directory.ts";

/** Where there is one, a disk in memory: nobody writes faster or slower by what the machine's own is like. */
const memoryDisk = "/dev/shm";

export class SlowPeers {
  readonly #contest: Pick<Contest<unknown>, "peers" | "atEnd" | "tellMissing">;
  #slowSyncs: SlowSyncs | undefined;
  readonly #started = new Map<string, Promise<Remote | null>>();

  constructor(contest: Pick<Contest<unknown>, "peers" | "atEnd" | "tellMissing">) {
    this.#contest = contest;
  }

  /** What packages could reach at best: their syncs, with nothing to write. */
  async bareLanes(name: string, lane: "alone" | "shared", writers: number): Promise<Lane[]> {
    if (this.#contest.peers.size === 0) return [];
    const remote = await this.#remoteOf(bareSyncs);
    return remote === null ? [] : [laneOf(name, remote, lane, writers)];
  }

  async storeLanes(writers: number): Promise<Lane[]> {
    const lanes: Lane[] = [];
    for (const store of nativeStoreNames) {
      const remote = this.#contest.peers.has(store) ? await this.#remoteOf(store) : null;
      if (remote === null) continue;
      lanes.push(laneOf(store, remote, "alone", writers));
      // One at a time there is nothing to put into a queue.
      if (writers > 1 && !hasOwnQueue(store)) {
        lanes.push(laneOf(withQueue(store), remote, "queued", writers));
      }
    }
    return lanes;
  }

  #remoteOf(store: string): Promise<Remote | null> {
    const started = this.#started.get(store) ?? this.#start(store);
    this.#started.set(store, started);
    return started;
  }

  async #start(store: string): Promise<Remote | null> {
    const { atEnd, tellMissing } = this.#contest;
    const name = `${store}, where a sync takes ${syncMs} ms,`;
    this.#slowSyncs ??= compileSlowSyncs(temporaryDirectory(atEnd));
    if ("missing" in this.#slowSyncs) {
      tellMissing(name, this.#slowSyncs.missing);
      return null;
    }
    const { library } = this.#slowSyncs;
    const place = temporaryDirectory(atEnd, existsSync(memoryDisk) ? memoryDisk : tmpdir());
    const input: SlowInput = { store, directory: path.join(place, "store") };
    mkdirSync(input.directory);
    const module = new URL("./slow-process.ts", import.meta.url);
    const countFile = path.join(place, "syncs");
    try {
      return await startRemote({ module, input, library, syncMs, countFile, atEnd });
    } catch (error) {
      tellMissing(name, error instanceof Error ? error.message : String(error));
      return null;
    }
  }
}

function laneOf(name: string, remote: Remote, lane: string, writers: number): Lane {
  return {
    name,
    kind: "peer",
    run: (count) => remote.run(lane, writers, count),
    barriers: remote.barriers,
    processorMs: remote.processorMs,
  };
}
