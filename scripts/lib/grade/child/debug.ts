/**
 * One history, step by step, in one process that nobody watches: the subject's own output stands between
 * the numbered steps. With a terminal it waits for a debugger and stops before the first step.
 */
import inspector from "node:inspector";
import { pathToFileURL } from "node:url";
import type { HistoryEvent, Suite, Verdict } from "../../../../tests/harness/check.ts";
import { loadBundle } from "../../../../tests/harness/subject-loader.ts";
import type { DebugRequest } from "../replay.ts";
import { replaceGlobals, reseed } from "./seeded-globals.ts";

type AnySuite = Suite<Record<string, unknown>, string>;

const { bundle, suiteFile, token, seed, hasTerminal } = JSON.parse(
  process.argv[2] ?? "",
) as DebugRequest;
const say = process.stdout.write.bind(process.stdout);

const { suite } = (await import(pathToFileURL(suiteFile).href)) as { suite: AnySuite };
replaceGlobals();
reseed(seed, "");
if (hasTerminal) {
  process.stderr.write(
    "Attach your editor, or open chrome://inspect: it stops before the first step.\n" +
      "Without a debugger: add | cat to see the steps. Ctrl-C ends it.\n",
  );
  inspector.open(undefined, undefined, true);
}

const subject = await loadBundle(bundle);
let step = 0;
// eslint-disable-next-line no-debugger -- stopping here is what was asked for
debugger;
const { verdict } = await suite.replay(subject, token, show);
say(`\n${[verdict.status, ...whyOf(verdict)].join(": ")}\n`);
process.exit(verdict.status === "held" ? 0 : 1);

function whyOf(result: Verdict): string[] {
  if ("counterexample" in result && result.counterexample !== null)
    return [result.counterexample.therefore];
  return "reason" in result && result.reason !== null ? [result.reason] : [];
}

function show({ what, detail, remark, contradiction }: HistoryEvent): void {
  step += 1;
  const arrow = remark === null ? "" : `  ← ${remark}`;
  const mark = contradiction ? "✗" : " ";
  say(`${mark}${String(step).padStart(3)}  ${what}${detail === "" ? "" : `  ${detail}`}${arrow}\n`);
}
