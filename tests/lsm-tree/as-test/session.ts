/**
 * A session as a test: its calls one after the other, each with the answer that a sorted map gives. Of an iteration
 * whose view may be of several moments the test says all the answers that fit.
 */
import type { Entry } from "#katas/lsm-tree/contract.ts";
import { openAnewHelper, openHelper } from "../../harness/key-value/as-test/text.ts";
import type { TestBody } from "../../harness/learner-test.ts";
import { isSameEntry } from "../script.ts";
import { type Bounds, Model } from "../model.ts";
import { readToTheEnd, type SessionCase, type Step } from "../session.ts";
import { words } from "./words.ts";

interface View {
  readonly bounds: Bounds;
  views: (readonly Entry[])[];
  place: number;
  isOver: boolean;
}

export function sessionAsTest({ steps, options }: SessionCase): TestBody {
  const model = new Model();
  const iterations = new Map<number, View>();
  const isReopened = steps.some((step) => step.do === "reopen" || step.do === "kill");
  const lines = steps.flatMap((step) => linesOf(step, model, iterations));
  return {
    lines: [
      ...openHelper(words, { options }),
      ...(isReopened ? openAnewHelper(words, { options }) : []),
      "",
      `${isReopened ? "let" : "const"} disk = createCrashDisk();`,
      `${isReopened ? "let" : "const"} tree = await open(disk);`,
      ...lines,
    ],
  };
}

function linesOf(step: Step, model: Model, iterations: Map<number, View>): string[] {
  switch (step.do) {
    case "put":
    case "delete": {
      const value = step.do === "put" ? step.value : undefined;
      model.set(step.key, value);
      for (const one of iterations.values())
        if (one.place === 0 && !one.isOver) one.views.push(model.range(one.bounds));
      const given = [step.key, ...(value === undefined ? [] : [value])].map(textOf).join(", ");
      return [`await tree.${step.do}(${given});`];
    }
    case "get":
      return [`expect(await tree.get(${textOf(step.key)})).toBe(${valueOf(model.get(step.key))});`];
    case "flush":
    case "compact":
      return [`await tree.${step.do}();`];
    case "reopen":
      iterations.clear();
      return [`await tree.close();`, `tree = await openAnew(disk);`];
    case "kill":
      iterations.clear();
      return [`disk = disk.kill();`, `tree = await openAnew(disk);`];
    case "range": {
      const entries = JSON.stringify(model.range(step));
      return [`expect(await entriesOf(${rangeOf(step)})).toEqual(${entries});`];
    }
    case "begin":
      iterations.set(step.as, {
        bounds: step,
        views: [model.range(step)],
        place: 0,
        isOver: false,
      });
      return [`const range${step.as} = ${rangeOf(step)}[Symbol.asyncIterator]();`];
    case "next": {
      const view = iterations.get(step.as);
      return view === undefined ? [] : nextLines(`range${step.as}`, view, step.times);
    }
    case "leave": {
      const view = iterations.get(step.as);
      if (view === undefined || view.isOver) return [];
      view.isOver = true;
      return [`await range${step.as}.return?.();`];
    }
  }
}

/** What a right answer says of the moment depends on the tree, so the test goes on with all views that fit some answer. */
function nextLines(name: string, view: View, times: number): string[] {
  const lines: string[] = [];
  const toTheEnd = times === readToTheEnd;
  for (let time = 0; time < times && !view.isOver; time++) {
    const { place, views } = view;
    const possible: (Entry | undefined)[] = [];
    for (const one of views)
      if (!possible.some((known) => isSameEntry(known, one[place]))) possible.push(one[place]);
    const answer = `(await ${name}.next()).value`;
    const texts = possible.map((entry) => JSON.stringify(entry) ?? "undefined");
    lines.push(
      texts.length === 1
        ? `expect(${answer}).toEqual(${texts[0]});`
        : `expect([${texts.join(", ")}]).toContainEqual(${answer});`,
    );
    view.place++;
    view.isOver = possible.every((entry) => entry === undefined);
    if (toTheEnd && possible.includes(undefined)) view.isOver = true;
  }
  return lines;
}

function rangeOf({ start, end }: Bounds): string {
  const given = end === undefined ? [start] : [start, end];
  const texts = given.map((bound) => (bound === undefined ? "undefined" : textOf(bound)));
  return `tree.range(${start === undefined && end === undefined ? "" : texts.join(", ")})`;
}

function textOf(text: string): string {
  return JSON.stringify(text);
}

function valueOf(value: string | undefined): string {
  return value === undefined ? "undefined" : textOf(value);
}
