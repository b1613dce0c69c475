/** Imports, types and lint of a subject, read by a child process that never runs it. */
import path from "node:path";
import { createInterface } from "node:readline";
import type { ForbiddenImport } from "./forbidden-imports.ts";
import type { LintReport } from "./lint.ts";
import { killGroup, startGroup } from "./process-group.ts";
import type { TypeProblem } from "./type-problems.ts";

export interface AnalysisRequest {
  root: string;
  kata: string;
  subject: string;
}

export type AnalysisReport =
  | { kind: "imports"; forbidden: ForbiddenImport[] }
  | { kind: "types"; problems: TypeProblem[] }
  | ({ kind: "lint" } & LintReport);

type ReportOf<Kind extends AnalysisReport["kind"]> = Promise<
  Extract<AnalysisReport, { kind: Kind }>
>;

export interface Analysis {
  imports: ReportOf<"imports">;
  types: ReportOf<"types">;
  lint: ReportOf<"lint">;
  stop(): void;
}

export function startAnalysis(request: AnalysisRequest): Analysis {
  const { root } = request;
  const tsx = path.join(root, "node_modules/tsx/dist/esm/index.mjs");
  const script = path.join(root, "scripts/lib/grade/child/analyse.ts");
  const group = startGroup(["--import", tsx, script, JSON.stringify(request)], { directory: root });
  let errors = "";
  group.process.stdout?.resume();
  group.process.stderr?.on("data", (chunk: Buffer) => (errors += chunk.toString("utf8")));

  const waiting = new Map<string, (report: AnalysisReport) => void>();
  const failures: ((error: Error) => void)[] = [];
  const reportOf = <Kind extends AnalysisReport["kind"]>(kind: Kind): ReportOf<Kind> => {
    const report = new Promise<Extract<AnalysisReport, { kind: Kind }>>((resolve, reject) => {
      waiting.set(kind, (message) => resolve(message as Extract<AnalysisReport, { kind: Kind }>));
      failures.push(reject);
    });
    // Whoever awaits it sees the error; a grade that ends early awaits none.
    report.catch(() => undefined);
    return report;
  };
  const reports = {
    imports: reportOf("imports"),
    types: reportOf("types"),
    lint: reportOf("lint"),
  };
  createInterface({ input: group.reports }).on("line", (line) => {
    const report = JSON.parse(line) as AnalysisReport;
    waiting.get(report.kind)?.(report);
  });
  group.process.once("close", () => {
    for (const fail of failures) fail(new Error(`The subject could not be analysed.\n${errors}`));
  });
  return { ...reports, stop: () => killGroup(group.process) };
}
