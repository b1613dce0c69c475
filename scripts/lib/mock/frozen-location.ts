/** Where the frozen work of a session is graded, and by which name. */
import path from "node:path";
import { attemptLocation, shortName, type SubjectLocation } from "../grade/subject-location.ts";
import type { Kata } from "../kata/catalogue.ts";

/** The frozen attempt, under a name by which `npm run grade` finds it again. */
export function frozenLocation(root: string, kata: Kata, folder: string): SubjectLocation {
  const attempt = attemptLocation(root, kata);
  const file = path.join(folder, path.basename(attempt.file));
  const shownAs = shortName(root, file);
  return {
    ...attempt,
    file,
    shownAs,
    words: [kata.name, shownAs],
    testFile: path.join(folder, path.basename(attempt.testFile)),
  };
}
