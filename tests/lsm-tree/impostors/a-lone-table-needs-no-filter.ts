/**
 * The reference, which asks filters in order to choose among tables.
 *
 * Wrong: with one table there is nothing to choose, so it is read. For an absent key the filter would have said no.
 */
import { openLsmTree } from "../../../solutions/lsm-tree/lsm-tree.ts";
import { Version } from "../../../solutions/lsm-tree/version.ts";

export { openLsmTree };
export const level = 4;
export const impostor = {
  promise: "lsm-tree/absent-keys-are-not-looked-for",
  level: 4,
  misconception: "a filter is there to choose among tables",
} as const;

const { tablesThatMayHold } = Version.prototype;

Version.prototype.tablesThatMayHold = function tablesWorthAsking(key) {
  const tables = this.levels.flat().flatMap((run) => run.tableFor(key) ?? []);
  const [only] = tables;
  if (only === undefined || tables.length > 1 || key < only.firstKey)
    return tablesThatMayHold.call(this, key);
  return tables;
};
