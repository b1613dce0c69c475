/**
 * Every crash of short lives; and one long life, after which the power goes and takes with it whatever no
 * sync had covered.
 */
import { kata } from "#katas/durable-kv/kata.ts";
import { together } from "../../harness/experiment.ts";
import { sequentialPowerCuts } from "../searches.ts";
import { bytesOf, scripted } from "../script.ts";
import { valueBytes } from "../adapter.ts";

const writes = 400;

export const ackedWritesSurvive = together("durable-kv/acked-writes-survive", kata.version, [
  sequentialPowerCuts("durable-kv/acked-writes-survive", {
    wants: ["lost"],
    phases: ["crash", "second crash"],
  }),
  scripted("durable-kv/acked-writes-survive", {
    "hundreds of writes in one life": async (script) => {
      const store = await script.open();
      const expected = new Map<string, Uint8Array | undefined>();
      for (let index = 0; index < writes; index++) {
        // Each third key is put once, the others are put again or deleted later on.
        const key = index % 3 === 0 ? `key-${index}` : `key-${index % 50}`;
        const value = index % 7 === 6 ? undefined : valueBytes(index, 4 + (index % 8));
        expected.set(key, value);
        await script.quietly(`${value === undefined ? "delete" : "put"} ${key}`, () =>
          value === undefined ? store.delete(bytesOf(key)) : store.put(bytesOf(key), value),
        );
      }
      script.tell(`${writes} puts and deletes, one after the other`, "answered ok");
      await script.powerCut();
      const reopened = await script.open();
      for (const [key, value] of expected) await script.showsQuietly(reopened, bytesOf(key), value);
    },
  }),
]);
