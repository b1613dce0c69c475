/**
 * Lives a history that a hunt has found once more, slowly, and tells it.
 */
import type { LoadedSubject } from "../check.ts";
import type { Listener } from "../experiment.ts";
import { outcomeOf } from "../life.ts";
import { describeError } from "../in-words.ts";
import type { Claims } from "../on-disk/disk-subject.ts";
import { Narrator } from "../on-disk/narrator.ts";
import { recover, type Shown } from "../on-disk/recovery.ts";
import type { Case } from "./case.ts";
import { FirstLife } from "./first-life.ts";
import { type Call, callWords, History } from "./history.ts";
import type { Found, HuntOutcome, HuntStep } from "./hunt.ts";
import { reading } from "./reading.ts";
import type { StoreKata } from "./store-kata.ts";
import { keysOf, shortValue } from "./workload.ts";

/** Values of other keys are told too when there are no more than this. */
const valuesToldMax = 3;

const nothingFailed = "although nothing had failed";
const nothingLeftToDo = "although the disk has answered everything";

export async function tellHunt(
  kata: StoreKata,
  subject: LoadedSubject<Claims>,
  testCase: Case,
  outcome: HuntOutcome,
  listener: Listener,
): Promise<void> {
  const { found } = outcome;
  const narrator = new Narrator(listener, callWords);
  const life = new FirstLife(kata, testCase);
  await life.live(
    await subject.fresh(),
    async () => found === null || life.step < found.step,
    narrator,
  );
  if (found === null) {
    tellEnd(narrator, life, outcome);
    return;
  }
  if (life.openError !== null) narrator.opened(`rejected ${describeError(life.openError.error)}`);
  const later = await subject.fresh();
  for (const [index, step] of found.trail.entries()) {
    narrator.crash(step.leg.kind, step.leg.what());
    await tellStep(
      narrator,
      kata,
      later,
      testCase,
      step,
      index === found.trail.length - 1 ? found : null,
    );
  }
}

/** What is wrong with a life that no crash has ended. */
function tellEnd(
  narrator: Narrator<Call>,
  life: FirstLife,
  { finding, offender }: HuntOutcome,
): void {
  narrator.finish();
  const isWrong = finding.kind === "broken" || finding.kind === "hung";
  const toOpen = isWrong ? "expected it to open" : null;
  if (life.openError !== null) {
    narrator.opened(`rejected ${describeError(life.openError.error)}`, toOpen);
    return;
  }
  const forgotten = life.forgottenCall();
  if (forgotten !== null && forgotten.call === undefined) {
    narrator.opened("never answered", toOpen);
    return;
  }
  if (!isWrong) return;
  const call =
    offender === null
      ? forgotten?.call
      : life.history.calls.find((one) => one.calledAt === offender.calledAt);
  if (call !== undefined) narrator.contradiction(call, offender?.expected ?? nothingLeftToDo);
  else if (life.keepsTheDirectory)
    narrator.note("the directory", "is still locked, expected it to be free", true);
}

async function tellStep(
  narrator: Narrator<Call>,
  kata: StoreKata,
  exports: Claims,
  testCase: Case,
  { leg, cutInside, faults, second }: HuntStep,
  found: Found | null,
): Promise<void> {
  const keys = keysOf([...testCase.clients, testCase.second ?? []]);
  const subject = reading(kata, keys, testCase.options);
  const history = new History(kata);
  const disk = leg.disk();
  const recovery = await recover(
    subject,
    exports,
    disk,
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
  if (recovery.kind !== "shown") {
    // Where a call of this recovery was made to fail, it may be refused; the next open may not.
    const mayFail = faults !== undefined;
    narrator.recovered(recovery, found !== null && !mayFail);
    if (found !== null && mayFail) narrator.recovered(await recover(subject, exports, disk), true);
    return;
  }
  narrator.recovered(recovery, false);
  const unanswered =
    second === undefined ? null : await tellSecond(narrator, recovery, history, second);
  recovery.port.fence();
  if (found === null) return;
  if (unanswered !== null) {
    const rejected = unanswered.outcome === "rejected";
    narrator.contradiction(unanswered, rejected ? nothingFailed : nothingLeftToDo);
  }
  for (const { key, value, expected } of found.values) {
    if (expected !== null || found.values.length <= valuesToldMax)
      narrator.shown(`get ${key}`, shortValue(value), expected);
  }
}

/** Tells what is done after a recovery; the call that was not answered as it had to be ends it. */
async function tellSecond(
  narrator: Narrator<Call>,
  shown: Shown<unknown>,
  history: History,
  { operations, cutAfter }: NonNullable<HuntStep["second"]>,
): Promise<Call | null> {
  const before = shown.pace.points.length;
  for (const operation of operations) {
    if (cutAfter !== null && shown.pace.points.length - before > cutAfter) break;
    await outcomeOf(history.perform(shown.store, 0, operation));
    const call = history.calls.at(-1);
    if (call === undefined || call.outcome === "ok") continue;
    narrator.finish();
    return call;
  }
  narrator.finish();
  return null;
}
