import type { TestBody } from "../../../harness/learner-test.ts";
import { type Scenes } from "./index.ts";
import { simple } from "./simple.ts";

export const readsNeverWait: Scenes = {
  "while a put of the same key waits": readWhile(`[store.put(bytes("a"), bytes("2"))]`, ["a"]),
  "while puts of other keys wait": readWhile(
    `["b", "c", "d"].map((key) => store.put(bytes(key), bytes("2")))`,
    ["b", "c", "d"],
  ),
  "while a delete waits": readWhile(`[store.delete(bytes("a"))]`, []),
  "while many writers wait": readWhile(
    `[
      ...Array.from({ length: 40 }, (_, index) => store.put(bytes(\`k\${index}\`), bytes("2"))),
      store.delete(bytes("a")),
    ]`,
    ["k0", "k1", "k2"],
  ),
  "of a large value, while a put waits": readWhile(
    `[store.put(bytes("b"), bytes("2"))]`,
    ["b"],
    `bytes("1".repeat(65_536))`,
  ),
};

function readWhile(writes: string, written: readonly string[], value = `bytes("1")`): TestBody {
  const keys = [...new Set(["a", ...written, "absent"])];
  return simple(`
    await store.put(bytes("a"), ${value});
    const endSyncs = disk.holdSyncs();
    const writes = ${writes};
    await stillness();

    const answered: string[] = [];
    const read = async (key: string) => {
      await store.get(bytes(key));
      answered.push(key);
    };
    const keys = ${JSON.stringify(keys).replaceAll(",", ", ")};
    const reads = keys.map(read);
    await stillness();
    expect(answered, "reads answered while no sync ends").toEqual(expect.arrayContaining(keys));

    endSyncs();
    await Promise.all([...writes, ...reads]);
  `);
}
