import type { LifeEnd } from "./life-process.ts";

/** What a stress run has shown to be broken. */
export interface BrokenPromise<Id> {
  id: Id;
  what: string;
}

/** Which promises a life breaks that ends otherwise than planned. */
export interface PromisesOfEnds<Id> {
  /** Of an open that was rejected with this code, or null where it is silent. */
  ofOpen: (life: number, code: string | null) => Id;
  /** Of calls that get no answer. */
  ofAnswers: Id;
}

export function brokenByEnds<Id>(
  ends: readonly LifeEnd[],
  promises: PromisesOfEnds<Id>,
): BrokenPromise<Id>[] {
  return ends.flatMap((end, life): BrokenPromise<Id>[] => {
    const before = ends[life - 1];
    const after = before?.how === "killed" ? "after a kill" : "after a close";
    const where = life === 0 ? "in the first life" : `in life ${life}, ${after}`;
    if ("while" in end && end.while === "starting") return [];
    switch (end.how) {
      case "killed":
      case "closed":
      case "cut short":
        return [];
      case "rejected": {
        const isOpen = end.step === "open";
        const id = isOpen ? promises.ofOpen(life, end.error.code) : promises.ofAnswers;
        return [{ id, what: `${end.step} rejected ${where}: ${end.error.message}` }];
      }
      case "silent": {
        const what = `while ${end.while} ${where}, ${end.why}; the process was killed.`;
        const isReopening = end.while === "opening" && life > 0;
        return [{ id: isReopening ? promises.ofOpen(life, null) : promises.ofAnswers, what }];
      }
      case "ended by itself":
        return [{ id: promises.ofAnswers, what: `while ${end.while} ${where}, ${end.what}.` }];
    }
  });
}

/** One example a promise says enough. */
export function oneOfEach<Id>(broken: readonly BrokenPromise<Id>[]): BrokenPromise<Id>[] {
  const first = new Map<Id, BrokenPromise<Id>>();
  for (const promise of broken) if (!first.has(promise.id)) first.set(promise.id, promise);
  return [...first.values()];
}
