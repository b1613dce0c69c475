import { renameSync, writeFileSync } from "node:fs";
import type { MessagePort } from "node:worker_threads";
import { seededRandom, type Random } from "#platform/random.ts";
import type { StoreReply } from "./host.ts";
import { Journal, type Phase } from "./journal.ts";
import { journalFile, silenceFile, type ClientCommand, type ClientStart } from "./life-plan.ts";
import { endOrphan } from "./orphan.ts";
import { BEAT_MILLISECONDS, Pulse, SilenceWatch } from "./pulse.ts";
import { SharedClock } from "./shared-clock.ts";

/**
 * One client of a life, in a worker thread of its own: calls, writes down, waits for the answer, writes
 * that down, calls again, until it is told to stop or the process is killed.
 */
export interface ClientWork<Operation> {
  /** The operation that is called at this tick; no other operation of the run has the same. */
  next(tick: number): Operation;
  /** The operation in a form that may travel to the host. */
  request(operation: Operation): unknown;
  /** The store's answer in the form in which it is judged. */
  answer(operation: Operation, value: unknown): string | null;
}

export type MakeWork<Operation> = (parameters: unknown, random: Random) => ClientWork<Operation>;

/** Carries out the commands that arrive on `control`; each but `stop` is answered once it is done, and so is the start. */
export function runClient<Operation>(
  { client, plan, clock: clockMemory, pulse: pulseMemory, store }: ClientStart,
  control: Pick<MessagePort, "on" | "postMessage">,
  makeWork: MakeWork<Operation>,
): void {
  const clock = new SharedClock(clockMemory);
  const pulse = new Pulse(pulseMemory);
  const journal = new Journal<Operation>(journalFile(plan.root, plan.life, client));
  const work = makeWork(
    plan.parameters,
    seededRandom(plan.seed * 1_000_003 + plan.life * 1009 + client),
  );
  let stopped = false;

  const perform = async (phase: Phase, choose: (tick: number) => Operation): Promise<void> => {
    const calledAt = clock.tick();
    const operation = choose(calledAt);
    const request = work.request(operation);
    journal.call(calledAt, phase, operation);
    const reply = await ask(store, request);
    const answeredAt = clock.tick();
    pulse.progress();
    journal.answer(
      answeredAt,
      "error" in reply ? reply : { answer: work.answer(operation, reply.value) },
    );
  };

  const verify = async (operations: Operation[]): Promise<void> => {
    for (const operation of operations) await perform("verify", () => operation);
  };

  const workOn = async (): Promise<void> => {
    while (!stopped) await perform("work", (tick) => work.next(tick));
  };

  control.on("message", (message: ClientCommand<Operation>) => {
    if (message.command === "stop") {
      stopped = true;
      return;
    }
    const done = message.command === "verify" ? verify(message.operations) : workOn();
    void done.then(() => control.postMessage("done"));
  });
  control.postMessage("started");
}

/** A client has one call at a time, so the next message is its answer. */
function ask(store: MessagePort, request: unknown): Promise<StoreReply> {
  return new Promise((answered) => {
    store.once("message", answered);
    store.postMessage(request);
  });
}

/**
 * Watches over the life from beside the host thread, which a subject may keep busy for ever: writes down
 * when the subject hangs, and ends the process when nobody needs it any more, because the judge's process is
 * gone or the time is over. One client's thread does it for all.
 */
export function watchLife({ client, plan, pulse: memory }: ClientStart): void {
  if (client !== 0) return;
  const parent = process.ppid;
  const pulse = new Pulse(memory);
  const silence = new SilenceWatch();
  let isSilent = false;
  setInterval(() => {
    const reason = silence.beat(pulse.read());
    if (reason !== undefined && !isSilent) {
      isSilent = true;
      // Under its name only when it is complete: the judge's process may look at any moment.
      const file = silenceFile(plan.root, plan.life);
      writeFileSync(`${file}.draft`, reason);
      renameSync(`${file}.draft`, file);
    }
    if (process.ppid !== parent) endOrphan(plan);
    if (Date.now() > plan.endsAt + LATE_MILLISECONDS) process.kill(process.pid, "SIGKILL");
  }, BEAT_MILLISECONDS).unref();
}

/** By then the judge's process should have ended the life itself. */
const LATE_MILLISECONDS = 2000;
