/**
 * What a reviewer would say about a subject. Two grades: what would block a merge, and remarks.
 * Formatting is not judged at all.
 */
import type { Linter, Rule, SourceCode } from "eslint";

/** The shapes of the syntax tree, as eslint hands them over. */
type Program = SourceCode["ast"];
type Comment = ReturnType<SourceCode["getAllComments"]>[number];
type CallExpression = Parameters<NonNullable<Rule.NodeListener["CallExpression"]>>[0];
type EsNode = NonNullable<Parameters<SourceCode["getText"]>[0]>;

/** Names that leave the world, and what a reviewer would say. */
const time = "take the time from a clock that you are handed, so that a test can replay it";
const chance = "take chance from a port that you are handed, so that a test can replay it";
const disk = "use the disk that you are handed; this one cannot crash in a test";
const network = "nothing in the contract needs another process or the network";

export const restrictedModules = [
  ...["fs", "fs/promises"].map((name) => ({ name, message: disk })),
  ...["timers", "timers/promises"].map((name) => ({ name, message: time })),
  ...["child_process", "worker_threads", "cluster", "net", "http", "https", "dgram"].map(
    (name) => ({ name, message: network }),
  ),
].flatMap(({ name, message }) => [
  { name, message },
  { name: `node:${name}`, message },
]);

export const restrictedGlobals = [
  { name: "setTimeout", message: time },
  { name: "setInterval", message: time },
  { name: "fetch", message: network },
];

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
  { selector: "CallExpression[callee.name='Date']", message: time },
  ...["ImportExpression", "CallExpression[callee.name='require']"].map((selector) => ({
    selector: `${selector} > Literal[value=/^(node:)?fs(\\u002fpromises)?$/]`,
    message: disk,
  })),
];

/** What a reviewer has to hold in mind at once: remarked on well above what good code needs. */
export const sizes: Linter.RulesRecord = {
  "max-lines": ["warn", { max: 400, skipBlankLines: true, skipComments: true }],
  "max-lines-per-function": ["warn", { max: 60, skipBlankLines: true, skipComments: true }],
  complexity: ["warn", 15],
  "max-depth": ["warn", 4],
  "max-params": ["warn", 5],
  "id-length": [
    "warn",
    { min: 2, properties: "never", exceptions: ["_", "a", "b", "i", "j", "k", "n", "x", "y"] },
  ],
};

export const names = [
  { selector: "typeLike", format: ["PascalCase"], leadingUnderscore: "allow" },
  {
    selector: ["function", "parameter", "method"],
    format: ["camelCase"],
    leadingUnderscore: "allow",
  },
];

/** `any` where a caller sees it: not in a body, not in a cast, not in what is private. */
export const noExportedAny: Rule.RuleModule = {
  create: (context) => {
    const exported = namesExportedLater(context.sourceCode.ast);
    return {
      TSAnyKeyword(node: Rule.Node) {
        const above: Rule.Node[] = [];
        for (let at: Rule.Node | null = node.parent; at !== null; at = at.parent)
          if (at.type !== "Program") above.push(at);
        const [declaration] = above.slice(-1);
        const isExported =
          declaration !== undefined &&
          (/^Export(Named|Default)Declaration$/.test(declaration.type) ||
            namesDeclaredBy(declaration).some((name) => exported.has(name)));
        if (isExported && !above.some(hidesFromCallers))
          context.report({ node, message: "any in an exported signature" });
      },
    };
  },
};

/** `export { store }` somewhere else in the file. */
function namesExportedLater({ body }: Program): Set<string> {
  const names = new Set<string>();
  for (const statement of body) {
    if (
      statement.type === "ExportDefaultDeclaration" &&
      statement.declaration.type === "Identifier"
    )
      names.add(statement.declaration.name);
    if (statement.type !== "ExportNamedDeclaration" || statement.source) continue;
    for (const { local } of statement.specifiers)
      if (local.type === "Identifier") names.add(local.name);
  }
  return names;
}

function namesDeclaredBy(declaration: Rule.Node): string[] {
  if (declaration.type === "VariableDeclaration") {
    return declaration.declarations.flatMap(({ id }) =>
      id.type === "Identifier" ? [id.name] : [],
    );
  }
  const { id } = declaration as { id?: { name?: unknown } | null };
  return typeof id?.name === "string" ? [id.name] : [];
}

function hidesFromCallers(node: Rule.Node): boolean {
  const { type, key, accessibility } = node as {
    type: string;
    key?: { type: string };
    accessibility?: string;
  };
  if (["BlockStatement", "TSAsExpression", "TSTypeAssertion"].includes(type)) return true;
  return key?.type === "PrivateIdentifier" || accessibility === "private";
}

/**
 * An error that nobody hears of: an empty catch, one that only prints, and `.catch(() => undefined)`. Whoever
 * says in a comment why it cannot matter has heard of it, and so has whoever only cleans up.
 */
