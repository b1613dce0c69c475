/** The command line of `npm run grade`, as a request that makes sense. */
import { didYouMean, UsageError, type CommandLine } from "../arguments.ts";
import type { CommandDeclaration } from "../command-declaration.ts";
import type { Kata, KataPromise } from "../kata/catalogue.ts";

export const gradeCommand = {
  name: "grade",
  summary:
    "Grades your code: types, lint, every promise of your level, stress. Without a kata: the attempt edited last.",
  words: ["kata", "file"],
  options: {
    level: {
      type: "number",
      valueName: "N",
      plainWord: true,
      help: "Only the promises up to level N.",
    },
    only: {
      type: "text",
      valueName: "ID",
      help: "Only one promise, by its id or the id's last part.",
    },
    quick: {
      type: "flag",
      plainWord: true,
      help: "A small part of the search, no stress: not a full grade.",
    },
    reference: { type: "flag", plainWord: true, help: "Grades the reference solution." },
    solution: { type: "flag", plainWord: true, help: "The same." },
    subject: { type: "text", valueName: "FILE", help: "Grades this .ts, .js or .mjs file." },
    all: {
      type: "flag",
      plainWord: true,
      help: "Grades every attempt; with --reference, every reference, as a table.",
    },
    markdown: {
      type: "text",
      valueName: "FILE",
      help: "With --reference --all: writes the table between the markers of FILE, too.",
    },
    seed: {
      type: "number",
      valueName: "N",
      help: "Everything random follows from it (default 1).",
    },
    replay: { type: "text", valueName: "TOKEN", help: "Shows a failure again." },
    debug: { type: "flag", help: "With --replay: step by step, under the inspector." },
    "as-test": { type: "flag", help: "With --replay: keeps the failure as a test of yours." },
    "every-failure": { type: "flag", help: "Shows all failures, not only the one to fix first." },
    "stress-seconds": {
      type: "number",
      valueName: "N",
      help: "How long the stress runs (0 skips it).",
    },
    report: {
      type: "text",
      valueName: "FILE",
      help: "Writes the report there, too, as one HTML file.",
    },
    score: { type: "flag", plainWord: true, help: "Asks what no machine knows, for the score." },
    again: { type: "flag", help: "With --score: asks what is answered, too." },
    json: { type: "flag", help: "One JSON object on standard output." },
    submissions: {
      type: "text",
      valueName: "DIR",
      help: "Grades everybody's: DIR/<name>/<kata>.ts or DIR/<name>.ts.",
    },
    out: { type: "text", valueName: "DIR", help: "Where their grades go (default: DIR-graded)." },
    seeds: { type: "text", valueName: "A-B", help: "Grades each with every seed from A to B." },
    shard: { type: "text", valueName: "I/N", help: "Does the I-th of N parts of the work." },
    merge: { type: "texts", valueName: "DIR…", help: "Puts the parts that were graded together." },
  },
} as const satisfies CommandDeclaration;

export type GradeCommandLine = CommandLine<(typeof gradeCommand)["options"]>;

/** What to run of a grade. */
export interface GradeScope {
  /** Promises up to this level; null for all. */
  levelMax: number | null;
  /** The id of the only promise to judge; null for all. */
  only: string | null;
  seed: number;
  effort: number;
  stressSeconds: number;
  /** Not all of a grade: it never counts as one. */
  partial: boolean;
}

const quickEffort = 0.05;
const stressSecondsDefault = 3;
const stressSecondsMax = 600;

export function refuseContradictions({ words, options }: GradeCommandLine): void {
  const isReference = options.reference || options.solution;
  const named = [
    // All references are one subject to name.
    ["--reference", isReference && !options.all],
    ["--subject", options.subject !== undefined],
    ["a file", words[1] !== undefined],
    ["--all", options.all],
  ] as const;
  const [first, second] = named.filter(([, isTyped]) => isTyped).map(([name]) => name);
  if (second !== undefined)
    throw new UsageError(`Expected either ${first} or ${second}, got both.`);
  refuseSubmissionContradictions({ words, options, helpWanted: false });
  if (options.all && words.length > 0) {
    throw new UsageError(`Expected no kata with --all, got "${words.join(" ")}".`);
  }
  if (options.markdown !== undefined && !(options.all && isReference)) {
    throw new UsageError(
      "--markdown needs --reference --all: it writes the table of the references.",
    );
  }
  if (options.report !== undefined && (options.all || options.replay !== undefined)) {
    throw new UsageError("--report is for one grade: leave out --all and --replay.");
  }
  refuseNarrowedScore(options);
  for (const name of ["debug", "as-test"] as const) {
    if (options[name] && options.replay === undefined) {
      throw new UsageError(
        `--${name} needs --replay TOKEN: the token is printed below each failure.`,
      );
    }
  }
  if (options.debug && options["as-test"]) {
    throw new UsageError("Expected either --debug or --as-test, got both.");
  }
  if (options.json && options.debug)
    throw new UsageError("--debug is for people: leave out --json.");
  if (
    options.replay !== undefined &&
    (options.only !== undefined || options.level !== undefined || options.all)
  ) {
    throw new UsageError(
      "A token names its promise: leave out --only, --level and --all with --replay.",
    );
  }
}

