/**
 * Values: whose they are, and what they look like on the disk.
 *
 * What is in the store belongs to the store alone. So a value is copied when it is put and copied when
 * it is handed out, unless it is one that nobody can change.
 */
import type { Buffer } from "node:buffer";
import { Deserializer, Serializer } from "node:v8";
import { InvalidArgumentError } from "#platform/errors.ts";

/** A copy that shares nothing with the original. Refuses what cannot be copied. */
export function copyOf(value: unknown): unknown {
  if (isUnchangeable(value)) return value;
  try {
    return structuredClone(value);
  } catch (cause) {
    throw new InvalidArgumentError("Expected `value` to be one that structuredClone copies.", {
      cause,
    });
  }
}

/** Whether a value may be shared, since nobody can change it. `structuredClone` takes a microsecond even for a number. */
function isUnchangeable(value: unknown): boolean {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
    case "bigint":
    case "undefined":
      return true;
    default:
      return value === null;
  }
}

/**
 * The bytes of a value that is the store's own, in the format of structured clones. `serialize` of node:v8 would do but for
 * typed arrays: those come back as views of the whole record in which they were found.
 */
export function encodeValue(value: unknown): Buffer {
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

export function decodeValue(bytes: Buffer): unknown {
  const deserializer = new Deserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}
