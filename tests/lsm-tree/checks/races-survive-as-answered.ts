/**
 * A few clients that race, crashed at every moment; and crowds that call all at once, whose answered puts must be there
 * when the power has gone and taken with it whatever no sync had covered.
 */
import { kata } from "#katas/lsm-tree/kata.ts";
import { together } from "../../harness/experiment.ts";
import { valueText } from "../../harness/key-value/workload.ts";
import type { Answer } from "../../harness/on-disk/stage.ts";
import { concurrentCrashes } from "../crash-cases.ts";
import { Stage, staged } from "../searches.ts";

const promise = "lsm-tree/races-survive-as-answered";

export const racesSurviveAsAnswered = together(promise, kata.version, [
  concurrentCrashes(
    promise,
    {
      // Reads come only when every write is answered: what they show is who has won.
      wants: ["lost", "invented", "refused", "seen", "hidden", "unsettled"],
      phases: ["crash", "second life", "kill, then power cut"],
    },
    { cases: 18, gets: 0, readsAtEnd: true },
  ),
  staged(promise, {
    "64 puts wait for a sync": (stage) => powerCutAfterPuts(stage, { puts: 64, closes: false }),
    "256 puts wait for a sync": (stage) => powerCutAfterPuts(stage, { puts: 256, closes: false }),
    "close is called while puts wait": (stage) =>
      powerCutAfterPuts(stage, { puts: 40, closes: true }),
  }),
]);

async function powerCutAfterPuts(
  stage: Stage,
  { puts, closes }: { puts: number; closes: boolean },
): Promise<void> {
  const tree = await stage.open({ memtableThreshold: 10 });
  const put = (index: number): Answer =>
    stage.call(`put k${index}=${index}`, () => tree.put(`k${index}`, valueText(index, 20)));
  const answers = [put(0)];
  await stage.settleAll(Stage.neverSyncs);
  stage.tell(`${puts} puts of other keys`, "called while the first one waits");
  stage.quiet(true);
  for (let index = 1; index <= puts; index++) answers.push(put(index));
  if (closes) stage.call("close", () => tree.close());
  await stage.settleAll(Stage.syncsLast);
  stage.quiet(false);

  // Whether each of them must be answered is another promise.
  const expected = new Map<string, string>();
  for (const [index, { state }] of answers.entries())
    if (state === "resolved") expected.set(`k${index}`, valueText(index, 20));
  if (expected.size === 0) stage.missed("no put was answered");
  stage.tell(`${expected.size} of all these puts`, "answered ok");
  await stage.powerCut();
  await stage.shows(await stage.open(), expected);
}
