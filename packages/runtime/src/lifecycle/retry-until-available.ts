import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@pitwall/telemetry';
import { messageOf } from '../error-facts.js';

/** Something that a service cannot start without and that may come up after it. */
export interface Awaited<Result> {
  /** As it stands in the log and in `/readyz`, e.g. `PostgreSQL`. */
  readonly what: string;
  readonly attempt: () => Promise<Result>;
  /** False ends the waiting: the error will not go away by itself. */
  readonly isWorthWaiting: (error: unknown) => boolean;
  /** Told why it is waited, and null when it is over. */
  readonly onWaiting: (reason: string | null) => void;
  readonly logger: Logger;
  /** Ends the waiting; the promise then rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 3_000;

/** Tries until it works, for as long as it takes, with a growing pause of at most 3 s and a line in the log per attempt. */
export async function retryUntilAvailable<Result>(awaited: Awaited<Result>): Promise<Result> {
  let delayMs = FIRST_DELAY_MS;
  awaited.onWaiting(`waiting for ${awaited.what}`);
  for (;;) {
    awaited.signal.throwIfAborted();
    try {
      const result = await awaited.attempt();
      awaited.onWaiting(null);
      return result;
    } catch (error) {
      if (!awaited.isWorthWaiting(error)) throw error;
      const reason = messageOf(error);
      awaited.onWaiting(`waiting for ${awaited.what}: ${reason}`);
      awaited.logger.warn({ reason, retry_in_ms: delayMs }, `${awaited.what} is not there yet; trying again`);
    }
    await sleep(delayMs, undefined, { signal: awaited.signal }).catch(() => awaited.signal.throwIfAborted());
    delayMs = Math.min(delayMs * 2, MAX_DELAY_MS);
  }
}
