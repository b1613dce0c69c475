/** Calls with arguments outside the contract, each as an expression that reads the same in a kept test. */
import type { Subject } from "#katas/ledger/contract.ts";

/** What a bad call is made of; everything in it is right but the one thing. */
export interface BadCallWorld {
  subject: Subject;
  options: Record<string, unknown>;
  validator: Record<string, (...given: unknown[]) => unknown>;
  pool: Record<string, (...given: unknown[]) => unknown> | undefined;
  base: unknown;
  reader: unknown;
}

export interface BadCall {
  level: number;
  /** Factories throw, all other calls reject. */
  throws: boolean;
  /** The call as code, for kept tests. */
  code: string;
  call: (world: BadCallWorld) => unknown;
}

type AnyCall = (given: unknown) => unknown;

/** Properties as code. */
function patchText(patch: Record<string, unknown>): string {
  const textOf = (value: unknown): string => {
    return typeof value === "string" || Array.isArray(value)
      ? JSON.stringify(value)
      : String(value);
  };
  return Object.entries(patch)
    .map(([name, value]) => `${name}: ${textOf(value)}`)
    .join(", ");
}

const validatorWith =
  (patch: Record<string, unknown>) =>
  ({ subject, options }: BadCallWorld): unknown =>
    (subject.createCommitValidator as AnyCall)({ ...options, ...patch });

const poolWith =
  (patch: Record<string, unknown>) =>
  ({ subject, options }: BadCallWorld): unknown =>
    (subject.createTaskPool as AnyCall)({
      inFlightMax: 2,
      queueLengthMax: 2,
      handlers: { double: (input: number) => input * 2 },
      ...(patch["workerCount"] !== undefined || patch["taskMsMax"] !== undefined
        ? { handlers: undefined, workers: options["workers"], clock: options["clock"] }
        : {}),
      ...patch,
    });

const batches: Readonly<Record<string, unknown>> = {
  null: null,
  "no batch at all": undefined,
  5: 5,
  "{}": {},
  "{ transactions: null }": { transactions: null },
  '{ transactions: "t1" }': { transactions: "t1" },
  "{ transactions: { length: 0 } }": { transactions: { length: 0 } },
  '{ transactions: [], policy: "some" }': { transactions: [], policy: "some" },
  '{ transactions: [], policy: "toString" }': { transactions: [], policy: "toString" },
  "{ transactions: [], policy: 5 }": { transactions: [], policy: 5 },
  "{ transactions: [], policy: null }": { transactions: [], policy: null },
};

const whole = (
  name: string,
  level: number,
  min: number,
): [string, Record<string, unknown>, number][] =>
  [min - 1, -5, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "3", null].map((value) => [
    `${name}: ${typeof value === "string" ? `"${value}"` : String(value)}`,
    { [name]: value },
    level,
  ]);

/** Numbers only: that a port is one is what the types are for. */
const validatorOptions: [string, Record<string, unknown>, number][] = [
  ...whole("attemptsMax", 2, 1),
  ...whole("commitsWaitingMax", 4, 1),
];

const poolOptions: [string, Record<string, unknown>, number][] = [
  ...whole("inFlightMax", 3, 1),
  ["inFlightMax: undefined", { inFlightMax: undefined }, 3],
  ...whole("queueLengthMax", 3, 0),
  ["queueLengthMax: undefined", { queueLengthMax: undefined }, 3],
  ...whole("workerCount", 5, 1),
  ["workerCount: 3, inFlightMax: 2", { workerCount: 3 }, 5],
  ...whole("taskMsMax", 5, 1),
];

function* entries(): Iterable<[string, BadCall]> {
  for (const [name, patch, level] of validatorOptions) {
    const code = `createCommitValidator({ ...options, ${patchText(patch)} })`;
    const call = validatorWith(patch);
    yield [`createCommitValidator with ${name}`, { level, throws: true, code, call }];
  }
  for (const [name, patch, level] of poolOptions) {
    const where = level >= 5 ? "workers, clock" : "handlers: {}";
    const code = `createTaskPool({ inFlightMax: 2, queueLengthMax: 2, ${where}, ${patchText(patch)} })`;
    const call = poolWith(patch);
    yield [`createTaskPool with ${name}`, { level, throws: true, code, call }];
  }
  for (const format of ["xml", "", "toString", "__proto__", "JSON-LINES"]) {
    const code = `createTransactionReader({ format: "${format}", text: "" })`;
    const call = ({ subject }: BadCallWorld): unknown =>
      subject.createTransactionReader({ format, text: "" });
    yield [`createTransactionReader of "${format}"`, { level: 6, throws: true, code, call }];
  }
  for (const [name, batch] of Object.entries(batches)) {
    const text = name === "no batch at all" ? "undefined" : name;
    yield [
      `commit of ${name}`,
      {
        level: 1,
        throws: false,
        code: `validator.commit(${text})`,
        call: ({ validator }) => validator["commit"]?.(batch),
      },
    ];
    yield [
      `validateConflicts of ${name}`,
      {
        level: 1,
        throws: false,
        code: `validator.validateConflicts(${text}, base)`,
        call: ({ validator, base }) => validator["validateConflicts"]?.(batch, base),
      },
    ];
  }
  for (const kind of ["nope", "", "toString", "__proto__", "constructor"]) {
    const code = `pool.submit({ kind: "${kind}", input: 1 })`;
    const call = ({ pool }: BadCallWorld): unknown => pool?.["submit"]?.({ kind, input: 1 });
    yield [`submit of the kind "${kind}"`, { level: 3, throws: false, code, call }];
  }
  const sourceOptions: [string, Record<string, unknown>][] = [
    ['mode "both"', { mode: "both" }],
    ["no mode", {}],
    ["microBatchMs 0", { mode: "stream", microBatchMs: 0 }],
    ["microBatchMs 1.5", { mode: "stream", microBatchMs: 1.5 }],
    ["microBatchMs NaN", { mode: "stream", microBatchMs: Number.NaN }],
  ];
  for (const [name, patch] of sourceOptions) {
    const code = `validator.process({ name: "payments", reader }, { ${patchText(patch)} })`;
    const call = ({ validator, reader }: BadCallWorld): unknown =>
      validator["process"]?.({ name: "payments", reader }, patch);
    yield [`process with ${name}`, { level: 6, throws: false, code, call }];
  }
  for (const [text, name] of [
    ['""', ""],
    ['"x".repeat(65)', "x".repeat(65)],
    ["5", 5],
    ["undefined", undefined],
  ] as const) {
    const code = `validator.process({ name: ${text}, reader }, { mode: "batch" })`;
    const call = ({ validator, reader }: BadCallWorld): unknown =>
      validator["process"]?.({ name, reader }, { mode: "batch" });
    yield [`process of a source named ${text}`, { level: 6, throws: false, code, call }];
  }
}

export const badCalls: ReadonlyMap<string, BadCall> = new Map(entries());
