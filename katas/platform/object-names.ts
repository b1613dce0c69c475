import { InvalidArgumentError } from "./errors.ts";

/** What object-store.ts says a name is; both stores refuse the same ones. */
const objectName = /^(?=.{1,200}$)[a-z0-9_-][a-z0-9._-]*(?:\/[a-z0-9_-][a-z0-9._-]*)*$/;

export function refuseUnlessObjectName(name: unknown): asserts name is string {
  if (typeof name === "string" && objectName.test(name)) return;
  throw new InvalidArgumentError(
    `Expected a name of 1–200 characters a–z, 0–9, ".", "_", "-" and single "/", got ${JSON.stringify(name)}.`,
  );
}

export function refuseUnlessPrefix(prefix: unknown): asserts prefix is string {
  if (typeof prefix === "string") return;
  throw new InvalidArgumentError(`Expected \`prefix\` to be a text, got ${typeof prefix}.`);
}

export function refuseUnlessBytes(bytes: unknown): asserts bytes is Uint8Array {
  if (bytes instanceof Uint8Array) return;
  throw new InvalidArgumentError(`Expected \`bytes\` to be a Uint8Array, got ${typeof bytes}.`);
}
