/** Puts a report into its file. What is there already is replaced only if it is a report. */
import { closeSync, openSync, readSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../arguments.ts";
import { replaceFile } from "../grade/replace-file.ts";
import { fileErrorCode } from "../kata/create-file.ts";
import { reportBeginning, reportPage } from "./page.ts";
import type { ReportData } from "./report-data.ts";

/** The place that somebody typed for a report; relative to where the command was typed. */
export function reportFile(typed: string): string {
  const file = path.resolve(process.env["INIT_CWD"] ?? process.cwd(), typed);
  refuseForeign(file);
  return file;
}

export function writeReport(file: string, data: ReportData): void {
  writePage(file, reportPage(data));
}

/** Any page that begins as a report does. */
export function writePage(file: string, page: string): void {
  refuseForeign(file);
  replaceFile(file, page);
}

function refuseForeign(file: string): void {
  const beginning = beginningOf(file);
  if (beginning === null || beginning === reportBeginning) return;
  throw new UsageError(
    `Expected ${file} to be free for the report, but another file is there. Nothing was changed.`,
  );
}

/** As many characters as tell a report from anything else; null where nothing is. */
function beginningOf(file: string): string | null {
  try {
    const descriptor = openSync(file, "r");
    try {
      const bytes = Buffer.alloc(reportBeginning.length);
      const count = readSync(descriptor, bytes, 0, bytes.length, 0);
      return bytes.toString("latin1", 0, count);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (fileErrorCode(error) === "ENOENT") return null;
    throw new UsageError(
      `Expected a place for the report at ${file}, but got ${fileErrorCode(error) ?? "an error"}.`,
    );
  }
}
