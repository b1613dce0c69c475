import { type Workout, workouts } from "../../workout.ts";
import type { TestBody } from "../../../harness/learner-test.ts";
import { type Scenes } from "./index.ts";
import { scene } from "./simple.ts";

const timeoutMs = 30_000;

const sumOfSizes = `[...disk.state.sizes().values()].reduce((sum, size) => sum + size, 0)`;

export const space: Scenes = {
  ...forEachWorkout(
    (workout) => `
    ${liveOf(workout)}
    const spaceMax = 3 * (liveBytes + 64 * liveKeys) + 4 * segmentBytesMax;
    expect(${sumOfSizes}).toBeLessThanOrEqual(spaceMax);
  `,
  ),
  "one compaction after another": scene(`
    const segmentBytesMax = 1024;
    const disk = createCrashDisk();
    const store = await openDurableKv({ disk, directory: "store", segmentBytesMax });
    const liveBytes = 4 * ("k0".length + 800);
    const spaceMax = 3 * (liveBytes + 64 * 4) + 4 * segmentBytesMax;
    for (let round = 0; round < 6; round++) {
      for (let put = 0; put < 40; put++) {
        await store.put(bytes(\`k\${put % 4}\`), bytes(\`\${round}:\`.padEnd(800, \`\${put}\`)));
      }
      await store.compact();
      expect(${sumOfSizes}).toBeLessThanOrEqual(spaceMax);
    }
  `),
  "a compaction that meets a disk error": scene(
    `
    const segmentBytesMax = 1024;
    const written = createCrashDisk();
    const openOn = (disk: crashDisk.CrashDisk) => openDurableKv({ disk, directory: "store", segmentBytesMax });
    const store = await openOn(written);
    for (let put = 0; put < 40; put++) {
      await store.put(bytes(\`k\${put % 4}\`), bytes(\`\${put}:\`.padEnd(800, "x")));
    }
    const liveBytes = 4 * ("k0".length + 800);
    const spaceMax = 3 * (liveBytes + 64 * 4) + 4 * segmentBytesMax;
    const [killed] = await written.killsDuring(async () => undefined);
    for (let call = 0; call < 60; call++) {
      const disk = (killed?.disk ?? written).kill();
      const next = await openOn(disk);
      for (let put = 0; put < 40; put++) {
        await next.put(bytes(\`k\${put % 4}\`), bytes(\`\${put}:\`.padEnd(800, "x")));
      }
      // One of compact's calls fails, and in the end the sync of a write before it.
      if (call < 59) disk.faults = { failCall: disk.counts.calls + call };
      else disk.faults = { failSync: disk.counts.syncs };
      if (call === 59) await next.put(bytes("k0"), bytes("0:".padEnd(800, "x"))).catch(() => undefined);
      const isCompacted = await next.compact().then(
        () => true,
        () => false, // told, so nobody relies on the space
      );
      if (isCompacted) expect(${sumOfSizes}, \`call \${call} fails\`).toBeLessThanOrEqual(spaceMax);
    }
  `,
    timeoutMs,
  ),
  "a compaction called while one runs": scene(`
    const segmentBytesMax = 1024;
    const liveBytes = 4 * ("k0".length + 800);
    const spaceMax = 3 * (liveBytes + 64 * 4) + 4 * segmentBytesMax;
    for (let moment = 0; moment < 12; moment++) {
      const disk = createCrashDisk();
      const store = await openDurableKv({ disk, directory: "store", segmentBytesMax });
      for (let put = 0; put < 32; put++) {
        await store.put(bytes(\`k\${put % 4}\`), bytes(\`\${put}:\`.padEnd(800, "x")));
      }
      const first = store.compact();
      for (let turn = 0; turn < moment * 2; turn++) await undefined; // as far as it has come by then
      await store.compact();
      expect(${sumOfSizes}).toBeLessThanOrEqual(spaceMax);
      await first;
    }
  `),
  "compactions that were cut off": scene(
    `
    const segmentBytesMax = 1024;
    let disk = createCrashDisk();
    const written = async (life: number) => {
      const store = await openDurableKv({ disk, directory: "store", segmentBytesMax });
      for (let key = 0; key < 4; key++) await store.put(bytes(\`k\${key}\`), bytes(\`\${life}:\`.padEnd(800, "x")));
      return store;
    };
    for (let life = 0; life < 80; life++) {
      const store = await written(life);
      void store.compact();
      for (let turn = 0; turn < life >> 1; turn++) await undefined; // as far as it has come by then
      disk = disk.kill();
    }
    const store = await written(80);
    await store.compact();

    const liveBytes = 4 * ("k0".length + 800);
    const spaceMax = 3 * (liveBytes + 64 * 4) + 4 * segmentBytesMax;
    expect(${sumOfSizes}).toBeLessThanOrEqual(spaceMax);
  `,
    timeoutMs,
  ),
};

