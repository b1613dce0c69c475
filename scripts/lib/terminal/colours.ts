/** Colour where somebody looks: a terminal that has it, and nobody who said NO_COLOR. */
import picocolors from "picocolors";

export type Colours = ReturnType<typeof picocolors.createColors>;

export function coloursFor(output: { isTTY?: boolean }, environment = process.env): Colours {
  const refused = (environment["NO_COLOR"] ?? "") !== "" || environment["TERM"] === "dumb";
  return picocolors.createColors(output.isTTY === true && !refused);
}
