/** Runs a kata's stress in a contained process group, on a temporary directory that is removed afterwards. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import type { StressVerdict } from "../../../tests/harness/check.ts";
import { noStress, type StressGrade } from "./grade-report.ts";
import { killGroup, startGroup } from "./process-group.ts";

export interface StressRequest {
  stressFile: string;
  nonce: string;
  subjectFile: string;
  seconds: number;
  seed: number;
  singleThreaded: boolean;
  level: number;
}

export type StressOptions = Omit<StressRequest, "stressFile" | "nonce">;

/** Starting threads and judging the history come on top of the seconds. */
const secondsOnTopMax = 30;

export async function runStress(
  root: string,
  kata: string,
  options: StressOptions,
): Promise<StressGrade> {
  const stressFile = path.join(root, "tests", kata, "stress.ts");
  if (!existsSync(stressFile)) return { ...noStress, reason: `${kata} has none` };
  const directory = mkdtempSync(path.join(tmpdir(), "systems-katas-stress-"));
  // Ctrl-C must not leave it behind either.
  const remove = () => rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  process.once("exit", remove);
  try {
    return await containedStress(root, { ...options, stressFile, nonce: newNonce() }, directory);
  } finally {
    remove();
    process.off("exit", remove);
  }
}

function containedStress(
  root: string,
  request: StressRequest,
  temporary: string,
): Promise<StressGrade> {
  const tsx = path.join(root, "node_modules/tsx/dist/esm/index.mjs");
  const script = path.join(root, "scripts/lib/grade/child/stress.ts");
  const { process: child, reports } = startGroup(
    ["--max-old-space-size=512", "--import", tsx, script, JSON.stringify(request)],
    { directory: root, environment: { TMPDIR: temporary } },
  );
  child.stdout?.resume();
  let lastWords = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString("utf8")).slice(-4096);
  });
  let verdict: StressVerdict | undefined;
  createInterface({ input: reports }).on("line", (line) => {
    if (!line.startsWith(`${request.nonce} `)) return;
    verdict = JSON.parse(line.slice(request.nonce.length + 1)) as StressVerdict;
  });
  return new Promise((resolve) => {
    const secondsMax = request.seconds + secondsOnTopMax;
    let isOverdue = false;
    const limit = setTimeout(() => {
      isOverdue = true;
      killGroup(child);
    }, secondsMax * 1000);
    child.once("close", (code, signal) => {
      clearTimeout(limit);
      if (verdict !== undefined) {
        const { status, reason = null, broken, threads, seconds, operations, kills } = verdict;
        const said = broken.map(({ id, what }) => ({
          id,
          what: what.replaceAll(`${temporary}/`, ""),
        }));
        resolve({ status, reason, broken: said, threads, seconds, operations, kills });
        return;
      }
      const what = isOverdue
        ? `It did not end within ${secondsMax} seconds.`
        : `The process ended early (${signal ?? `exit code ${code ?? 0}`}).${firstError(lastWords)}`;
      resolve({
        ...noStress,
        status: "broken",
        broken: [{ id: null, what }],
        seconds: request.seconds,
      });
    });
  });
}

function firstError(words: string): string {
  const line = words.split("\n").find((each) => /^\S*Error\b/.test(each));
  return line === undefined ? "" : ` ${line}`;
}

function newNonce(): string {
  return randomBytes(12).toString("hex");
}
