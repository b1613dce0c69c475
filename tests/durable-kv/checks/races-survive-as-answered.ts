/**
 * A few clients that race, crashed at every moment; and crowds that call all at once, whose answered
 * puts must be there when the power has gone and taken with it whatever no sync had covered.
 */
import { kata } from "#katas/durable-kv/kata.ts";
import { together } from "../../harness/experiment.ts";
import { concurrentPowerCuts, staged, Stage } from "../searches.ts";
import type { Answer } from "../../harness/on-disk/stage.ts";
import { keyBytes, valueBytes } from "../adapter.ts";
import { valueText } from "../../harness/key-value/workload.ts";

export const racesSurviveAsAnswered = together(
  "durable-kv/races-survive-as-answered",
  kata.version,
  [
    concurrentPowerCuts(
      "durable-kv/races-survive-as-answered",
      {
        // Reads come only when every write is answered: what they show is who has won.
        wants: ["lost", "invented", "refused", "seen", "hidden", "unsettled"],
        phases: ["crash", "second life", "kill, then power cut"],
      },
      { cases: 96, gets: 0, readsAtEnd: true },
    ),
    staged("durable-kv/races-survive-as-answered", {
      "64 puts wait for a sync": (stage) => powerCutAfterPuts(stage, { puts: 64, closes: false }),
      "256 puts wait for a sync": (stage) => powerCutAfterPuts(stage, { puts: 256, closes: false }),
      "a write that waits is called again": powerCutAfterTheSameAgain,
      "close is called while puts wait": (stage) =>
        powerCutAfterPuts(stage, { puts: 40, closes: true }),
      "puts of a mebibyte each wait for a sync": (stage) =>
        powerCutAfterPuts(stage, { puts: 3, closes: false, size: 1_048_576 }),
    }),
  ],
);

/** What was asked for already is not yet done: nobody is answered before the power can be cut. */
async function powerCutAfterTheSameAgain(stage: Stage): Promise<void> {
  const store = await stage.open();
  const put = (key: string, value: number): Answer =>
    stage.call(`put ${key}=${value}`, () => store.put(keyBytes(key), valueBytes(value, 20)));
  put("gone", 1);
  put("kept", 1);
  await stage.settleAll();
  const calls: [key: string, value: string | undefined, call: () => Answer][] = [
    ["kept", valueText(2, 20), () => put("kept", 2)],
    ["gone", undefined, () => stage.call("delete gone", () => store.delete(keyBytes("gone")))],
  ];
  const expected = new Map<string, string | undefined>();
  for (let round = 0; round < 3; round++) {
    const answers = calls.map(([key, value, call]) => ({ key, value, answer: call() }));
    await stage.settleAll(Stage.neverSyncs);
    for (const { key, value, answer } of answers)
      if (answer.state === "resolved") expected.set(key, value);
  }
  await stage.powerCut();
  await stage.shows(await stage.open(), expected);
}

async function powerCutAfterPuts(
  stage: Stage,
  { puts, closes, size = 20 }: { puts: number; closes: boolean; size?: number },
): Promise<void> {
  const store = await stage.open();
  const put = (index: number): Answer =>
    stage.call(`put k${index}=${index}`, () =>
      store.put(keyBytes(`k${index}`), valueBytes(index, size)),
    );
  const answers = [put(0)];
  await stage.settleAll(Stage.neverSyncs);
  stage.tell(
    `${puts} puts of ${size} bytes to other keys`,
    "called while the first one waits for its sync",
  );
  stage.quiet(true);
  for (let index = 1; index <= puts; index++) answers.push(put(index));
  stage.quiet(false);
  if (closes) stage.call("close", () => store.close());
  stage.quiet(true);
  await stage.settleAll(Stage.syncsLast);
  stage.quiet(false);

  // Whether each of them must be answered is another promise.
  const expected = new Map<string, string>();
  for (const [index, { state }] of answers.entries())
    if (state === "resolved") expected.set(`k${index}`, valueText(index, size));
  if (expected.size === 0) stage.missed("no put was answered");
  stage.tell(`${expected.size} of all these puts`, "answered ok");
  await stage.powerCut();
  await stage.shows(await stage.open(), expected);
}
