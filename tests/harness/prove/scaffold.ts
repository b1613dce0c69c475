/**
 * What `npm run new-kata` leaves open. Every file that it writes and that somebody has to fill holds a
 * sentence that begins with the mark; a kata is not finished while one of them is there.
 */
import { readdirSync, readFileSync } from "node:fs";
import { inRepository } from "./promises.ts";

const scaffoldMark = "Scaffold:";

/** One sentence for each place, in the order of the files. */
export function placesToFill(kata: string): string[] {
  return ["katas", "solutions", "rubric", "tests"].flatMap((folder) =>
    placesIn(`${folder}/${kata}`),
  );
}

function placesIn(folder: string): string[] {
  return readdirSync(inRepository(folder), { withFileTypes: true })
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .flatMap((entry) => {
      const place = `${folder}/${entry.name}`;
      return entry.isDirectory() ? placesIn(place) : sentencesOf(place);
    });
}

function sentencesOf(file: string): string[] {
  return readFileSync(inRepository(file), "utf8")
    .split("\n")
    .filter((line) => line.includes(scaffoldMark))
    .map((line) => {
      const [cell = ""] = line.slice(line.indexOf(scaffoldMark)).split(" |");
      const sentence = cell.replace(/[\s"`,*/]+$/, "");
      return `${file} still holds the scaffold's sentence "${sentence}"`;
    });
}
