import { setTimeout as sleep } from 'node:timers/promises';
import type { OutboundRecord, Publisher } from '@pitwall/messaging';

/** What to send, and how fast. */
export interface PacedLoad {
  readonly records: readonly OutboundRecord[];
  /** Records a second. */
  readonly rate: number;
  readonly publisher: Pick<Publisher, 'send'>;
  readonly signal: AbortSignal;
}

const TICK_MS = 5;

/**
 * Sends each record when it is due, whether those before it are acknowledged or not: who sends does not wait for who is slow.
 * Resolves when all are acknowledged, or soon after the signal; rejects when a send does.
 *
 * @returns when each record was due, milliseconds since the epoch; those that were left out after the signal have none.
 */
export async function sendAtRate({ records, rate, publisher, signal }: PacedLoad): Promise<Float64Array> {
  const startedAt = performance.now();
  // The broker stamps by the wall clock, which may have moved against ours since this process was started.
  const startedAtEpoch = Date.now();
  const sends: Promise<void>[] = [];
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  let next = 0;
  while (next < records.length && !stop.aborted) {
    const due = Math.min(records.length, Math.floor(((performance.now() - startedAt) * rate) / 1000) + 1);
    if (due > next) {
      const send = publisher.send(records.slice(next, due));
      // Its reason comes out below; here it only ends the sending.
      send.catch(() => failed.abort());
      sends.push(send);
    }
    next = due;
    await sleep(TICK_MS);
  }
  await Promise.all(sends);
  return Float64Array.from({ length: next }, (_, at) => startedAtEpoch + (at * 1000) / rate);
}
