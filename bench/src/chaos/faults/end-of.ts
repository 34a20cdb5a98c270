import { setTimeout as sleep } from 'node:timers/promises';
import { PitwallError } from '@pitwall/contracts';
import type { ChildControl } from '@pitwall/stack';

const END_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 20;

/** Sends a signal and waits until the process has ended. */
export async function endOf(child: ChildControl, signal: NodeJS.Signals): Promise<void> {
  await child.kill(signal);
  const deadline = performance.now() + END_WITHIN_MS;
  while (child.pid !== null) {
    if (performance.now() >= deadline) {
      throw new PitwallError(`${child.name} has not ended ${END_WITHIN_MS} ms after ${signal}.`, { code: 'no_end' });
    }
    await sleep(LOOK_EVERY_MS);
  }
}
