import { setTimeout as sleep } from 'node:timers/promises';
import type { Turn } from '@pitwall/flights';
import type { OutboundRecord, Publisher } from '@pitwall/messaging';
import type { Pacer } from './pacer.js';

/** A turn and what is published of it: its events, then its feedback. */
export interface OutboundTurn {
  readonly turn: Turn;
  readonly records: readonly OutboundRecord[];
}

/** What a replay works with. */
export interface ReplayOptions {
  readonly plan: AsyncIterable<Turn>;
  readonly recordsOf: (turn: Turn) => readonly OutboundRecord[];
  readonly publisher: Publisher;
  readonly pacer: Pacer;
  /** Ends the replay after the batch in hand. */
  readonly signal: AbortSignal;
  /** Whole turns only, in their order. */
  readonly onAcknowledged: (batch: readonly OutboundTurn[]) => void;
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

/** Turns that are due, as many as are worth one send. */
async function* dueBatches(options: ReplayOptions): AsyncGenerator<readonly OutboundTurn[]> {
  const { plan, recordsOf, pacer, signal } = options;
  let batch: OutboundTurn[] = [];
  let size = NOTHING;
  for await (const turn of plan) {
    const isFull = size.records >= BATCH_RECORDS || size.bytes >= BATCH_BYTES;
    if (isFull || pacer.dueInMs(turn.atMs) > TICK_MS) {
      yield batch;
      batch = [];
      size = NOTHING;
    }
    await pause(pacer.dueInMs(turn.atMs), signal);
    if (signal.aborted) return;
    const records = recordsOf(turn);
    batch.push({ turn, records });
    size = added(size, records);
  }
  yield batch;
}

interface Size {
  readonly records: number;
  readonly bytes: number;
}

const NOTHING: Size = { records: 0, bytes: 0 };

function added(size: Size, records: readonly OutboundRecord[]): Size {
  const bytes = records.reduce((sum, { value }) => sum + (value?.length ?? 0), size.bytes);
  return { records: size.records + records.length, bytes };
}

/** What is sent again after a refusal may be a copy: same ids, same bytes. */
async function publish(batch: readonly OutboundTurn[], options: ReplayOptions): Promise<void> {
  const { publisher, signal, onAcknowledged, onTrouble } = options;
  const all = batch.flatMap(({ records }) => records);
  while (!signal.aborted) {
    try {
      await publisher.send(all);
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
