/**
 * The reference, which refuses damage before it can do harm: whoever opens a table reads and checks all its blocks.
 *
 * Wrong: opening reads everything there is.
 */
import { openLsmTree } from "../../../solutions/lsm-tree/lsm-tree.ts";
import { Table } from "../../../solutions/lsm-tree/table.ts";

export { openLsmTree };
export const level = 4;
export const impostor = {
  promise: "lsm-tree/opening-reads-little",
  level: 4,
  misconception: "damage has to be found before anybody reads",
} as const;

const openTable = Table.open.bind(Table);

Table.open = async (disk, directory, number) => {
  const table = await openTable(disk, directory, number);
  await table.readBlocks(0, table.blockCount);
  return table;
};
