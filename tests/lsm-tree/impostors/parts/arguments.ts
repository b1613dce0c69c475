/** What the contract asks of keys, values and options, checked as it says. */
import { InvalidArgumentError } from "#platform/errors.ts";

const keyBytesMax = 1024;
const valueBytesMax = 1_048_576;

export function checkKey(key: unknown): void {
  checkText("key", key, keyBytesMax);
}

export function checkValue(value: unknown): void {
  checkText("value", value, valueBytesMax);
}

export function checkBounds(start: unknown, end: unknown): void {
  if (start !== undefined) checkText("start", start, keyBytesMax);
  if (end !== undefined) checkText("end", end, keyBytesMax);
}

export function checkText(name: string, text: unknown, bytesMax: number): void {
  if (typeof text !== "string")
    throw new InvalidArgumentError(`Expected \`${name}\` to be a string, got ${typeof text}.`);
  if (/\p{Surrogate}/u.test(text))
    throw new InvalidArgumentError(`Expected \`${name}\` to be well-formed text.`);
  const bytes = Buffer.byteLength(text);
  if (bytes > bytesMax)
    throw new InvalidArgumentError(
      `Expected \`${name}\` to be at most ${bytesMax} bytes, got ${bytes}.`,
    );
}

/** A whole number from the options, or its default. */
export function wholeNumber(name: string, given: number | undefined, ifAbsent: number): number {
  const value = given ?? ifAbsent;
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError(`Expected \`${name}\` to be a whole number from 1, got ${value}.`);
}
