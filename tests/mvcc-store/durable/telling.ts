/** Lives a history that a hunt has found once more, slowly, and tells it. */
import type { Subject } from "#katas/mvcc-store/contract.ts";
import type { LoadedSubject } from "../../harness/check.ts";
import type { Listener } from "../../harness/experiment.ts";
import { describeError } from "../../harness/in-words.ts";
import { Narrator } from "../../harness/on-disk/narrator.ts";
import { recover } from "../../harness/on-disk/recovery.ts";
import { keyInWords } from "../script.ts";
import { type Entries, everything } from "./adapter.ts";
import { type DurableCase, shortText } from "./case.ts";
import { commitWords, type Deed, History } from "./history.ts";
import type { Found, HuntOutcome, HuntStep } from "./found.ts";
import { DurableLife } from "./life.ts";
import { performSecond } from "./second-life.ts";

const entriesShownMax = 10;

/** "a=1 b=2" */
export function stateInWords(entries: Entries): string {
  if (entries.length === 0) return "nothing";
  const parts = entries.map(([key, value]) => `${keyInWords(key)}=${shortText(value)}`);
  const more = parts.length - entriesShownMax;
  return more <= 0
    ? parts.join(" ")
    : `${parts.slice(0, entriesShownMax).join(" ")} and ${more} more`;
}

export async function tellHunt(
  subject: LoadedSubject<Subject>,
  testCase: DurableCase,
  outcome: HuntOutcome,
  listener: Listener,
): Promise<void> {
  const { found } = outcome;
  const narrator = new Narrator(listener, commitWords);
  const life = new DurableLife(testCase);
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
    const isLast = index === found.trail.length - 1;
    await tellStep(narrator, later, testCase, step, isLast ? found : null);
  }
}

/** What is wrong with a life that no crash has ended. */
function tellEnd(
  narrator: Narrator<Deed>,
  life: DurableLife,
  { finding, violation }: HuntOutcome,
): void {
  narrator.finish();
  const isWrong = finding.kind === "broken" || finding.kind === "hung";
  if (!life.isOpen) {
    const how =
      life.openError === null
        ? "never answered"
        : `rejected ${describeError(life.openError.error)}`;
    narrator.opened(how, isWrong ? "expected it to open" : null);
    return;
  }
  if (violation === null || !isWrong) return;
  const deed = life.history.deeds.find(({ name }) => name === violation.name);
  if (deed !== undefined) narrator.contradiction(deed, violation.expected);
  else narrator.note("close", `expected ${violation.expected}`, true);
}

async function tellStep(
  narrator: Narrator<Deed>,
  exports: Subject,
  testCase: DurableCase,
  { leg, cutInside, faults, second }: HuntStep,
  found: Found | null,
): Promise<void> {
  const subject = everything(testCase.options);
  const history = new History();
  const disk = leg.disk();
  const given = faults ?? testCase.recoveryFaults;
  const recovery = await recover(subject, exports, disk, given, (port, pace) => {
    narrator.nextLife(port, history);
    pace.onSettled = (call, error) => {
      if (cutInside === undefined || pace.points.length <= cutInside)
        narrator.diskSettled(call, error);
    };
  });
  if (cutInside !== undefined) return;
  if (recovery.kind !== "shown") {
    // Where a call of this recovery was made to fail, it may be refused; the next open may not.
    const mayFail = faults !== undefined;
    narrator.recovered(recovery, found !== null && !mayFail);
    if (found !== null && mayFail) narrator.recovered(await recover(subject, exports, disk), true);
    return;
  }
  narrator.recovered(recovery, false);
  recovery.pace.points.length = 0;
  for (const [index, work] of (second?.works ?? []).entries()) {
    const { cutAfter = null } = second ?? {};
    if (cutAfter !== null && recovery.pace.points.length > cutAfter) break;
    const deed = await performSecond(recovery, history, work, index);
    if (deed.outcome !== "ok") narrator.contradiction(deed, "although nobody is in its way");
  }
  narrator.finish();
  recovery.port.fence();
  if (found === null || second !== undefined) return;
  narrator.shown("range", stateInWords(recovery.seen), found.expected);
}
