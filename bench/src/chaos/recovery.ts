import { setTimeout as sleep } from 'node:timers/promises';
import { PitwallError } from '@pitwall/contracts';
import type { TopicAdmin } from '@pitwall/messaging';
import { describeLags, type Lag, readEnds, readLags, type TopicEnds, waitUntilQuiet } from '@pitwall/platform';

/** What to look at, until the end is asked for. */
export interface WatchedPipeline {
  readonly admin: TopicAdmin;
  readonly pipeline: string;
  readonly signal: AbortSignal;
}

/** What a wait came to. */
export type Recovery =
  | { readonly isRecovered: true; readonly tookMs: number }
  | { readonly isRecovered: false; readonly behind: string };

const LOOK_EVERY_MS = 250;
const GIVE_UP_AFTER_MS = 150_000;
const ANSWERS_WITHIN_MS = 30_000;

/** Where the topics end now: what every reader has to pass. A broker that is just coming back is asked again for a while. */
export async function markEnds(watch: WatchedPipeline): Promise<TopicEnds> {
  const giveUpAt = performance.now() + ANSWERS_WITHIN_MS;
  for (;;) {
    try {
      return await readEnds(watch);
    } catch (error) {
      if (performance.now() >= giveUpAt || watch.signal.aborted) throw error;
      await sleep(LOOK_EVERY_MS);
    }
  }
}

/** Waits until every reader has committed past the marks. Time is counted from `fromMs` by `performance.now()`. */
export async function untilPassed(watch: WatchedPipeline, marks: TopicEnds, fromMs: number): Promise<Recovery> {
  const giveUpAt = performance.now() + GIVE_UP_AFTER_MS;
  for (;;) {
    const lags = await lagsOrNull(watch, marks);
    if (lags !== null && lags.every(({ records }) => records === 0)) {
      return { isRecovered: true, tookMs: Math.max(0, performance.now() - fromMs) };
    }
    if (performance.now() >= giveUpAt || watch.signal.aborted) {
      return { isRecovered: false, behind: lags === null ? 'Kafka does not answer.' : describeLags(lags) };
    }
    await sleep(LOOK_EVERY_MS);
  }
}

/**
 * Waits until every reader has read all that there is, while nobody sends: then nothing is on its way either.
 * @returns what is not quiet after so long; null where all is
 */
export async function untilQuiet(
  { admin, pipeline, signal }: WatchedPipeline,
  timeoutMs: number,
): Promise<string | null> {
  try {
    await waitUntilQuiet({
      admin,
      pipeline,
      timeoutMs,
      signal,
      onLag: () => undefined,
      monotonicMs: () => performance.now(),
      sleep: (ms) => sleep(ms),
    });
    return null;
  } catch (error) {
    if (!(error instanceof PitwallError)) throw error;
    return error.message;
  }
}

/** A broker that is just coming back refuses: that is no answer yet. */
async function lagsOrNull(watch: WatchedPipeline, marks: TopicEnds): Promise<readonly Lag[] | null> {
  try {
    return await readLags(watch, marks);
  } catch {
    return null;
  }
}
