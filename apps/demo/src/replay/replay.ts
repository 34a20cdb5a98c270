import { setTimeout as sleep } from 'node:timers/promises';
import type { PlannedRecord } from '@pitwall/flights';
import type { OutboundRecord, Publisher } from '@pitwall/messaging';
import type { Pacer } from './pacer.js';

/** What a replay works with. */
export interface ReplayOptions {
  readonly plan: AsyncIterable<PlannedRecord>;
  readonly recordOf: (planned: PlannedRecord) => OutboundRecord;
  readonly publisher: Publisher;
  readonly pacer: Pacer;
  /** Ends the replay after the batch in hand. */
  readonly signal: AbortSignal;
  /** Whole turns only: every record of a flight's turn is in the same batch. */
  readonly onAcknowledged: (batch: readonly PlannedRecord[]) => void;
  /** A send was refused; it is tried again until it works or the replay is ended. */
  readonly onTrouble: (error: unknown) => void;
}

/** Well below what one send may hold, so that a turn more always fits. */
const BATCH_RECORDS = 500;
const BATCH_BYTES = 400 * 1024;
/** Records due within this time go out together. */
const TICK_MS = 20;
const RETRY_MS = 1_000;

/** Publishes the plan in order, at its pace. Resolves when all of it is acknowledged, or soon after the signal. */
export async function replay(options: ReplayOptions): Promise<void> {
  for await (const batch of dueBatches(options)) {
    if (batch.length > 0) await publish(batch, options);
  }
}

/** Whole turns that are due, as many as are worth one send. */
async function* dueBatches({ plan, pacer, signal }: ReplayOptions): AsyncGenerator<readonly PlannedRecord[]> {
  let batch: PlannedRecord[] = [];
  let bytes = 0;
  for await (const planned of plan) {
    const { turn } = planned;
    if (batch.at(-1)?.turn.index !== turn.index) {
      const isFull = batch.length >= BATCH_RECORDS || bytes >= BATCH_BYTES;
      if (isFull || pacer.dueInMs(turn.eventTimeMs) > TICK_MS) {
        yield batch;
        batch = [];
        bytes = 0;
      }
      await pause(pacer.dueInMs(turn.eventTimeMs), signal);
      if (signal.aborted) return;
    }
    batch.push(planned);
    bytes += planned.draft.value?.length ?? 0;
  }
  yield batch;
}

/** What is sent again after a refusal may be a copy: same ids, same bytes. */
async function publish(batch: readonly PlannedRecord[], options: ReplayOptions): Promise<void> {
  const { publisher, recordOf, signal, onAcknowledged, onTrouble } = options;
  const records = batch.map(recordOf);
  while (!signal.aborted) {
    try {
      await publisher.send(records);
      onAcknowledged(batch);
      return;
    } catch (error) {
      onTrouble(error);
      await pause(RETRY_MS, signal);
    }
  }
}

/** As long as asked, or until the signal; not at all where that is less than a tick. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= TICK_MS) return;
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
