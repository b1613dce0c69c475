/**
 * A subject whose mistakes at the door are said in words: a factory that returns no promise, or resolves
 * with something that is no store.
 *
 * Nothing is added to the way of a right store: its own promise is handed on, and only looked at.
 */
import type { LoadedSubject, Verdict } from "./check.ts";
import { describeError, inWords } from "./in-words.ts";

/** The way into a subject: a function that resolves with a store, and what the store can do. */
export interface Entrance<Subject> {
  readonly factory: keyof Subject & string;
  readonly methods: readonly string[];
}

type CheckRun<Subject> = (
  subject: LoadedSubject<Subject>,
  check: (subject: LoadedSubject<Subject>) => Promise<Verdict>,
) => Promise<Verdict>;

/** Runs checks on subjects; what comes of a store that is none says so. */
export function spokenThrough<Subject extends object>(
  entrance: Entrance<Subject>,
): CheckRun<Subject> {
  return (subject, check) => spoken(entrance, subject, check);
}

async function spoken<Subject extends object>(
  entrance: Entrance<Subject>,
  subject: LoadedSubject<Subject>,
  check: (subject: LoadedSubject<Subject>) => Promise<Verdict>,
): Promise<Verdict> {
  const door = new Door(entrance);
  const guarded: LoadedSubject<Subject> = {
    file: subject.file,
    exports: door.guard(subject.exports),
    fresh: async () => door.guard(await subject.fresh()),
  };
  let verdict: Verdict;
  try {
    verdict = await check(guarded);
  } catch (error) {
    if (door.problem !== null && error instanceof TypeError)
      throw new TypeError(door.problem, { cause: error });
    throw error;
  }
  if (door.problem === null || verdict.status !== "broken") return verdict;
  const { counterexample } = verdict;
  // A method that is missing is to blame only where somebody has called it.
  if (!counterexample.therefore.includes("TypeError")) return verdict;
  const therefore = `${counterexample.therefore} ${door.problem}`;
  return { ...verdict, counterexample: { ...counterexample, therefore } };
}

class Door<Subject extends object> {
  /** What the factory has resolved with that is no store, as a sentence. */
  problem: string | null = null;
  readonly #entrance: Entrance<Subject>;

  constructor(entrance: Entrance<Subject>) {
    this.#entrance = entrance;
  }

  guard(exports: Subject): Subject {
    const { factory } = this.#entrance;
    const open = (options: unknown): unknown => this.#open(exports, options);
    return Object.create(exports, { [factory]: { value: open } }) as Subject;
  }

  #open(exports: Subject, options: unknown): unknown {
    const { factory } = this.#entrance;
    try {
      const opening = (exports[factory] as (options: unknown) => unknown).call(exports, options);
      if (!isThenable(opening)) {
        const got = inWords(opening);
        throw new TypeError(`Expected ${factory} to return a promise of a store, got ${got}.`);
      }
      opening.then(
        (store) => (this.problem ??= problemOf(this.#entrance, store)),
        () => undefined,
      );
      return opening;
    } catch (error) {
      // What throws instead of rejecting counts as rejecting.
      return rejected(error);
    }
  }
}

async function rejected(error: unknown): Promise<never> {
  throw error;
}

function problemOf(
  { factory, methods }: { factory: string; methods: readonly string[] },
  store: unknown,
): string | null {
  const expected = `Expected ${factory} to resolve with a store`;
  try {
    if (typeof store !== "object" || store === null) return `${expected}, got ${inWords(store)}.`;
    const missing = methods.filter((name) => typeof Reflect.get(store, name) !== "function");
    return missing.length === 0 ? null : `${expected}; it has no method ${listed(missing)}.`;
  } catch (error) {
    return `${expected}; reading its methods throws ${describeError(error)}.`;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    "then" in value &&
    typeof value.then === "function"
  );
}

function listed(names: readonly string[]): string {
  return names.length < 2
    ? names.join("")
    : `${names.slice(0, -1).join(", ")} or ${names.at(-1) ?? ""}`;
}
