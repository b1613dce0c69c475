/**
 * Who may import whom. Arrows point one way: learners' code and references know only the platform and
 * their contract, the judges know only the platform, and nobody imports a command.
 *
 * `$1` is the name of the kata in the importing path.
 */

const nodeBuiltIn = { dependencyTypes: ["core"] };
const installed = ["npm", "npm-dev", "npm-optional", "npm-peer", "npm-bundled", "npm-no-pkg"];

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-circular",
      comment: "Two files that need each other at run time are one idea in two places.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "resolvable",
      comment:
        "Every import leads to a file, a declared package or a Node built-in. What the bench compares with has a package.json of its own and is installed on first use.",
      severity: "error",
      from: { pathNot: "^scripts/bench/" },
      to: { couldNotResolve: true },
    },

    // katas
    {
      name: "platform-imports-node-only",
      comment: "The platform is what everything else stands on.",
      severity: "error",
      from: { path: "^katas/platform/", pathNot: "\\.test\\.ts$" },
      to: { pathNot: "^katas/platform/", dependencyTypesNot: ["core"] },
    },
    {
      name: "kata-imports-platform-only",
      comment: "A kata is read without knowing any solution, test or other kata.",
      severity: "error",
      from: { path: "^katas/(?!platform/)([^/]+)/", pathNot: "\\.test\\.ts$" },
      to: { pathNot: ["^katas/platform/", "^katas/$1/"] },
    },
    {
      name: "visible-tests-import-what-a-learner-may",
      comment:
        "Visible tests are an example to follow: vitest, fast-check, Node, platform, contract.",
      severity: "error",
      from: { path: "^katas/(?!platform/)([^/]+)/.*\\.test\\.ts$" },
      to: {
        pathNot: ["^katas/platform/", "^katas/$1/", "node_modules/(vitest|fast-check)/"],
        dependencyTypesNot: ["core"],
      },
    },

    // solutions
    {
      name: "solution-imports-platform-and-itself",
      comment: "A reference obeys the rules that it teaches.",
      severity: "error",
      from: { path: "^solutions/([^/]+)/", pathNot: "\\.test\\.ts$" },
      to: {
        pathNot: ["^katas/platform/", "^katas/$1/", "^solutions/$1/"],
        dependencyTypesNot: ["core"],
      },
    },
    {
      name: "solution-uses-harmless-built-ins",
      comment: "Bytes, hashes and assertions; timers, files and threads come through the ports.",
      severity: "error",
      from: { path: "^solutions/", pathNot: "\\.test\\.ts$" },
      to: { ...nodeBuiltIn, pathNot: "^(node:)?(assert|buffer|crypto|util|v8|zlib)(/strict)?$" },
    },
    {
      name: "solution-test-stays-with-its-solution",
      comment: "It has the shape of an attempt's test, and is judged like one.",
      severity: "error",
      from: { path: "^solutions/([^/]+)/.*\\.test\\.ts$" },
      to: {
        pathNot: [
          "^katas/platform/",
          "^katas/$1/",
          "^solutions/$1/",
          "node_modules/(vitest|fast-check)/",
        ],
        dependencyTypesNot: ["core"],
      },
    },

    // tests
    {
      name: "harness-knows-no-kata",
      comment: "The simulated world and its judges serve every kata alike.",
      severity: "error",
      from: { path: "^tests/harness/" },
      to: { path: ["^katas/(?!platform/)", "^solutions/", "^scripts/", "^tests/(?!harness/)"] },
    },
    {
      name: "kata-tests-stay-with-their-kata",
      comment:
        "The tests of one kata know the harness, the platform and their own contract. Folders of tests that belong to no kata are left out: harness, cli, rubric, browser.",
      severity: "error",
      from: { path: "^tests/(?!harness/|cli/|rubric/|browser/)([^/]+)/" },
      to: {
        path: ["^katas/", "^tests/", "^scripts/"],
        pathNot: ["^katas/platform/", "^katas/$1/", "^tests/harness/", "^tests/$1/"],
      },
    },
    {
      name: "rubric-tests-know-the-rubric",
      comment: "They hold for every kata alike, and find katas and promises by path.",
      severity: "error",
      from: { path: "^tests/rubric/" },
      to: { path: ["^katas/", "^solutions/", "^scripts/", "^tests/(?!rubric/)"] },
    },
    {
      name: "only-the-reference-test-and-impostors-open-solutions",
      comment: "A check that knew the reference would judge structure instead of promises.",
      severity: "error",
      from: { path: "^tests/", pathNot: "^tests/[^/]+/(reference\\.test\\.ts$|impostors/)" },
      to: { path: "^solutions/" },
    },
    {
      name: "impostors-open-their-own-solution",
      comment: "An edit of a reference is an edit of the reference of its own kata.",
      severity: "error",
      from: { path: "^tests/([^/]+)/(reference\\.test\\.ts$|impostors/)" },
      to: { path: "^solutions/", pathNot: "^solutions/$1/" },
    },

    // rubric and scripts
    {
      name: "rubric-is-data",
      comment: "The rubric names invariants by id and imports no code but its own types.",
      severity: "error",
      from: { path: "^rubric/" },
      to: { pathNot: "^rubric/" },
    },
    {
      name: "nobody-imports-scripts",
      comment: "Commands are entry points; only their own tests open their parts.",
      severity: "error",
      from: { pathNot: "^(scripts|tests/(cli|browser))/" },
      to: { path: "^scripts/" },
    },
    {
      name: "scripts-load-subjects-dynamically",
      comment:
        "A command that imported a solution statically would start with it and fail with it.",
      severity: "error",
      from: { path: "^scripts/" },
      to: { path: "^(solutions|attempts)/", dependencyTypesNot: ["dynamic-import"] },
    },
    {
      name: "installed-packages-serve-scripts-and-tests",
      comment: "What learners write and read needs no package.",
      severity: "error",
      from: { path: "^(katas|solutions|rubric)/", pathNot: "\\.test\\.ts$" },
      to: { dependencyTypes: installed },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(attempts|coverage)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "types", "default"],
      extensions: [".ts", ".mjs", ".js", ".cjs", ".json"],
    },
    progress: { type: "none" },
  },
};
