/** Keeps the worked example of README.md true; no promise asks for these objects. */
import { expect, test } from "vitest";
import { seededRandom } from "#platform/random.ts";
import { createFlakyStore } from "#platform/testing/flaky-store.ts";
import { ManualClock } from "#platform/testing/manual-clock.ts";
import { createCommitValidator, createTransactionReader } from "./ledger.ts";

test("the objects of the essay's example are these", async () => {
  const store = createFlakyStore();
  const validator = createCommitValidator({
    store,
    prefix: "ledger/",
    clock: new ManualClock(),
    random: seededRandom(1),
  });
  const reader = createTransactionReader({
    format: "csv",
    text: "open,o1,bank,-100\nopen,o2,ann,\nhello\n",
  });
  await validator.process({ name: "payments", reader }, { mode: "batch" });
  await validator.commit({
    transactions: [{ kind: "transfer", id: "t1", from: "bank", to: "ann", cents: 5 }],
  });
  expect(store.objects.list("")).toEqual(["ledger/0000000001", "ledger/0000000002"]);
  const texts = store.objects
    .list("")
    .map((name) => new TextDecoder().decode(store.objects.get(name)).replace(/[0-9a-f]{32}/, "…"));
  expect(texts).toEqual([
    '{"commit":"…","transactions":[{"kind":"open","id":"o1","account":"bank","balanceMin":-100},' +
      '{"kind":"open","id":"o2","account":"ann"}],"progress":{"source":"payments","nextOffset":3,' +
      '"quarantined":[{"offset":2,"reason":"SCHEMA"}]}}',
    '{"commit":"…","transactions":[{"kind":"transfer","id":"t1","from":"bank","to":"ann","cents":5}]}',
  ]);
});