export const noSwallowedError: Rule.RuleModule = {
  create: (context) => ({
    CatchClause(node) {
      const { body } = node.body;
      const { sourceCode } = context;
      const isSaid = sourceCode.getCommentsInside(node.body).length > 0;
      if (!isSaid && body.every((statement) => prints(sourceCode, statement)))
        context.report({ node, message: "a swallowed error" });
    },
    "CallExpression[callee.property.name='catch'][arguments.length=1]"(
      node: CallExpression & Rule.NodeParentExtension,
    ) {
      const { sourceCode } = context;
      const [handler] = node.arguments;
      if (handler === undefined || !doesNothing(sourceCode, handler)) return;
      if (cleansUp(sourceCode, node) || isExplained(sourceCode, node)) return;
      context.report({ node: handler, message: "a swallowed error" });
    },
  }),
};

function prints(sourceCode: SourceCode, statement: EsNode): boolean {
  return /^console\.\w+\(/.test(sourceCode.getText(statement));
}

function doesNothing(sourceCode: SourceCode, handler: EsNode): boolean {
  if (handler.type !== "ArrowFunctionExpression" && handler.type !== "FunctionExpression")
    return false;
  if (sourceCode.getCommentsInside(handler).length > 0) return false;
  const { body } = handler;
  if (body.type === "BlockStatement")
    return body.body.every((statement) => prints(sourceCode, statement));
  return ["undefined", "null", "void 0"].includes(sourceCode.getText(body));
}

/** What is given up has failed already, or nobody needs it any more. */
function cleansUp(sourceCode: SourceCode, { callee }: CallExpression): boolean {
  if (callee.type !== "MemberExpression") return false;
  return /\b(close|remove|unlink|rm|terminate|release|unlock|cancel|stop)\([^]*\)$/i.test(
    sourceCode.getText(callee.object),
  );
}

/** A comment beside the call, or on the line above it. */
function isExplained(sourceCode: SourceCode, node: CallExpression & Rule.NodeParentExtension) {
  const line = node.loc?.start.line ?? 0;
  const isNear = ({ loc }: Comment) =>
    loc !== null && loc !== undefined && (loc.end.line === line - 1 || loc.start.line === line);
  return sourceCode.getAllComments().some(isNear);
}

/** How a reviewer puts it, from the message of the rule; a rule without an entry speaks for itself. */
export const wording: Readonly<Record<string, string | ((message: string) => string)>> = {
  "no-restricted-imports": "Direct input and output",
  "no-restricted-globals": "Past the ports",
  "no-restricted-properties": "The world's own time or chance",
  "no-restricted-syntax": "Past the ports",
  "grade/no-exported-any":
    "`any` in an exported signature: the caller loses every check. Say what it is, or `unknown`.",
  "grade/no-swallowed-error":
    "An error is swallowed here: handle it, pass it on, or say why it cannot matter.",
  "@typescript-eslint/no-floating-promises":
    "Nobody waits for this promise: a failure in it is lost. Await it, or hand its error to somebody.",
  "@typescript-eslint/no-explicit-any": "`any` switches the checks off; `unknown` would keep them.",
  "@typescript-eslint/no-non-null-assertion":
    "`!` claims what the compiler could not see; a check or `invariant` would show why it holds.",
  "@typescript-eslint/no-unused-vars": "Left over: nothing reads it.",
  "@typescript-eslint/await-thenable": "There is no promise to await here.",
  "@typescript-eslint/only-throw-error":
    "What is thrown is no Error: it has no stack, and nobody can tell it by its code.",
  "@typescript-eslint/ban-ts-comment": "This comment switches the compiler off for a line.",
  "@typescript-eslint/naming-convention": (message) =>
    `A name that reads like another kind of thing: ${nameIn(message)}. Types begin with a capital letter, values do not.`,
  eqeqeq: "`==` converts its operands; `===` compares what is there.",
  "no-console": "Left over from debugging: it prints.",
  "no-warning-comments": "A note that something is left to do: do it, or name it in NOTES.md.",
  "prefer-const": "It never changes: `const` would say so.",
  "id-length": (message) => `What is ${nameIn(message)}? A whole word would say.`,
  "max-lines": (message) =>
    `A long file (${countIn(message)} lines of code): split it where a noun appears.`,
  "max-lines-per-function": (message) =>
    `A long function (${countIn(message)} lines of code): it does more than one thing.`,
  complexity: (message) =>
    `${countIn(message)} ways through this function: nobody has all of them in mind at once.`,
  "max-depth": (message) =>
    `Nested ${countIn(message)} deep: return early, or name the inner part.`,
  "max-params": (message) =>
    `${countIn(message)} parameters: at the call nobody knows which is which. Hand over an object.`,
};

function nameIn(message: string): string {
  return `\`${/['"`]([^'"`]+)['"`]/.exec(message)?.[1] ?? "this"}\``;
}

/** The count comes first, the limit after it; a name may hold digits of its own. */
function countIn(message: string): string {
  return /(?<![\w'#])\d+/.exec(message.replaceAll(/'[^']*'/g, ""))?.[0] ?? "many";
}
