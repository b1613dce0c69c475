/**
 * Pieces of the text of a test, for the katas that write one: lines without their outer indentation,
 * blocks, objects, lists.
 */

export function indented(lines: readonly string[], levels = 1): string[] {
  return lines.map((line) => (line === "" ? "" : "  ".repeat(levels) + line));
}

/** Lines around others, which go one level in. */
export function block(opening: string, inside: readonly string[], closing = "}"): string[] {
  return [opening, ...indented(inside), closing];
}

/** The lines of an indented string, with what all of them are indented by taken away. */
export function linesOf(story: string): string[] {
  const lines = story.trim().split("\n");
  const deep = lines
    .slice(1)
    .filter((line) => line.trim() !== "")
    .map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const indent = Math.min(...deep, Number.MAX_SAFE_INTEGER);
  return lines.map((line, index) => (index === 0 ? line : line.slice(indent)).trimEnd());
}

/** Properties whose values are expressions; `{ disk: "disk" }` becomes `{ disk }`. */
export function objectText(properties: Readonly<Record<string, string>>): string {
  const parts = Object.entries(properties).map(([name, value]) =>
    name === value ? name : `${name}: ${value}`,
  );
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}

/** The properties of an object as expressions, for `objectText`. */
export function literals(values: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === "object" && value !== null
        ? objectText(literals(value))
        : JSON.stringify(value),
    ]),
  );
}

export function listText(items: readonly string[]): string {
  return `[${items.map((item) => JSON.stringify(item)).join(", ")}]`;
}
