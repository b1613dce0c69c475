/** The space that a directory takes, against what lives in it. */
import type { Meter } from "./metered.ts";
import type { Model } from "./model.ts";
import type { Script } from "./script.ts";

/** What the brief allows for each live key besides its bytes, and in any case. */
const overheadBytes = 64;
const roomBytes = 128 * 1024;

/** The bytes that a directory may hold after compact. */
export function spaceMax(model: Model): number {
  const entries = model.range();
  const liveBytes = entries.reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
  return 2 * (liveBytes + overheadBytes * entries.length) + roomBytes;
}

/** Ends the scene when the directory holds more than it may, at rest. */
export async function holdsAtMost(script: Script, meter: Meter, model: Model): Promise<void> {
  await meter.rest();
  const bound = spaceMax(model);
  const held = [...script.port.state.sizes().values()].reduce((sum, size) => sum + size, 0);
  const detail = `the directory holds ${held} bytes, allowed are ${bound}`;
  script.tell("after compact", detail);
  if (held <= bound) return;
  const therefore = `After compact the directory holds ${held} bytes; for ${model.range().length} live keys at most ${bound} are allowed.`;
  script.broken("after compact", detail, therefore, "space");
}
