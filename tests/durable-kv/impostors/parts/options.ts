/** A whole number from the options, or its default; refused if it is below what the contract allows. */
import { InvalidArgumentError } from "#platform/errors.ts";

export function wholeNumber(
  name: string,
  given: number | undefined,
  least: number,
  ifAbsent: number,
): number {
  const value = given ?? ifAbsent;
  if (!Number.isSafeInteger(value) || value < least) {
    throw new InvalidArgumentError(
      `Expected \`${name}\` to be a whole number from ${least}, got ${value}.`,
    );
  }
  return value;
}
