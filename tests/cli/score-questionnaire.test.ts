import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sheets } from "../../rubric/sheets.ts";
import type { DimensionNumber } from "../../rubric/shape.ts";
import {
  noAnswers,
  readAnswers,
  writeAnswers,
  type Answers,
} from "../../scripts/lib/score/answers.ts";
import type { Asker } from "../../scripts/lib/score/asker.ts";
import { headingsOf } from "../../scripts/lib/score/notes.ts";
import { OwnLines } from "../../scripts/lib/score/own-lines.ts";
import { ask, type Questionnaire } from "../../scripts/lib/score/questionnaire.ts";
import { terminalAsker } from "../../scripts/lib/score/terminal-asker.ts";
import { spotless } from "../rubric/evidence.ts";

const notes = `# Notes

## Assumptions

- One process holds the directory; the lock says so. → store.ts › open

## Trade-offs

- Recovery:
`;
const supporting = "- One process holds the directory; the lock says so. → store.ts › open";
const ownLines = new OwnLines([{ file: "/attempt/NOTES.md", text: notes }], []);

/** Answers what it is told to, and keeps what it was asked. */
class Scripted implements Asker {
  readonly asked: string[] = [];
  readonly offered: string[][] = [];
  readonly refused: string[] = [];
  readonly said: string[] = [];
  readonly #answer: (question: string) => string | number | undefined;

  constructor(answer: (question: string) => string | number | undefined) {
    this.#answer = answer;
  }

  say(text: string): void {
    this.said.push(text);
  }

  choose: Asker["choose"] = async (question, choices) => {
    this.asked.push(question);
    this.offered.push(choices.map(({ label }) => label));
    const answer = this.#answer(question);
    return choices.find(({ value }) => value === answer)?.value;
  };

