/** Our own bug: a fact that the code relies on does not hold. Never caught. */
export class InvariantViolation extends Error {
  override readonly name = "InvariantViolation";
  readonly code = "INVARIANT_VIOLATION";
}

/** Asserts a fact, given as a sentence, where it is made or relied upon. */
export function invariant(fact: boolean, sentence: string): asserts fact {
  if (!fact) throw new InvariantViolation(sentence);
}
