/**
 * Clients read and write while another compacts; then the process ends with nothing lost, and what a
 * reopen shows must be what the answers leave.
 */
import { hunting, manyClients, oneClient } from "../hunting.ts";
import { liveHistory } from "../live.ts";
import type { Operation } from "../workload.ts";

const compaction: Operation[] = [{ kind: "compact" }, { kind: "compact" }];

export const compactionChangesNoRead = hunting({
  promise: "durable-kv/compaction-changes-no-read",
  hunt: {
    wants: ["lost", "invented", "refused"],
    phases: ["crash"],
    names: "core",
    killsOnly: true,
    live: liveHistory,
    crashesAt: ({ history, isIdle }) =>
      isIdle && history.calls.every((call) => call.answeredAt !== null),
    missing: ({ history }) =>
      history.calls.some(({ operation }) => operation.kind === "compact")
        ? null
        : "compact was never called",
  },
  cases: 360,
  draw: (random, index) => {
    const options = { segmentBytesMax: 1024 };
    if (index % 3 === 0) {
      const mix = {
        operations: 40,
        keys: ["a", "b", "c", "d"],
        gets: 0.25,
        deletes: 0.2,
        compacts: 0.1,
        sizes: [60, 200, 400],
      };
      return { clients: oneClient(random, mix), options, closes: index % 2 === 0, sectorBytes: 64 };
    }
    // Many keys and mostly one compaction: what it loses is not healed by a later write or compaction.
    const keys = ["a", "b", "c", "d", "e", "f", "g", "h"].slice(0, 3 + (index % 6));
    const mix = { operations: 6, keys, gets: 0.2, deletes: 0.2, sizes: [60, 200, 400] };
    const clients = [...manyClients(random, 2, mix), compaction.slice(0, index % 3 === 1 ? 1 : 2)];
    return { clients, draw: { index, seed: random.below(1_000_000) }, options, sectorBytes: 64 };
  },
});
