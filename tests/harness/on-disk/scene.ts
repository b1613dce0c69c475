/**
 * Checks that play scenes: each has a name and is played once, step by step, by a script or on a stage.
 * Every step is told, and the first fact that does not hold ends the scene.
 */
import type { HistoryEvent, LoadedSubject } from "../check.ts";
import type { Experiment, Finding, Listener } from "../experiment.ts";

/** Which scene, and the seed it draws from. */
export interface SceneCase {
  scene: string;
  seed: number;
}

/** Ends a scene with what it has found. */
export class SceneEnd extends Error {
  readonly finding: Exclude<Finding, { kind: "held" }>;

  constructor(finding: Exclude<Finding, { kind: "held" }>) {
    super(finding.kind);
    this.finding = finding;
  }
}

/** Plays the scene of a case; resolves with the number of lives when every fact of it has held. */
export type Play<Subject> = (
  subject: LoadedSubject<Subject>,
  testCase: SceneCase,
  listener: Listener | undefined,
) => Promise<number>;

/** A check of the scenes with these names. */
export function playing<Subject>(
  promise: string,
  kataVersion: number,
  scenes: readonly string[],
  play: Play<Subject>,
): Experiment<Subject, SceneCase> {
  return {
    promise,
    kataVersion,
    *cases({ seed }) {
      for (const scene of scenes) yield { scene, seed };
    },
    async run(subject, testCase, listener) {
      const { scene } = testCase;
      if (!scenes.includes(scene))
        return { kind: "missed", why: `there is no scene called "${scene}"`, states: 0 };
      try {
        return { kind: "held", states: await play(subject, testCase, listener) };
      } catch (ending) {
        if (!(ending instanceof SceneEnd)) throw ending;
        return ending.finding;
      }
    },
    smaller: () => [],
  };
}

/** A line of a scene, which no client of its own has called. */
export function lineOfScene({
  kind,
  life,
  what,
  detail,
  contradiction,
}: Pick<HistoryEvent, "kind" | "life" | "what" | "detail" | "contradiction">): HistoryEvent {
  return { kind, life, client: null, what, detail, remark: null, contradiction };
}

/** "put a=1 was never answered" in two columns. */
export function unanswered(sentence: string): { what: string; detail: string } {
  const what = sentence.replace(/ was never answered$/, "");
  return { what, detail: what === sentence ? "" : "never answered" };
}
