import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { seededRandom, type Random } from "#platform/random.ts";
import { readJournal, type Phase, type Reply } from "./journal.ts";
import { LifeProcess, type LifeEnd, type PlannedEnding } from "./life-process.ts";
import { journalFile } from "./life-plan.ts";
import { writeScripts } from "./scripts.ts";

/**
 * Real threads, a real disk, real kills: one directory, one life after the other.
 *
 *   the judge's process                a life: a process of its own, ended by SIGKILL or by close
 *   ┌────────────────────────┐         ┌──────────────────────────────────────────────────────┐
 *   │ kill-cycles.ts         │  spawn  │ host thread: the subject's store on the real disk    │
 *   │   plans lives,         │────────▶│     ▲ MessagePort  ▲ MessagePort        ▲            │
 *   │   ends them,           │ SIGKILL │ client 0        client 1      …      client 7        │
 *   │   reads the journals   │         │     │ write(2)     │                    │  (workers) │
 *   └───────────▲────────────┘         └─────┼──────────────┼────────────────────┼────────────┘
 *               └── journals, one a client: ◀┴──────────────┴────────────────────┘
 *                   a killed process leaves what it has written
 *
 * The kill takes the store and its clients at one moment, in the middle of whatever they do; what a
 * client was told before is in its journal, on the far side of the kill. All events of a life have ticks
 * of one shared atomic clock, and the clock of the next life goes on behind it, so the journals of all
 * lives are one history: a call without an answer ends with its life.
 *
 * The first life is closed in peace, which shows hangs at once; most of the others are killed while they
 * work, some while they open; the last one only reads everything back and is closed. Order and speed are
 * nobody's promise: only the history is judged, by the kata. The run ends after `seconds`, with a subject that
 * hangs within 9 seconds more, and leaves neither process nor directory behind.
 */
export async function runKillCycles<Operation>(
  topic: StressTopic<Operation>,
  options: { subjectFile: string; seconds: number; seed: number; threads: number },
): Promise<Recording<Operation>> {
  const root = mkdtempSync(path.join(tmpdir(), "systems-katas-stress-"));
  const removeRoot = (): void => {
    if (existsSync(root)) rmSync(root, { recursive: true, force: true });
  };
  process.once("exit", removeRoot);
  try {
    return await new KillCycles(topic, options, root).run();
  } finally {
    process.removeListener("exit", removeRoot);
    removeRoot();
  }
}

/** What a kata adds. */
export interface StressTopic<Operation> {
  /** The file that calls `hostLife`. */
  hostSource: string;
  /** The file that calls `runClient`. */
  clientSource: string;
  /** For stores that need not expect a write that a kill has cut in two. */
  betweenDiskCalls: boolean;
  /** Plain data for the host and the clients of a life, such as the options of its store. */
  parameters(life: number): unknown;
  /** What is read back first in a life: everything that `records` touched, or, unless it is the last, a part. */
  verification(records: readonly RecordedOperation<Operation>[], last: boolean): Operation[];
}

export interface Recording<Operation> {
  /** In the order of their calls. */
  records: RecordedOperation<Operation>[];
  /** How each life ended; the last one may tell of a subject that did not play along. */
  ends: LifeEnd[];
  kills: number;
  /** Kills in the midst of the work, after which everything asked for was read back. */
  killsProven: number;
}

export interface RecordedOperation<Operation> {
  life: number;
  client: number;
  phase: Phase;
  operation: Operation;
  calledAt: number;
  /** The answer's tick, or that of the life's end. */
  settledAt: number;
  /** Undefined when the life ended first. */
  reply: Reply | undefined;
}

/** One life that is closed and one that is killed, however short the time. */
const LIVES_MIN = 2;
const WORK_MILLISECONDS_MIN = 150;
const WORK_MILLISECONDS_SPREAD = 250;
const OPENING_MILLISECONDS_SPREAD = 20;
/** In which the last life reads everything back, and a hang is noticed. */
const SLACK_MILLISECONDS = 8500;

