/**
 * The loop without a terminal: the first screen, the visible and own tests once, and what they said.
 * Red is no failure of the command.
 */
import { declaredLevel } from "./declared-level.ts";
import type { EveningOptions } from "./evening.ts";
import { firstScreen } from "./first-screen.ts";
import { resultScreen } from "./result-screen.ts";
import { startTestRunner } from "./test-run.ts";

const columns = 80;
const resultLinesMax = 60;

export async function lookOnce(
  options: EveningOptions,
  source: string,
  print: (line: string) => void,
): Promise<void> {
  const { root, kata, attempt, colours } = options;
  const tests = startTestRunner(root, kata, attempt);
  const declared = declaredLevel(source, kata);
  const grade = `Grade  npm run grade ${kata.name}`;
  for (const line of options.notices) print(line);
  for (const line of firstScreen({ ...options, level: declared.level, columns, keys: grade })) {
    print(line);
  }
  print("");
  const run = await tests.run();
  tests.close();
  if (run === undefined) return;
  const screen = resultScreen(
    kata,
    { declared, tests: run, promises: "not yet" },
    grade,
    { columns, rows: resultLinesMax },
    colours,
  );
  // The first screen has said which kata this is and how to grade it.
  for (const line of screen.slice(1, -1)) print(line);
}
