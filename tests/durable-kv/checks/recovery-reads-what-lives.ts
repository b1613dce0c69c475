import { type Script, scripted } from "../script.ts";
import { History, type Workout, workouts } from "../workout.ts";

export const recoveryReadsWhatLives = scripted(
  "durable-kv/recovery-reads-what-lives",
  Object.fromEntries(
    workouts.map((workout) => [workout.name, (script: Script) => measure(script, workout)]),
  ),
);

async function measure(script: Script, workout: Workout): Promise<void> {
  const history = new History(script, workout);
  const store = await history.writeAndCompact();
  await script.does("close", () => store.close());
  script.nextDisk(script.port.state.copy());
  await script.newProcess();
  await script.open({ segmentBytesMax: workout.segmentBytesMax });
  const bytes = script.port.counts.bytesRead;
  const bound = history.recoveryReadsMax();
  script.tell("open", `has read ${bytes} bytes, allowed are ${bound}`);
  if (bytes > bound) {
    const therefore = `The open after compact read ${bytes} bytes; with ${history.liveBytes()} live bytes under ${history.liveKeys()} keys at most ${bound} are allowed.`;
    script.broken(`${bytes} bytes read`, `at most ${bound}`, therefore);
  }
}
