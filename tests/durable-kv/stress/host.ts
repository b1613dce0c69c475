import type { DurableKv, Subject } from "#katas/durable-kv/contract.ts";
import { hostLife, type HostedStore } from "../../harness/stress/host.ts";
import type { KvParameters, KvRequest } from "./operation.ts";

function hosted(store: DurableKv): HostedStore {
  return {
    call: (request) => answerTo(store, request as KvRequest),
    close: () => store.close(),
  };
}

async function answerTo(store: DurableKv, request: KvRequest): Promise<unknown> {
  switch (request.call) {
    case "get": {
      const value = await store.get(inReceiveBuffer(request.key).view);
      // A copy of its own, since cloning a view for another thread clones all that lies behind it.
      return value === undefined ? undefined : Uint8Array.from(value);
    }
    case "put": {
      const key = inReceiveBuffer(request.key);
      const value = inReceiveBuffer(request.value);
      await store.put(key.view, value.view);
      key.reuse();
      value.reuse();
      return;
    }
    case "delete": {
      const key = inReceiveBuffer(request.key);
      await store.delete(key.view);
      key.reuse();
      return;
    }
    case "compact":
      return store.compact();
  }
}

/**
 * The bytes as a server would hand them over: a view into the middle of a larger buffer, which is
 * filled with other bytes as soon as the call is answered.
 */
function inReceiveBuffer(bytes: Uint8Array): { view: Uint8Array; reuse: () => void } {
  const buffer = new Uint8Array(bytes.length + 2 * RECEIVE_BUFFER_MARGIN).fill(RECEIVE_BUFFER_FILL);
  const view = buffer.subarray(RECEIVE_BUFFER_MARGIN, RECEIVE_BUFFER_MARGIN + bytes.length);
  view.set(bytes);
  return { view, reuse: () => buffer.fill(RECEIVE_BUFFER_FILL) };
}

const RECEIVE_BUFFER_MARGIN = 24;
const RECEIVE_BUFFER_FILL = 0xee;

/** The host of a life: the subject's store on the real disk, behind the calls that clients send. */
void hostLife(async (subject, disk, plan) => {
  const { options } = plan.parameters as KvParameters;
  const { openDurableKv } = subject as unknown as Subject;
  const store = await openDurableKv({ disk, directory: plan.directory, ...options });
  return hosted(store);
});