export const recoveryReads: Scenes = forEachWorkout(
  (workout) => `
    ${liveOf(workout)}
    await store.close();
    const after = disk.kill();
    await openDurableKv({ disk: after, directory: "store", segmentBytesMax });
    const bytesReadMax = 6 * (liveBytes + 64 * liveKeys) + 8 * segmentBytesMax;
    expect(after.counts.bytesRead).toBeLessThanOrEqual(bytesReadMax);
  `,
);

export const readBack: Scenes = forEachWorkout(
  (workout) => `
    const expectKept = async (one: typeof store) => {
      for (let key = 0; key < ${workout.keys}; key++) {
        const kept = key < ${goneOf(workout)} ? undefined : \`${workout.rounds - 1}:\`.padEnd(${workout.valueBytes}, \`\${key}\`);
        expect(text(await one.get(bytes(${keyOf(workout)})))).toBe(kept);
      }
    };
    await expectKept(store);
    await store.close();
    await expectKept(await openDurableKv({ disk: disk.kill(), directory: "store", segmentBytesMax }));
  `,
);

function forEachWorkout(measure: (workout: Workout) => string): Scenes {
  return Object.fromEntries(
    workouts.map((workout) => [workout.name, measured(workout, measure(workout))]),
  );
}

/** The name of key number `key`, as an expression. */
function keyOf({ keyBytes }: Workout): string {
  return "`key-${key}`" + (keyBytes === undefined ? "" : `.padEnd(${keyBytes}, ".")`);
}

function goneOf({ keys, deleted }: Workout): number {
  return Math.floor(keys * deleted);
}

function liveOf(workout: Workout): string {
  return `
    let liveKeys = 0;
    let liveBytes = 0;
    for (let key = ${goneOf(workout)}; key < ${workout.keys}; key++) {
      liveKeys += 1;
      liveBytes += ${keyOf(workout)}.length + ${workout.valueBytes};
    }
  `.trim();
}

function measured(workout: Workout, measure: string): TestBody {
  const { keys, rounds, valueBytes, segmentBytesMax } = workout;
  const gone = goneOf(workout);
  const deleting =
    gone === 0
      ? ""
      : `for (let key = 0; key < ${gone}; key++) await store.delete(bytes(${keyOf(workout)}));
    `;
  return scene(
    `
    const segmentBytesMax = ${segmentBytesMax};
    const disk = createCrashDisk();
    const store = await openDurableKv({ disk, directory: "store", segmentBytesMax });
    for (let round = 0; round < ${rounds}; round++) {
      for (let key = 0; key < ${keys}; key++) {
        await store.put(bytes(${keyOf(workout)}), bytes(\`\${round}:\`.padEnd(${valueBytes}, \`\${key}\`)));
      }
      if (round === ${rounds >> 1}) await store.compact();
    }
    ${deleting}await store.compact();

    ${measure.trim()}
  `,
    timeoutMs,
  );
}
