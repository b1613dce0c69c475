import { type Script, scripted } from "../script.ts";
import { History, type Workout, workouts } from "../workout.ts";

export const spaceIsBounded = scripted(
  "durable-kv/space-is-bounded",
  Object.fromEntries(
    workouts.map((workout) => [workout.name, (script: Script) => measure(script, workout)]),
  ),
);

async function measure(script: Script, workout: Workout): Promise<void> {
  const history = new History(script, workout);
  await history.writeAndCompact();
  const bytes = [...script.port.state.sizes().values()].reduce((sum, size) => sum + size, 0);
  const bound = history.spaceMax();
  script.tell("compact", `answered ok; the directory holds ${bytes} bytes, allowed are ${bound}`);
  if (bytes > bound) {
    const therefore = `After compact the directory holds ${bytes} bytes; with ${history.liveBytes()} live bytes under ${history.liveKeys()} keys at most ${bound} are allowed.`;
    script.broken(`${bytes} bytes`, `at most ${bound}`, therefore);
  }
}
