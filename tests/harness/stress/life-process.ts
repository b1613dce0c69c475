import { fork, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Rejection } from "./journal.ts";
import { silenceFile, type LifeCommand, type LifeEvent, type LifePlan } from "./life-plan.ts";

/**
 * One life seen from the judge's process. The process and its threads start at once, the life itself with
 * `run`: it waits for the planned ending and watches for silence. After `run` or `abandon` the process is gone,
 * whatever the subject does.
 */
export class LifeProcess {
  readonly #plan: LifePlan;
  readonly #child: ChildProcess;
  readonly #exited: Promise<string>;

  constructor(hostScript: string, plan: LifePlan) {
    this.#plan = plan;
    const planFile = path.join(plan.root, `plan-${plan.life}.json`);
    writeFileSync(planFile, JSON.stringify(plan));
    this.#child = fork(hostScript, [planFile], {
      env: {},
      execArgv: [`--max-old-space-size=${HEAP_MEGABYTES_MAX}`],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#exited = exitOf(this.#child);
  }

  async run(beginning: LifeBeginning, ending: PlannedEnding): Promise<LifeEnd> {
    try {
      return await this.#untilEnd(beginning, ending);
    } finally {
      await this.abandon();
    }
  }

  async abandon(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exited;
  }

  #untilEnd(beginning: LifeBeginning, ending: PlannedEnding): Promise<LifeEnd> {
    const child = this.#child;
    const { root, life, endsAt } = this.#plan;
    let step: LifeStep = "starting";
    let dying = false;
    return new Promise<LifeEnd>((resolve, reject) => {
      const timers: NodeJS.Timeout[] = [];
      const settle = (end: LifeEnd): void => {
        timers.forEach(clearTimeout);
        child.removeAllListeners("message");
        resolve(end);
      };
      const endAsPlanned = (): void => {
        if (ending.how === "close") {
          step = "closing";
          tell(child, { command: "stop" });
        } else if (ending.betweenDiskCalls) {
          dying = true;
          tell(child, { command: "die" });
        } else if (child.kill("SIGKILL")) {
          settle({ how: "killed", while: step });
        }
      };
      const enter = (next: LifeStep): void => {
        step = next;
        if (ending.while === step) timers.push(setTimeout(endAsPlanned, ending.milliseconds));
      };

      child.on("message", (message: LifeEvent) => {
        switch (message.event) {
          case "loading":
            enter("loading");
            break;
          case "opening":
            enter("opening");
            break;
          case "opened":
            enter("verifying");
            break;
          case "working":
            enter("working");
            break;
          case "closed":
            settle({ how: "closed" });
            break;
          case "memory exhausted":
            settle(endedByItself(step, "it used more than 1 GiB of memory"));
            break;
          case "rejected":
            settle({ how: "rejected", step: message.step, error: message.error });
            break;
          case "client failed":
            reject(new Error(`A client of the stress run failed: ${message.message}`));
            break;
        }
      });
      void this.#exited.then((cause) =>
        settle(
          dying
            ? { how: "killed", while: step }
            : endedByItself(step, `the process ended with ${cause}`),
        ),
      );
      const silence = silenceFile(root, life);
      const look = (): void => {
        if (existsSync(silence)) {
          settle({ how: "silent", while: step, why: readFileSync(silence, "utf8") });
        } else if (Date.now() > endsAt) {
          settle({ how: "cut short" });
        }
      };
      timers.push(setInterval(look, LOOK_EVERY_MILLISECONDS));
      tell(child, { command: "begin", ...beginning });
    });
  }
}

export interface LifeBeginning {
  firstTick: number;
  verification: unknown[];
}

/** What ends a life, and how long after which step has begun. */
export interface PlannedEnding {
  how: "kill" | "close";
  while: "opening" | "working";
  milliseconds: number;
  /** A kill waits until no call to the disk is under way. */
  betweenDiskCalls: boolean;
}

export type LifeStep = "starting" | "loading" | "opening" | "verifying" | "working" | "closing";

export type LifeEnd =
  /** As planned, by SIGKILL. */
  | { how: "killed"; while: LifeStep }
  /** As planned, by closing the store. */
  | { how: "closed" }
  /** Nothing was wrong, but the time of the whole run is over. */
  | { how: "cut short" }
  | { how: "rejected"; step: "load" | "open" | "close"; error: Rejection }
  | { how: "silent"; while: LifeStep; why: string }
  | { how: "ended by itself"; while: LifeStep; what: string };

const HEAP_MEGABYTES_MAX = 512;
const LOOK_EVERY_MILLISECONDS = 50;

function tell(child: ChildProcess, command: LifeCommand): void {
  // A process that is gone is noticed by its exit.
  if (child.connected) child.send(command, () => undefined);
}

function endedByItself(step: LifeStep, what: string): LifeEnd {
  return { how: "ended by itself", while: step, what };
}

const STDERR_CHARACTERS_MAX = 4000;

/** The cause of a process's end, with what it complained about: "exit code 1: TypeError: …". */
function exitOf(child: ChildProcess): Promise<string> {
  let text = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    text = (text + chunk).slice(-STDERR_CHARACTERS_MAX);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      const lines = text.split("\n").map((line) => line.trim());
      const complaint =
        lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.find((line) => line !== "");
      const cause = signal ?? `exit code ${code ?? 0}`;
      resolve(complaint === undefined ? cause : `${cause}: ${complaint}`);
    });
  });
}
