/**
 * `npm run judge <file>`: is this history linearizable, or with `--model` isolated? For other people's histories as well
 * as for our own; the formats are documented in tests/harness/linearizability/README.md and
 * tests/harness/isolation/README.md.
 *
 * Exit code 0: it is. 1: illegal or undecided. 2: there was nothing to judge.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { IsolationModel, IsolationVerdict } from "../tests/harness/isolation/judge.ts";
import { anomalyNames } from "../tests/harness/isolation/anomaly.ts";
import { explainVerdict as explainIsolation } from "../tests/harness/isolation/explain.ts";
import type {
  RecordedTransaction,
  TransactionHistory,
} from "../tests/harness/isolation/history-format.ts";
import { readTransactions } from "../tests/harness/isolation/history-format.ts";
import {
  isolationModels,
  judgeIsolation,
  stepsMaxDefault,
} from "../tests/harness/isolation/judge.ts";
import { nameOf } from "../tests/harness/isolation/transaction.ts";
import { describeTransaction } from "../tests/harness/isolation/words.ts";
import { describeOperation, explainVerdict } from "../tests/harness/linearizability/explain.ts";
import type { History, ModelName } from "../tests/harness/linearizability/history-format.ts";
import {
  MalformedHistoryError,
  readHistory,
} from "../tests/harness/linearizability/history-format.ts";
import type { LinearizabilityVerdict, Operation } from "../tests/harness/linearizability/judge.ts";
import { judgeLinearizability } from "../tests/harness/linearizability/judge.ts";
import type {
  Answer,
  KeyValueInput,
  RegisterInput,
  Value,
} from "../tests/harness/linearizability/models.ts";
import {
  keyValueModel,
  registerModel,
  startingWith,
} from "../tests/harness/linearizability/models.ts";
import { didYouMean, UsageError } from "./lib/arguments.ts";
import type { CommandDeclaration } from "./lib/command-declaration.ts";
import { runCommand } from "./lib/run-command.ts";

type AnyOperation = Operation<RegisterInput | KeyValueInput, Answer>;
type AnyVerdict = LinearizabilityVerdict<Value, RegisterInput | KeyValueInput, Answer>;

const nodesMaxDefault = 2_000_000;
const operationModels = ["register", "key-value"] as const;

const declaration = {
  name: "judge",
  summary: `Judges whether the history in a file is linearizable: whether some order of its operations,
one at a time and each between its call and its answer, explains every answer.
With --model snapshot-isolation or serializable: whether its transactions over lists are isolated.

The file is JSON Lines, one operation or transaction a line, or what Jepsen, Knossos, Elle and
Porcupine publish (EDN or JSON maps, log lines): see tests/harness/linearizability/README.md and
tests/harness/isolation/README.md.

Exit code: 0 legal, 1 illegal or undecided, 2 nothing could be judged.`,
  words: ["file"],
  options: {
    model: {
      type: "text",
      valueName: "NAME",
      help: "register or key-value, otherwise the file tells; or snapshot-isolation or serializable.",
    },
    "real-time": {
      type: "flag",
      help: "Isolation only: who was answered before another was begun also comes first.",
    },
    nodes: {
      type: "number",
      valueName: "N",
      help: `How far to search before saying "undecided" (${nodesMaxDefault.toLocaleString("en-US")}; isolation ${stepsMaxDefault.toLocaleString("en-US")}).`,
    },
    json: { type: "flag", help: "One JSON object on standard output." },
  },
} as const satisfies CommandDeclaration;

interface Request {
  readonly file: string;
  readonly model: ModelName | undefined;
  readonly nodesMax: number;
  readonly json: boolean;
}

interface IsolationRequest {
  readonly file: string;
  readonly model: IsolationModel;
  readonly realTime: boolean;
  readonly nodesMax: number;
}

await runCommand(declaration, ({ words: [file], options }) => {
  if (file === undefined) {
    throw new UsageError(
      "Expected a file with a history after `npm run judge`, got nothing. `npm run judge -- --help` says more.",
    );
  }
  const { json, nodes, "real-time": realTime } = options;
  if (nodes === 0) throw new UsageError('Expected --nodes to be at least 1, got "0".');
  const model = modelNamed(options.model);
  if (model === "snapshot-isolation" || model === "serializable")
    return judgeTransactions({ file, model, realTime, nodesMax: nodes ?? stepsMaxDefault }, json);
  if (realTime)
    throw new UsageError(
      "Expected --real-time together with --model snapshot-isolation or serializable; a linearizable history is in real time already.",
    );
  const nodesMax = nodes ?? nodesMaxDefault;
  const request = { file, model, nodesMax, json };
  const history = readFileAs(file, (text) => readHistory(text, { model }));
  const verdict = judge(history, nodesMax);
  process.stdout.write(
    json ? inJson(request, history, verdict) : inWords(request, history, verdict),
  );
  return verdict.verdict === "ok" ? 0 : 1;
});

function modelNamed(name: string | undefined): ModelName | IsolationModel | undefined {
  const models = [...operationModels, ...isolationModels];
  const model = models.find((one) => one === name);
  if (name === undefined || model !== undefined) return model;
  throw new UsageError(
    `Expected --model to be register, key-value, snapshot-isolation or serializable, got "${name}".${didYouMean(name, models)}`,
  );
}

function readFileAs<Read>(file: string, read: (text: string) => Read): Read {
  const text = readText(file);
  try {
    return read(text);
  } catch (error) {
    if (error instanceof MalformedHistoryError) throw new UsageError(`${file}: ${error.message}`);
    throw error;
  }
}

/** npm runs commands at the root of the repository and keeps in INIT_CWD where the person stood. */
function readText(file: string): string {
  const absolute = path.resolve(process.env["INIT_CWD"] ?? process.cwd(), file);
  try {
    return readFileSync(absolute, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      throw new UsageError(`Expected a history file at ${file}: ${(error as Error).message}.`);
    }
    throw new UsageError(
      `Expected a history file at ${file}, got nothing there.${didYouMean(path.basename(file), namesIn(path.dirname(absolute)))}`,
    );
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function judge(history: History, nodesMax: number): AnyVerdict {
  return history.model === "register"
    ? judgeLinearizability(startingWith(registerModel, history.initial), history.operations, {
        nodesMax,
      })
    : judgeLinearizability(startingWith(keyValueModel, history.initial), history.operations, {
        nodesMax,
      });
}

function inWords(request: Request, history: History, verdict: AnyVerdict): string {
  const start = history.initial === null ? "absent" : JSON.stringify(history.initial);
  const source = `${request.file}: ${history.format}, ${history.model} model, every key ${start} at first`;
  const lineOf = linesOf(history);
  const words = explainVerdict(verdict, history.operations, (operation) => {
    const line = lineOf.get(operation);
    return line === undefined ? "" : `(line ${line})`;
  });
  const advice =
    verdict.verdict === "undecided"
      ? `\n  Search further: npm run judge ${request.file} -- --nodes ${request.nodesMax * 10}\n`
      : "";
  return `${source}\n${words}\n${advice}`;
}

function inJson(request: Request, history: History, verdict: AnyVerdict): string {
  const lineOf = linesOf(history);
  const shown = (operation: AnyOperation) => ({
    line: lineOf.get(operation) ?? null,
    description: describeOperation(operation),
    ...operation,
    // Infinity has no spelling in JSON; null is how the history format writes it.
    settledAt: operation.settledAt === Infinity ? null : operation.settledAt,
  });
  const { format, model, initial, operations } = history;
  const evidence =
    verdict.verdict === "ok"
      ? {}
      : {
          key: verdict.partition,
          linearization: verdict.linearization.map(shown),
          state: verdict.state,
          unplaced: shown(verdict.unplaced),
        };
  const result = {
    schemaVersion: 1,
    file: request.file,
    format,
    model,
    initial,
    operations: operations.length,
    verdict: verdict.verdict,
    keys: verdict.partitions,
    nodes: verdict.nodes,
    nodesMax: request.nodesMax,
    ...evidence,
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}

function linesOf(history: History): Map<AnyOperation, number> {
  const lineOf = new Map<AnyOperation, number>();
  for (const [index, operation] of history.operations.entries()) {
    lineOf.set(operation, history.lines[index] ?? 0);
  }
  return lineOf;
}

function judgeTransactions(request: IsolationRequest, json: boolean): number {
  const { file, model, realTime, nodesMax: stepsMax } = request;
  const history = readFileAs(file, readTransactions);
  const verdict = judgeIsolation(history.transactions, { model, realTime, stepsMax });
  process.stdout.write(
    json ? isolationInJson(request, history, verdict) : isolationInWords(request, history, verdict),
  );
  return verdict.verdict === "ok" ? 0 : 1;
}

function isolationInWords(
  { file, model, realTime, nodesMax }: IsolationRequest,
  { format, transactions }: TransactionHistory,
  verdict: IsolationVerdict,
): string {
  const lineOf = new Map<unknown, number>(transactions.map((one) => [one, one.line]));
  const words = explainIsolation(verdict, transactions, {
    model,
    realTime,
    describePlace: (transaction) => `(line ${lineOf.get(transaction) ?? 0})`,
  });
  const flags = `--model ${model}${realTime ? " --real-time" : ""}`;
  const advice =
    verdict.verdict === "undecided"
      ? `\n  Search further: npm run judge ${file} -- ${flags} --nodes ${nodesMax * 10}\n`
      : "";
  return `${file}: ${format}, lists that only grow\n${words}\n${advice}`;
}

function isolationInJson(
  { file, model, realTime, nodesMax }: IsolationRequest,
  { format, transactions }: TransactionHistory,
  verdict: IsolationVerdict,
): string {
  const shown = (index: number) => {
    const transaction = transactions[index] as RecordedTransaction;
    return {
      name: nameOf(transactions, index),
      line: transaction.line,
      description: describeTransaction(transaction),
    };
  };
  const evidence =
    verdict.verdict === "illegal"
      ? {
          anomalies: verdict.anomalies.map((anomaly) => ({
            ...anomaly,
            name: anomalyNames[anomaly.kind],
            transactions: anomaly.transactions.map(shown),
            cycle: anomaly.cycle.map((step) => ({
              ...step,
              from: nameOf(transactions, step.from),
              to: nameOf(transactions, step.to),
            })),
          })),
        }
      : verdict.verdict === "undecided"
        ? { unordered: verdict.unordered }
        : {};
  const result = {
    schemaVersion: 1,
    file,
    format,
    model,
    realTime,
    transactions: transactions.length,
    verdict: verdict.verdict,
    committed: verdict.committed,
    lists: verdict.lists,
    nodesMax,
    ...evidence,
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}
