import type { LsmTree, Subject } from "#katas/lsm-tree/contract.ts";
import { hostLife, type HostedStore } from "../../harness/stress/host.ts";
import type { TreeParameters, TreeRequest } from "./operation.ts";

function hosted(tree: LsmTree): HostedStore {
  return {
    call: (request) => answerTo(tree, request as TreeRequest),
    close: () => tree.close(),
  };
}

async function answerTo(tree: LsmTree, request: TreeRequest): Promise<unknown> {
  switch (request.call) {
    case "get":
      return tree.get(request.key);
    case "put":
      return tree.put(request.key, request.value);
    case "delete":
      return tree.delete(request.key);
    case "range": {
      const entries: (readonly [string, string])[] = [];
      for await (const entry of tree.range(request.start, request.end)) entries.push(entry);
      return entries;
    }
    case "flush":
      return tree.flush();
    case "compact":
      return tree.compact();
  }
}

/** The host of a life: the subject's tree on the real disk, behind the calls that clients send. */
void hostLife(async (subject, disk, plan) => {
  const { options, ownDirectory } = plan.parameters as TreeParameters;
  const { openLsmTree } = subject as unknown as Subject;
  const directory =
    ownDirectory === undefined ? plan.directory : `${plan.directory}/${ownDirectory}`;
  if (ownDirectory !== undefined) await disk.makeDirectory(directory);
  return hosted(await openLsmTree({ disk, directory, ...options }));
});
