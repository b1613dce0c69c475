/**
 * A case as few characters, for tokens: "pa1.20 da|ga" are two clients, sizes after the dot.
 *
 * Keys of small letters stand as they are, others in quotes. An operation of the kata's own is its letter,
 * with what it is given after colons: "r:a:k10".
 */
import type { Case } from "./case.ts";
import { ownOperation, type StoreKata } from "./store-kata.ts";
import type { Operation } from "./workload.ts";

export function packCase(
  kata: StoreKata,
  { clients, second, sectorBytes, ...rest }: Case,
): unknown {
  const text = (operations: readonly Operation[]): string =>
    operations.map((operation) => packOperation(kata, operation)).join(" ");
  const packed: unknown[] = [clients.map(text).join("|"), sectorBytes];
  const hasRest = Object.keys(rest).length > 0;
  if (second !== undefined || hasRest) packed.push(second === undefined ? 0 : text(second));
  if (hasRest) packed.push(rest);
  return packed;
}

export function unpackCase<Options extends object>(
  kata: StoreKata,
  packed: unknown,
): Case<Options> {
  const [clients, sectorBytes, second, rest] = packed as [
    string,
    number,
    (string | 0)?,
    Partial<Case<Options>>?,
  ];
  const operations = (text: string): Operation[] =>
    text === "" ? [] : text.split(" ").map((one) => unpackOperation(kata, one));
  return {
    ...rest,
    clients: clients.split("|").map(operations),
    sectorBytes,
    ...(typeof second === "string" ? { second: operations(second) } : {}),
  };
}

function packOperation(kata: StoreKata, operation: Operation): string {
  if (operation.key === undefined) {
    if (operation.kind === "close") return "x";
    return [ownOperation(kata, operation).letter, ...(operation.given ?? []).map(packText)].join(
      ":",
    );
  }
  const key = packKey(operation.key);
  switch (operation.kind) {
    case "put":
      return `p${key}${operation.value}.${operation.size}`;
    case "delete":
      return `d${key}`;
    case "get":
      return `g${key}`;
    default:
      throw new RangeError(`Expected an operation of a drawn case, got ${operation.kind}.`);
  }
}

function unpackOperation(kata: StoreKata, text: string): Operation {
  const [letter = "", plain, quoted, value = "", size = ""] =
    /^([pdg])(?:([a-z]*)|'([^']*)')(?:(\d+)\.(\d+))?$/.exec(text)?.slice(1) ?? [];
  const key = quoted === undefined ? (plain ?? "") : decodeURIComponent(quoted);
  if (letter === "p") return { kind: "put", key, value: Number(value), size: Number(size) };
  if (letter === "d") return { kind: "delete", key };
  if (letter === "g") return { kind: "get", key };
  if (text === "x") return { kind: "close" };
  const [own = "", ...given] = text.split(":");
  const kind = Object.keys(kata.own).find((one) => kata.own[one]?.letter === own);
  if (kind === undefined)
    throw new RangeError(`Expected an operation such as pa1.20, got ${text}.`);
  return given.length === 0 ? { kind } : { kind, given: given.map(decodeURIComponent) };
}

function packKey(key: string): string {
  return /^[a-z]*$/.test(key) ? key : `'${packText(key)}'`;
}

/** Without spaces, bars, colons and quotes, which mean something here. */
function packText(text: string): string {
  return encodeURIComponent(text).replaceAll("'", "%27");
}
