/**
 * Lives a history that a hunt has found once more, slowly, and tells it.
 */
import type { Subject } from "#katas/durable-kv/contract.ts";
import type { LoadedSubject } from "../harness/check.ts";
import type { Listener } from "../harness/experiment.ts";
import { outcomeOf } from "../harness/life.ts";
import type { Step } from "./afterlives.ts";
import type { Case } from "./case.ts";
import { FirstLife } from "./first-life.ts";
import { History } from "./history.ts";
import type { Found, HuntOutcome } from "./hunt.ts";
import { Narrator } from "./narrator.ts";
import { recover, type Shown } from "./recovery.ts";
import { keysOf } from "./workload.ts";

/** Values of other keys are told too when there are no more than this. */
const valuesToldMax = 3;

export async function tellHunt(
  subject: LoadedSubject<Subject>,
  testCase: Case,
  { found, offender }: HuntOutcome,
  listener: Listener,
): Promise<void> {
  const narrator = new Narrator(listener);
  const life = new FirstLife(testCase);
  await life.live(
    await subject.fresh(),
    async () => found === null || life.step < found.step,
    narrator,
  );
  if (found === null) {
    narrator.finish();
    const call = life.history.calls.find((one) => one.calledAt === offender?.calledAt);
    if (call !== undefined) narrator.contradiction(call, offender?.expected ?? "");
    return;
  }
  const later = await subject.fresh();
  for (const [index, step] of found.trail.entries()) {
    narrator.crash(step.leg.kind, step.leg.what());
    await tellStep(
      narrator,
      later,
      testCase,
      step,
      index === found.trail.length - 1 ? found : null,
    );
  }
}

async function tellStep(
  narrator: Narrator,
  exports: Subject,
  testCase: Case,
  { leg, cutInside, faults, second }: Step,
  found: Found | null,
): Promise<void> {
  const keys = keysOf([...testCase.clients, testCase.second ?? []]);
  const history = new History();
  const recovery = await recover(
    exports,
    leg.disk(),
    keys,
    testCase.options,
    faults ?? testCase.recoveryFaults,
    (port, pace) => {
      narrator.nextLife(port, history);
      pace.onSettled = (call, error) => {
        if (cutInside === undefined || pace.points.length <= cutInside)
          narrator.diskSettled(call, error);
      };
    },
  );
  if (cutInside !== undefined) return;
  narrator.opened(recovery.kind === "shown" ? null : recovery.what);
  if (recovery.kind !== "shown") return;
  if (second !== undefined) await tellSecond(narrator, recovery, history, second);
  recovery.port.fence();
  if (found === null) return;
  for (const { key, value, expected } of found.values) {
    if (expected !== null || found.values.length <= valuesToldMax)
      narrator.read(key, value, expected);
  }
}

async function tellSecond(
  narrator: Narrator,
  shown: Shown,
  history: History,
  { operations, cutAfter }: NonNullable<Step["second"]>,
): Promise<void> {
  const before = shown.pace.points.length;
  for (const operation of operations) {
    if (cutAfter !== null && shown.pace.points.length - before > cutAfter) break;
    await outcomeOf(history.perform(shown.store, 0, operation));
  }
  narrator.finish();
}
