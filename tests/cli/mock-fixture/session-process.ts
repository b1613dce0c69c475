/**
 * A session in a process of its own that can be killed: real files, real lock, a clock that runs fast, nobody at the
 * keys but a candidate who says everything aloud at once. The grade is made up.
 *
 * Its one argument is a `SessionProcessOptions` as JSON.
 */
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { setTimeout as after } from "node:timers/promises";
import type { ReadStream, WriteStream } from "node:tty";
import { formats } from "../../../rubric/formats.ts";
import { attemptOf } from "../../../scripts/lib/kata/attempt.ts";
import type { Kata, KataPromise } from "../../../scripts/lib/kata/catalogue.ts";
import { coloursFor } from "../../../scripts/lib/terminal/colours.ts";
import { Terminal } from "../../../scripts/lib/terminal/terminal.ts";
import {
  beginSession,
  comeBack,
  holdSession,
  makeFresh,
  settle,
} from "../../../scripts/lib/mock/run-session.ts";
import { drawPlan } from "../../../scripts/lib/mock/session-plan.ts";
import { enterAlone, storedSessions, unfinished } from "../../../scripts/lib/mock/session-store.ts";
import { madeUpReport } from "./made-up-report.ts";
import { fixtureRubric } from "./rubric.ts";

export interface SessionProcessOptions {
  root: string;
  /** The folder of attempts. */
  folder: string;
  kata: Kata;
  promises: KataPromise[];
  /** How many times as fast as a real one the clock runs. */
  speed: number;
  /** Before this event of the log the process stops for ever. */
  stopBefore: "frozen" | "graded" | null;
}

const options = JSON.parse(process.argv[2] ?? "") as SessionProcessOptions;
const { root, folder, kata, promises, speed, stopBefore } = options;
const attempt = attemptOf(folder, kata);
const place = { root, kata, promises, attempt, date: () => new Date() };

const input = new PassThrough();
const output = Object.assign(new EventEmitter(), {
  columns: 80,
  rows: 24,
  write: () => true,
});
const world = {
  clock: {
    now: () => performance.now() * speed,
    sleep: (milliseconds: number) => after(Math.max(1, milliseconds / speed)),
  },
  date: place.date,
  tests: { run: async () => undefined, close: () => undefined },
  watch: () => () => undefined,
  helped: () => [],
};

const release = await enterAlone(kata, attempt);
const open = unfinished(await storedSessions(attempt));
const format = formats.infrastructure;
const promiseOfLevel = (level: number) => promises.find((each) => each.level === level)?.id ?? "";
const writer =
  open === undefined
    ? await beginSession(
        place,
        drawPlan({
          kata,
          promises,
          rubric: fixtureRubric(kata.name, promiseOfLevel),
          format,
          minutes: format.minutes,
          seed: 1,
          weakest: null,
        }),
      )
    : await comeBack(place, open);
await makeFresh(place, writer);
const typing = setInterval(() => input.write("\r"), 2);
const terminal = new Terminal(input as unknown as ReadStream, output as unknown as WriteStream);
await holdSession(place, writer, world, terminal, coloursFor({ isTTY: false }));
clearInterval(typing);
if (stopBefore === "frozen") await new Promise(() => setInterval(() => undefined, 1000));
await settle(place, writer, async () => {
  if (stopBefore === "graded") await new Promise(() => setInterval(() => undefined, 1000));
  return madeUpReport(promises);
});
await release();
