/** The command line of `npm run mock`, as one thing to do. */
import { formats } from "../../../rubric/formats.ts";
import type { FormatName, KataRubric, SessionFormat, Variant } from "../../../rubric/shape.ts";
import { didYouMean, UsageError, type CommandLine } from "../arguments.ts";
import type { CommandDeclaration } from "../command-declaration.ts";

export const mockCommand = {
  name: "mock",
  summary:
    "A timed session that feels like the interview. A session that was left goes on where it stood.",
  words: ["kata", "number"],
  options: {
    format: {
      type: "text",
      valueName: "NAME",
      help: "staff (70 minutes), infrastructure (75) or lld (45).",
    },
    minutes: { type: "number", valueName: "N", help: "Longer or shorter, every phase alike." },
    seed: {
      type: "number",
      valueName: "N",
      help: "The same seed draws the same changed requirement and order of probes.",
    },
    review: { type: "flag", plainWord: true, help: "Plays a session back: the last, or number N." },
    close: { type: "flag", plainWord: true, help: "Rings the bell of a session that was left." },
    interviewer: {
      type: "flag",
      plainWord: true,
      help: "Prints what a human interviewer needs.",
    },
    prompt: {
      type: "flag",
      plainWord: true,
      help: "Prints a prompt for a language model that interviews.",
    },
    "judge-prompt": {
      type: "flag",
      plainWord: true,
      help: "Prints one for the judge, with the log of the last session, or number N.",
    },
    variant: {
      type: "text",
      valueName: "NAME",
      help: "With --interviewer or --prompt: another problem with the same heart.",
    },
  },
} as const satisfies CommandDeclaration;

export type MockCommandLine = CommandLine<(typeof mockCommand)["options"]>;

export type MockDeed = "hold" | "review" | "close" | "interviewer" | "prompt" | "judge-prompt";

const deeds = ["review", "close", "interviewer", "prompt", "judge-prompt"] as const;
const minutesMax = 240;

/** What is asked for; refuses what does not go together. */
export function deedOf({ words, options }: MockCommandLine): MockDeed {
  const [first, second] = deeds.filter((deed) => options[deed]);
  if (first !== undefined && second !== undefined) {
    throw new UsageError(`Expected either --${first} or --${second}, got both.`);
  }
  const deed = first ?? "hold";
  const takesNumber = deed === "review" || deed === "judge-prompt";
  if (words[1] !== undefined && !takesNumber) {
    throw new UsageError(
      `Expected a number only after review or judge-prompt, got "${words[1]}".${didYouMean(words[1], deeds)}`,
    );
  }
  if (options.variant !== undefined && deed !== "interviewer" && deed !== "prompt") {
    throw new UsageError(
      "--variant goes with --interviewer or --prompt: no suite of this repository grades a variant.",
    );
  }
  const isDrawn = deed === "hold" || deed === "interviewer" || deed === "prompt";
  const drawing = (["format", "minutes", "seed"] as const).find(
    (name) => options[name] !== undefined,
  );
  if (drawing !== undefined && !isDrawn) {
    throw new UsageError(`--${drawing} draws a session: leave it out with --${deed}.`);
  }
  return deed;
}

export function numberIn(word: string | undefined): number | undefined {
  if (word === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(word)) return Number(word);
  throw new UsageError(`Expected the number of a session, got "${word}".`);
}

export function formatWanted({ options }: MockCommandLine, rubric: KataRubric): SessionFormat {
  const name = options.format ?? rubric.format;
  const names = Object.keys(formats) as FormatName[];
  const found = names.find((each) => each === name);
  if (found !== undefined) return formats[found];
  throw new UsageError(
    `Expected --format to be ${names.join(", ")}, got "${name}".${didYouMean(name, names)}`,
  );
}

export function minutesWanted({ options }: MockCommandLine, format: SessionFormat): number {
  const minutes = options.minutes ?? format.minutes;
  if (minutes >= 1 && minutes <= minutesMax) return minutes;
  throw new UsageError(`Expected --minutes from 1 to ${minutesMax}, got ${minutes}.`);
}

export function variantWanted({ options }: MockCommandLine, { variants }: KataRubric) {
  if (options.variant === undefined) return null;
  const wanted = options.variant.toLowerCase();
  const variant = variants.find(({ name }: Variant) => name.toLowerCase() === wanted);
  if (variant !== undefined) return variant;
  const names = variants.map(({ name }) => name);
  throw new UsageError(
    `There is no variant "${options.variant}".${didYouMean(options.variant, names)} The variants are: ${names.join(", ")}.`,
  );
}
