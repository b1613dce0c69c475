/**
 * What a reviewer would say about a subject. Two grades: what would block a merge, and remarks.
 * Formatting is not judged at all.
 */
import type { Rule } from "eslint";

/** Names that leave the world, and what a reviewer would say. */
const time = "take the time from a clock that you are handed, so that a test can replay it";
const chance = "take chance from a port that you are handed, so that a test can replay it";
const disk = "use the disk that you are handed; this one cannot crash in a test";

export const restrictedModules = [
  ...["fs", "fs/promises"].map((name) => ({ name, message: disk })),
  ...["timers", "timers/promises"].map((name) => ({ name, message: time })),
  ...["child_process", "worker_threads", "cluster", "net", "http", "https", "dgram"].map(
    (name) => ({
      name,
      message: "nothing in the contract needs another process or the network",
    }),
  ),
].flatMap(({ name, message }) => [
  { name, message },
  { name: `node:${name}`, message },
]);

export const restrictedGlobals = ["setTimeout", "setInterval"].map((name) => ({
  name,
  message: time,
}));

export const restrictedProperties = [
  { object: "Date", property: "now", message: time },
  { object: "performance", property: "now", message: time },
  { object: "process", property: "hrtime", message: time },
  { object: "Math", property: "random", message: chance },
  { object: "crypto", property: "randomUUID", message: chance },
  { object: "crypto", property: "getRandomValues", message: chance },
  { object: "globalThis", property: "setTimeout", message: time },
  { object: "globalThis", property: "setInterval", message: time },
];

export const restrictedSyntax = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: time },
];

/** `any` where a caller sees it. */
export const noExportedAny: Rule.RuleModule = {
  create: (context) => ({
    TSAnyKeyword(node: Rule.Node) {
      const path: string[] = [];
      for (let at: Rule.Node | null = node; at !== null; at = at.parent) path.push(at.type);
      const isExported = path.some((type) => /^Export(Named|Default)Declaration$/.test(type));
      if (isExported && !path.includes("BlockStatement")) {
        context.report({ node, message: "any in an exported signature" });
      }
    },
  }),
};

export const noEmptyCatch: Rule.RuleModule = {
  create: (context) => ({
    CatchClause(node) {
      if (node.body.body.length === 0) context.report({ node, message: "an empty catch" });
    },
  }),
};

/** How a reviewer puts it; a rule without an entry speaks for itself. */
export const wording: Readonly<Record<string, string>> = {
  "no-restricted-imports": "Direct input and output",
  "no-restricted-globals": "A real timer",
  "no-restricted-properties": "The world's own time or chance",
  "no-restricted-syntax": "The world's own time",
  "grade/no-exported-any":
    "`any` in an exported signature: the caller loses every check. Say what it is, or `unknown`.",
  "grade/no-empty-catch":
    "An error is swallowed here: handle it, pass it on, or say in code why it cannot matter.",
  "@typescript-eslint/no-floating-promises":
    "Nobody waits for this promise: a failure in it is lost. Await it, or hand its error to somebody.",
  "@typescript-eslint/no-explicit-any": "`any` switches the checks off; `unknown` would keep them.",
  "@typescript-eslint/no-non-null-assertion":
    "`!` claims what the compiler could not see; a check or `invariant` would show why it holds.",
  "@typescript-eslint/no-unused-vars": "Left over: nothing reads it.",
  "@typescript-eslint/await-thenable": "There is no promise to await here.",
  eqeqeq: "`==` converts its operands; `===` compares what is there.",
  "no-console": "Left over from debugging: it prints.",
  "prefer-const": "It never changes: `const` would say so.",
};