  line: Asker["line"] = async (question, problemOf) => {
    this.asked.push(question);
    const answer = this.#answer(question);
    const typed = answer === undefined ? undefined : String(answer);
    const problem = typed === undefined ? undefined : problemOf(typed);
    if (problem === undefined) return typed;
    this.refused.push(problem);
    return "";
  };
}

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "score-"));
  file = path.join(folder, "answers.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

function questionnaire(asker: Asker, changes: Partial<Questionnaire> = {}): Questionnaire {
  const answers = changes.answers ?? noAnswers();
  return {
    asker,
    answers,
    save: () => writeAnswers(file, "tiny-counter", answers),
    evidence: spotless,
    others: null,
    ownLines,
    sheets,
    headings: headingsOf(notes),
    again: false,
    ...changes,
  };
}

const saved = (): Answers => readAnswers(file, "tiny-counter");
const isAbout = (number: number) => (question: string) => question.startsWith(`${number} of 14 `);
const isDimension = (question: string) => /^\d+ of 14 /.test(question);

describe("the questionnaire", () => {
  it("asks every dimension but the measured one, seven rows, and the sheet's four fields", async () => {
    const asker = new Scripted((question) => (isDimension(question) ? 3 : ""));
    expect(await ask(questionnaire(asker))).toBe("done");
    expect(asker.asked.filter(isDimension)).toHaveLength(13);
    expect(asker.asked.some(isAbout(8))).toBe(false);
    expect(asker.asked).toHaveLength(13 + 7 + 4);
    expect([...saved().claims].every(([, { points }]) => points === 3)).toBe(true);
  });

  it("asks nothing twice, unless it is told to", async () => {
    const answer = (question: string) => (isDimension(question) ? 3 : "");
    await ask(questionnaire(new Scripted(answer)));
    const second = new Scripted(answer);
    expect(await ask(questionnaire(second, { answers: saved() }))).toBe("done");
    expect(second.asked).toEqual([]);
    const again = new Scripted(answer);
    await ask(questionnaire(again, { answers: saved(), again: true }));
    expect(again.asked).toHaveLength(24);
  });

  it("offers no more points than the evidence allows, and says which rule it is", async () => {
    const asker = new Scripted((question) => (isDimension(question) ? 2 : ""));
    await ask(questionnaire(asker, { evidence: { ...spotless, brokenLevel: 4, blocking: 2 } }));
    for (const [number, rule] of [
      [5, "At most 3: a promise of a later level does not hold."],
      [7, "At most 3: a reviewer would block it."],
    ] as const) {
      const index = asker.asked.filter(isDimension).findIndex(isAbout(number));
      expect(asker.asked.filter(isDimension)[index]).toContain(rule);
      expect(asker.offered[index]?.map((label) => label[0])).toEqual(["1", "2", "3", "–"]);
    }
  });

  it("takes a line for a claim of 4 only if the line is there", async () => {
    const typed = ["We thought about consistency a lot.", "NOTES.md:9", "NOTES.md:5"];
    const asker = new Scripted((question) => {
      if (isAbout(1)(question) || isAbout(2)(question) || isAbout(13)(question)) return 4;
      if (question.startsWith("Which line shows it?")) return typed.shift() ?? "";
      return isDimension(question) ? 3 : "";
    });
    await ask(questionnaire(asker));
    const { claims } = saved();
    expect(asker.refused).toEqual([
      "No line of yours says that. Type a line, or its place such as NOTES.md:12 (NOTES.md).",
      'Line 9 of NOTES.md supports nothing: "- Recovery:". Choose one that you have written.',
    ]);
    expect([1, 2, 13].map((number) => claims.get(number as DimensionNumber)?.quote)).toEqual([
      "",
      "",
      supporting,
    ]);
  });

  it("asks once more for a line that is no longer there", async () => {
    const answers = noAnswers();
    answers.claims.set(13, { points: 5, quote: "- A trade-off that was deleted since." });
    answers.claims.set(14, { points: 5, quote: supporting });
    const asker = new Scripted((question) => (isDimension(question) ? 3 : ""));
    await ask(questionnaire(asker, { answers }));
    expect(asker.asked.some(isAbout(13))).toBe(true);
    expect(asker.asked.some(isAbout(14))).toBe(false);
  });

  it("offers the lines of a sheet to the dimensions that it feeds", async () => {
    const asker = new Scripted((question) => {
      if (question.startsWith("Design sheet · structure")) return "NOTES.md:5";
      if (question.startsWith("Which line")) return supporting;
      return isAbout(7)(question) ? 4 : isDimension(question) ? 3 : "";
    });
    await ask(questionnaire(asker));
    expect(saved().sheets.get("design/structure")).toBe(supporting);
    expect(saved().claims.get(7)).toEqual({ points: 4, quote: supporting });
    expect(asker.offered).toContainEqual([supporting, "Another one, or none."]);
  });

  it("leaves to others what others have scored", async () => {
    const others = { by: "Ada", scores: new Map([[10, 4]] as const), note: null };
    const asker = new Scripted((question) => (isDimension(question) ? 3 : ""));
    await ask(questionnaire(asker, { others }));
    expect(asker.asked.some(isAbout(10))).toBe(false);
    expect(saved().claims.has(10)).toBe(false);
  });

  it("says which headings of the notes are empty, before the first question", async () => {
    const asker = new Scripted(() => undefined);
    await ask(questionnaire(asker));
    expect(asker.said[0]).toContain("NOTES.md has nothing yet below: Trade-offs.");
  });

  it("interrupted in the middle keeps every answer before, and goes on from there", async () => {
    const first = new Scripted((question) =>
      isAbout(4)(question) ? undefined : isDimension(question) ? 3 : "",
    );
    expect(await ask(questionnaire(first))).toBe("interrupted");
    expect([...saved().claims.keys()]).toEqual([1, 2, 3]);
    const second = new Scripted((question) => (isDimension(question) ? 2 : ""));
    await ask(questionnaire(second, { answers: saved() }));
    expect(second.asked.findIndex(isAbout(4))).toBe(0);
    expect(
      [1, 2, 3, 4].map((number) => saved().claims.get(number as DimensionNumber)?.points),
    ).toEqual([3, 3, 3, 2]);
  });
});

describe("on a terminal", () => {
  const down = "\u001b[B";
  const enter = "\r";
  const ctrlC = "\u0003";

  /** A terminal whose person presses keys as soon as what they wait for is on the screen. */
  function terminal(steps: { sees: string; press: string[] }[]) {
    const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
    const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
    const waiting = [...steps];
    let screen = "";
    let seenSince = "";
    output.on("data", (chunk: Buffer) => {
      screen += chunk.toString("utf8");
      seenSince += chunk.toString("utf8");
    });
    const timer = setInterval(() => {
      const [next] = waiting;
      if (next === undefined) clearInterval(timer);
      else if (seenSince.includes(next.sees)) {
        seenSince = "";
        waiting.shift();
        input.write(next.press.join(""));
      }
    }, 5);
    return { asker: terminalAsker({ input, output }), screen: () => screen };
  }

  it("an anchor is chosen with arrows, and ctrl-C loses nothing", async () => {
    const { asker, screen } = terminal([
      { sees: "1 of 14", press: [down, down, enter] },
      { sees: "2 of 14", press: [down, enter] },
      { sees: "3 of 14", press: [ctrlC] },
    ]);
    expect(await ask(questionnaire(asker))).toBe("interrupted");
    expect(screen()).toContain("1 of 14 · Problem understanding");
    const points = [...saved().claims].map(([number, claim]) => [number, claim.points]);
    expect(points).toEqual([
      [1, 3],
      [2, 2],
    ]);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ version: 1 });
  });

  it("a line that is not there is refused on the spot, and typed again", async () => {
    const { asker } = terminal([
      { sees: "1 of 14", press: [down, down, down, enter] },
      { sees: "it counts as 2", press: ["nowhere to be found", enter] },
      { sees: "No line of yours says that.", press: ["\u0015", "NOTES.md:5", enter] },
      { sees: "2 of 14", press: [ctrlC] },
    ]);
    expect(await ask(questionnaire(asker))).toBe("interrupted");
    expect(saved().claims.get(1)).toEqual({ points: 4, quote: supporting });
  });
});
