import { setTimeout as sleep } from 'node:timers/promises';
import type { Instance } from '../../world/crew.js';

const NOT_READY_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 250;
const ANSWER_WITHIN_MS = 5_000;

/** Looks at how services speak of themselves during an outage. */
export interface HealthWatch {
  /** Ends it. @returns a sentence for each that did not become not ready in time, or not alive at all */
  stop(): Promise<readonly string[]>;
}

/** Services whose world is cut off have to say that they are not ready, and stay alive: a restart would not help. */
export function watchHealth(instances: readonly Instance[]): HealthWatch {
  const over = new AbortController();
  const watching = Promise.all(instances.map((instance) => watchOne(instance, over.signal)));
  return {
    stop: async () => {
      over.abort();
      return (await watching).flat();
    },
  };
}

async function watchOne({ name, spec }: Instance, over: AbortSignal): Promise<readonly string[]> {
  const readyUrl = spec.readyUrl ?? '';
  const startedAt = performance.now();
  let notReadyAfterMs = Infinity;
  let wasDead = false;
  while (!over.aborted) {
    const isReady = (await statusOf(readyUrl)) === 200;
    if (!isReady) notReadyAfterMs = Math.min(notReadyAfterMs, performance.now() - startedAt);
    wasDead ||= (await statusOf(readyUrl.replace('/readyz', '/livez'))) !== 200;
    await sleep(LOOK_EVERY_MS);
  }
  const allowed = `allowed are ${NOT_READY_WITHIN_MS} ms`;
  return [
    ...(notReadyAfterMs > NOT_READY_WITHIN_MS ? [`${name} was not ready after ${notReadyAfterMs} ms, ${allowed}`] : []),
    ...(wasDead ? [`${name} was not alive during an outage`] : []),
  ];
}

/** Null where nothing answers. */
async function statusOf(url: string): Promise<number | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    await response.body?.cancel();
    return response.status;
  } catch {
    return null;
  }
}
