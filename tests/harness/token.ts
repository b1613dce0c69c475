/**
 * Replay tokens: a history as one word that can be pasted into a command line.
 *
 *     1.3fa9.q1YqSy1KVbIqKSpN…7c2e
 *     │ │    │                  └ four hex digits of a hash of all before it: a slip of the hand shows
 *     │ │    └ the case: JSON, deflated, base64url
 *     │ └ the promise: four hex digits of a hash of its id
 *     └ the version of the kata
 *
 * Nothing else is needed to replay it, on any machine with the same version of the kata.
 */
import { deflateRawSync, inflateRawSync } from "node:zlib";

export interface Token {
  version: number;
  promise: string;
  content: unknown;
}

export function encodeToken(version: number, promiseId: string, content: unknown): string {
  const packed = deflateRawSync(JSON.stringify(content), { level: 9 }).toString("base64url");
  const token = `${version}.${promiseHash(promiseId)}.${packed}`;
  return token + hashOf(token);
}

/** Reads a token, or says what is wrong with it. */
export function decodeToken(token: string): Token | { problem: string } {
  const match = /^((\d+)\.([0-9a-f]{4})\.([A-Za-z0-9_-]+))([0-9a-f]{4})$/.exec(token.trim());
  if (match === null) {
    return {
      problem: `Expected a token such as 1.3fa9.q1YqSy1K, as a failure prints it, got "${token}".`,
    };
  }
  const [, whole = "", version = "", promise = "", packed = "", hash] = match;
  try {
    if (hashOf(whole) !== hash) throw new Error("It was changed on the way.");
    const text = inflateRawSync(Buffer.from(packed, "base64url"), {
      maxOutputLength: 1 << 20,
    }).toString();
    return { version: Number(version), promise, content: JSON.parse(text) as unknown };
  } catch {
    return { problem: `The token ${token.trim()} is damaged or incomplete: copy the whole of it.` };
  }
}

export function promiseHash(promiseId: string): string {
  return hashOf(promiseId);
}

/** Four hex digits. */
function hashOf(text: string): string {
  let hash = 2166136261;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 16777619);
  return ((hash ^ (hash >>> 16)) & 0xffff).toString(16).padStart(4, "0");
}
