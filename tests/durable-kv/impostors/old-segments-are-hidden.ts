/**
 * The reference on a disk that never deletes: removed files are kept as `.removed`, to be safe.
 *
 * Wrong: nobody ever removes those. Every read, every open and every crash is right, and the disk fills
 * up with everything that was ever written.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/space-is-bounded",
  level: 5,
  misconception: "space is cheap, and one never knows",
} as const;

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openReference({ ...options, disk: new HoardingDisk(options.disk) });
}

class HoardingDisk extends PassOnDisk {
  #removed = 0;

  override async remove(path: string): Promise<void> {
    const directory = path.slice(0, path.lastIndexOf("/"));
    const taken = await this.disk.list(directory);
    let name: string;
    do {
      name = `${path}.${this.#removed++}.removed`;
    } while (taken.some((other) => name === `${directory}/${other}`));
    await this.disk.rename(path, name);
  }
}
