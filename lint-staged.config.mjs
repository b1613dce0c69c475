/** The fast part of the checks, on the staged files of maintainers; a commit of attempts is never refused. */
const maintained = (files) => files.filter((file) => !/[\\/]attempts[\\/]/.test(file));
const quoted = (files) => files.map((file) => JSON.stringify(file)).join(" ");
const on = (tool, files) => (files.length === 0 ? [] : [`${tool} ${quoted(files)}`]);

export default {
  "*": (files) => on("prettier --check --ignore-unknown", maintained(files)),
  "*.{ts,js,mjs,cjs}": (files) =>
    on("eslint --max-warnings=0 --no-warn-ignored", maintained(files)),
  "*.ts": (files) =>
    maintained(files).length === 0 ? [] : ["node node_modules/typescript-7/bin/tsc --noEmit"],
};
