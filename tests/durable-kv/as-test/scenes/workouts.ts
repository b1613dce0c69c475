import { type Workout, workouts } from "../../workout.ts";
import type { TestBody } from "../text.ts";
import { type Scenes } from "./index.ts";
import { scene } from "./simple.ts";

const timeoutMs = 30_000;

export const space: Scenes = forEachWorkout(
  () => `
    const sizes = [...disk.state.sizes().values()];
    const spaceMax = 3 * (liveBytes + 64 * liveKeys) + 4 * segmentBytesMax;
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(spaceMax);
  `,
);

export const recoveryReads: Scenes = forEachWorkout(
  () => `
    await store.close();
    const after = disk.kill();
    await openDurableKv({ disk: after, directory: "store", segmentBytesMax });
    const bytesReadMax = 6 * (liveBytes + 64 * liveKeys) + 8 * segmentBytesMax;
    expect(after.counts.bytesRead).toBeLessThanOrEqual(bytesReadMax);
  `,
);

function forEachWorkout(measure: () => string): Scenes {
  return Object.fromEntries(
    workouts.map((workout) => [workout.name, measured(workout, measure())]),
  );
}

function measured(workout: Workout, measure: string): TestBody {
  const { keys, rounds, valueBytes, deleted, segmentBytesMax } = workout;
  const gone = Math.floor(keys * deleted);
  const deleting =
    gone === 0
      ? ""
      : `for (let key = 0; key < ${gone}; key++) await store.delete(bytes(\`key-\${key}\`));
    `;
  return scene(
    `
    const segmentBytesMax = ${segmentBytesMax};
    const disk = createCrashDisk();
    const store = await openDurableKv({ disk, directory: "store", segmentBytesMax });
    for (let round = 0; round < ${rounds}; round++) {
      for (let key = 0; key < ${keys}; key++) {
        await store.put(bytes(\`key-\${key}\`), bytes(\`\${round}:\`.padEnd(${valueBytes}, \`\${key}\`)));
      }
      if (round === ${rounds >> 1}) await store.compact();
    }
    ${deleting}await store.compact();

    let liveKeys = 0;
    let liveBytes = 0;
    for (let key = ${gone}; key < ${keys}; key++) {
      liveKeys += 1;
      liveBytes += \`key-\${key}\`.length + ${valueBytes};
    }
    ${measure.trim()}
  `,
    timeoutMs,
  );
}