class KillCycles<Operation> {
  readonly #topic: StressTopic<Operation>;
  readonly #options: { subjectFile: string; seconds: number; seed: number; threads: number };
  readonly #root: string;
  readonly #random: Random;
  readonly #recording: Recording<Operation> = {
    records: [],
    ends: [],
    kills: 0,
    killsProven: 0,
  };
  #nextTick = 0;
  #killsUnproven = 0;

  constructor(
    topic: StressTopic<Operation>,
    options: { subjectFile: string; seconds: number; seed: number; threads: number },
    root: string,
  ) {
    this.#topic = topic;
    this.#options = options;
    this.#root = root;
    this.#random = seededRandom(options.seed);
  }

  async run(): Promise<Recording<Operation>> {
    const workUntil = Date.now() + this.#options.seconds * 1000;
    const { host, ...scripts } = await writeScripts(this.#root, {
      host: this.#topic.hostSource,
      client: this.#topic.clientSource,
      subject: this.#options.subjectFile,
    });
    const directory = path.join(this.#root, "store");
    mkdirSync(directory);
    const start = (life: number): LifeProcess =>
      new LifeProcess(host, {
        life,
        root: this.#root,
        directory,
        subjectScript: scripts.subject,
        clientScript: scripts.client,
        threads: this.#options.threads,
        seed: this.#options.seed,
        parameters: this.#topic.parameters(life),
        endsAt: workUntil + SLACK_MILLISECONDS,
      });

    // Starting threads takes long: the next process does so while this life is at work.
    let next = start(0);
    try {
      for (let life = 0, last = false; !last; life += 1) {
        last = life >= LIVES_MIN && Date.now() > workUntil;
        const current = next;
        if (!last) next = start(life + 1);
        const beginning = {
          firstTick: this.#nextTick,
          verification: this.#topic.verification(this.#recording.records, last),
        };
        const end = await current.run(beginning, this.#planEnding(life, last));
        this.#collect(life, end);
        last ||= end.how !== "killed" && end.how !== "closed";
      }
      return this.#recording;
    } finally {
      await next.abandon();
    }
  }

  #planEnding(life: number, last: boolean): PlannedEnding {
    const { betweenDiskCalls } = this.#topic;
    if (last) return { how: "close", while: "working", milliseconds: 0, betweenDiskCalls };
    const milliseconds = WORK_MILLISECONDS_MIN + this.#random.below(WORK_MILLISECONDS_SPREAD);
    const chance = this.#random.next();
    if (life >= LIVES_MIN && chance < 0.15) {
      const soon = this.#random.below(OPENING_MILLISECONDS_SPREAD);
      return { how: "kill", while: "opening", milliseconds: soon, betweenDiskCalls };
    }
    const closed = life === 0 || (life >= LIVES_MIN && chance < 0.3);
    return { how: closed ? "close" : "kill", while: "working", milliseconds, betweenDiskCalls };
  }

  /** Reads the journals of a life that is over and gives its open calls their end. */
  #collect(life: number, end: LifeEnd): void {
    const records: RecordedOperation<Operation>[] = [];
    for (let client = 0; client < this.#options.threads; client += 1) {
      const file = journalFile(this.#root, life, client);
      if (!existsSync(file)) continue;
      for (const { phase, operation, calledAt, settled } of readJournal<Operation>(file)) {
        this.#nextTick = Math.max(this.#nextTick, calledAt + 1, (settled?.at ?? 0) + 1);
        const settledAt = settled?.at ?? Infinity;
        const reply = settled?.reply;
        records.push({ life, client, phase, operation, calledAt, settledAt, reply });
      }
    }
    const endedAt = this.#nextTick++;
    for (const record of records) {
      if (record.reply === undefined) record.settledAt = endedAt;
    }
    records.sort((one, other) => one.calledAt - other.calledAt);
    this.#recording.records.push(...records);
    this.#recording.ends.push(end);
    if (end.how === "closed" || records.some(({ phase }) => phase === "work")) {
      this.#recording.killsProven += this.#killsUnproven;
      this.#killsUnproven = 0;
    }
    if (end.how !== "killed") return;
    this.#recording.kills += 1;
    if (end.while === "working") this.#killsUnproven += 1;
  }
}