function refuseNarrowedScore(options: GradeCommandLine["options"]): void {
  if (options.again && !options.score) {
    throw new UsageError("--again needs --score: it asks what is answered, too.");
  }
  const narrowing = (["all", "quick", "level", "only", "replay"] as const).find(
    (name) => options[name] !== undefined && options[name] !== false,
  );
  if (options.score && narrowing !== undefined) {
    throw new UsageError(
      `Expected a full grade of one file with --score: leave out --${narrowing}.`,
    );
  }
}

/** Everybody's at once: what speaks of one subject has no place there, and the other way round. */
function refuseSubmissionContradictions({ words, options }: GradeCommandLine): void {
  const { submissions, merge } = options;
  if (submissions !== undefined && merge !== undefined) {
    throw new UsageError("Expected either --submissions or --merge, got both.");
  }
  const many = submissions === undefined ? "--merge" : "--submissions";
  if (submissions === undefined && merge === undefined) {
    for (const name of ["out", "seeds", "shard"] as const) {
      if (options[name] === undefined) continue;
      throw new UsageError(
        `--${name} needs --submissions DIR: it says how a folder of submissions is graded.`,
      );
    }
    return;
  }
  const one = [
    ["--all", options.all],
    ["--reference", options.reference || options.solution],
    ["--subject", options.subject !== undefined],
    ["--replay", options.replay !== undefined],
    ["--score", options.score],
    ["--every-failure", options["every-failure"]],
    ["--score", options.score],
    ["--report", options.report !== undefined],
    ["a file", words[1] !== undefined],
  ] as const;
  const [other] = one.filter(([, isTyped]) => isTyped).map(([name]) => name);
  if (other !== undefined) throw new UsageError(`Expected either ${many} or ${other}, got both.`);
  if (options.seed !== undefined && options.seeds !== undefined) {
    throw new UsageError("Expected either --seed or --seeds, got both.");
  }
  if (merge === undefined) return;
  const ofGrading = ["seed", "seeds", "shard", "level", "only", "stress-seconds"] as const;
  const again = ofGrading.find((name) => options[name] !== undefined);
  if (again !== undefined || options.quick) {
    throw new UsageError(
      `--merge grades nothing: leave out --${again ?? "quick"}, the parts say how they were graded.`,
    );
  }
  if (options.out === undefined) throw new UsageError("Expected --out DIR with --merge.");
}

export function scopeOf(
  { options }: GradeCommandLine,
  kata: Kata,
  promises: readonly KataPromise[],
): GradeScope {
  const { level, quick, seed } = options;
  if (level !== undefined && (level < 1 || level > kata.levels.length)) {
    throw new UsageError(`Expected a level from 1 to ${kata.levels.length}, got ${level}.`);
  }
  const seconds = options["stress-seconds"];
  if (seconds !== undefined && seconds > stressSecondsMax) {
    throw new UsageError(
      `Expected --stress-seconds to be at most ${stressSecondsMax}, got ${seconds}.`,
    );
  }
  const only = options.only === undefined ? null : promiseId(options.only, promises);
  const isNarrowed = level !== undefined || only !== null || quick;
  return {
    levelMax: level ?? null,
    only,
    seed: seed ?? 1,
    effort: quick ? quickEffort : 1,
    stressSeconds: seconds ?? (isNarrowed ? 0 : stressSecondsDefault),
    partial: isNarrowed || seconds === 0,
  };
}

/** The full id for an id or its last part. */
function promiseId(typed: string, promises: readonly KataPromise[]): string {
  const known = promises.find(({ id }) => id === typed || id.endsWith(`/${typed}`));
  if (known !== undefined) return known.id;
  const names = promises.map(({ id }) =>
    typed.includes("/") ? id : id.slice(id.indexOf("/") + 1),
  );
  throw new UsageError(
    `There is no promise "${typed}".${didYouMean(typed, names) || ` Expected one of:\n  ${names.join("\n  ")}`}`,
  );
}
