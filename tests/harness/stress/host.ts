import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { MessageChannel, Worker, type MessagePort } from "node:worker_threads";
import type { Disk } from "#platform/disk.ts";
import { errorCode } from "#platform/errors.ts";
import { realDisk } from "#platform/real-disk.ts";
import type { Rejection } from "./journal.ts";
import type { ClientCommand, ClientStart, LifeCommand, LifeEvent, LifePlan } from "./life-plan.ts";
import { endOrphan } from "./orphan.ts";
import { BEAT_MILLISECONDS, Pulse } from "./pulse.ts";
import { SharedClock } from "./shared-clock.ts";
import { WatchedDisk } from "./watched-disk.ts";

/**
 * The host thread of a life: the first thread of the process, in which the subject's store runs. It starts
 * the clients, opens the store, serves what arrives on the clients' MessagePorts in the order of arrival and
 * as many at once as there are, and closes the store when it is told to stop.
 */
export async function hostLife(openStore: OpenStore): Promise<void> {
  const plan = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as LifePlan;
  process.on("disconnect", () => endOrphan(plan));
  watchMemory();
  const pulse = new Pulse();
  const clock = SharedClock.startingAt(0);
  const begun = told("begin");
  const clients = await startClients(plan, clock, pulse);
  const { firstTick, verification } = await begun;
  clock.set(firstTick);
  setInterval(() => pulse.hostBeat(), BEAT_MILLISECONDS / 2);
  const enter = (event: LifeEvent): void => {
    pulse.progress();
    say(event);
  };

  enter({ event: "loading" });
  pulse.begin();
  const subject = await step("load", () => loadScript(plan.subjectScript));
  if (subject === undefined) return;
  enter({ event: "opening" });
  const disk = new WatchedDisk(realDisk(), pulse);
  void told("die").then(() =>
    disk.endBetweenCalls(() => void process.kill(process.pid, "SIGKILL")),
  );
  const store = await step("open", () => openStore(subject, disk, plan));
  if (store === undefined) return;
  enter({ event: "opened" });
  const share = (client: number): unknown[] =>
    verification.filter((_, index) => index % clients.length === client);
  for (const client of clients) serve(client.store, store);
  await Promise.all(
    clients.map((client, index) => client.perform({ command: "verify", operations: share(index) })),
  );
  enter({ event: "working" });
  const working = Promise.all(clients.map((client) => client.perform({ command: "work" })));
  await told("stop");
  for (const client of clients) client.tell({ command: "stop" });
  await working;
  const closed = await step("close", async () => {
    await store.close();
    return true;
  });
  if (closed === true) say({ event: "closed" });
}

/** A subject's store behind calls that can travel between threads. */
export interface HostedStore {
  call(request: unknown): Promise<unknown>;
  close(): Promise<void>;
}

export type OpenStore = (
  subject: Readonly<Record<string, unknown>>,
  disk: Disk,
  plan: LifePlan,
) => Promise<HostedStore>;

/** Answers every request that arrives on a port, whatever others are still waiting. */
export function serve(port: MessagePort, store: HostedStore): void {
  port.on("message", (request: unknown) => {
    void replyOf(store, request).then((reply) => {
      port.postMessage(reply);
    });
  });
}

/** What comes back over a MessagePort; the client turns `value` into a journal's answer. */
export type StoreReply = { value: unknown } | { error: Rejection };

async function replyOf(store: HostedStore, request: unknown): Promise<StoreReply> {
  try {
    return { value: await store.call(request) };
  } catch (error) {
    return { error: rejectionOf(error) };
  }
}

function rejectionOf(error: unknown): Rejection {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { code: errorCode(error) ?? null, message };
}

// ── The process ───────────────────────────────────────────────────────────────────────────────

/** Resolves with the next command of that name. */
function told<Name extends LifeCommand["command"]>(
  name: Name,
): Promise<Extract<LifeCommand, { command: Name }>> {
  return new Promise((resolve) => {
    const listen = (message: LifeCommand): void => {
      if (message.command !== name) return;
      process.off("message", listen);
      resolve(message as Extract<LifeCommand, { command: Name }>);
    };
    process.on("message", listen);
  });
}

function say(event: LifeEvent): void {
  process.send?.(event);
}

/** Undefined when the step failed; the judge's process has been told and ends this life. */
async function step<Result>(
  name: "load" | "open" | "close",
  take: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await take();
  } catch (error) {
    say({ event: "rejected", step: name, error: rejectionOf(error) });
    return undefined;
  }
}

async function loadScript(file: string): Promise<Record<string, unknown>> {
  if (file.endsWith(".cjs")) {
    return createRequire(import.meta.url)(file) as Record<string, unknown>;
  }
  return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
}

const RESIDENT_BYTES_MAX = 1 << 30;

function watchMemory(): void {
  setInterval(() => {
    if (process.memoryUsage.rss() > RESIDENT_BYTES_MAX) say({ event: "memory exhausted" });
  }, 100);
}

// ── The clients' threads ──────────────────────────────────────────────────────────────────────

interface ClientThread {
  readonly store: MessagePort;
  tell(command: ClientCommand): void;
  /** Resolves when the client has done what it is told. */
  perform(command: ClientCommand): Promise<void>;
}

/** Resolves when all of them have been started. */
function startClients(plan: LifePlan, clock: SharedClock, pulse: Pulse): Promise<ClientThread[]> {
  const shared = { plan, clock: clock.memory, pulse: pulse.memory };
  return Promise.all(
    Array.from({ length: plan.threads }, async (_, client) => {
      const { port1: store, port2: storeOfClient } = new MessageChannel();
      const start: ClientStart = { ...shared, client, store: storeOfClient };
      const worker = new Worker(plan.clientScript, {
        workerData: start,
        transferList: [storeOfClient],
        execArgv: [],
      });
      worker.on("error", (error) => {
        say({ event: "client failed", message: error.stack ?? error.message });
      });
      const nextMessage = (): Promise<void> =>
        new Promise((resolve) => worker.once("message", () => resolve()));
      await nextMessage();
      return {
        store,
        tell: (command) => worker.postMessage(command),
        perform: (command) => {
          const done = nextMessage();
          worker.postMessage(command);
          return done;
        },
      };
    }),
  );
}
