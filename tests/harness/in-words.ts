/** What came from a subject, as words of a sentence. Nothing here throws, whatever was handed over. */
import { errorCode } from "#platform/errors.ts";

const messageLengthMax = 90;

/** "CLOSED: The store is closed", without a full stop at its end. */
export function describeError(error: unknown): string {
  try {
    if (typeof error !== "object" || error === null) return `${String(error)}, which is no Error`;
    const code = errorCode(error);
    const { name, message } = error as { name?: unknown; message?: unknown };
    const text = typeof message === "string" ? message.replace(/\.+$/, "") : "no message";
    const short = text.length > messageLengthMax ? `${text.slice(0, messageLengthMax - 3)}…` : text;
    return `${code ?? (typeof name === "string" ? name : typeof error)}: ${short}`;
  } catch {
    return "something that cannot be described";
  }
}

/** What kind of value it is: "undefined", "a number", "an object". */
export function inWords(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
