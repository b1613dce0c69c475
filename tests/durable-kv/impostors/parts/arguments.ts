/** What the contract asks of keys and values, checked as it says. */
import { InvalidArgumentError } from "#platform/errors.ts";

const keyBytesMax = 1024;
const valueBytesMax = 1_048_576;

export function checkKey(key: unknown): void {
  checkBytes("key", key, 1, keyBytesMax);
}

export function checkValue(value: unknown): void {
  checkBytes("value", value, 0, valueBytesMax);
}

function checkBytes(name: string, bytes: unknown, lengthMin: number, lengthMax: number): void {
  if (!(bytes instanceof Uint8Array)) {
    throw new InvalidArgumentError(`Expected \`${name}\` to be a Uint8Array, got ${typeof bytes}.`);
  }
  if (bytes.length < lengthMin || bytes.length > lengthMax) {
    const range = `${lengthMin}–${lengthMax}`;
    throw new InvalidArgumentError(
      `Expected \`${name}\` to be ${range} bytes, got ${bytes.length}.`,
    );
  }
}
