/** Somebody who can be asked. The questionnaire knows nothing else of terminals. */

export interface Choice<Value> {
  value: Value;
  label: string;
}

export interface Asker {
  /** A paragraph between questions. */
  say(text: string): void;
  /** Resolves to undefined when it is interrupted. */
  choose<Value extends string | number>(
    question: string,
    choices: readonly Choice<Value>[],
  ): Promise<Value | undefined>;
  /**
   * One line of text, possibly empty. `problemOf` says what is wrong with it; then it is asked for again.
   * Resolves to undefined when it is interrupted.
   */
  line(
    question: string,
    problemOf: (typed: string) => string | undefined,
  ): Promise<string | undefined>;
}
