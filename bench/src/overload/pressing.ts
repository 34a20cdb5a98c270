import { setTimeout as sleep } from 'node:timers/promises';
import { draftOf, type Flight, rawRecord } from '@pitwall/flights';
import type { Publisher } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { takeNext } from '../load/flights-without-end.js';
import type { SentLedger } from './sent-ledger.js';

/** Where events come from and what is noted of them. */
export interface Pressing {
  readonly flights: AsyncIterator<Flight, never>;
  readonly ledger: SentLedger;
  readonly isOver: () => boolean;
}

const BATCH_RECORDS = 1_000;

/**
 * Sends to Kafka at a rate, events a second; as fast as the brokers acknowledge where that is slower.
 *
 * @returns how many were acknowledged
 */
export async function pressKafka(
  { flights, ledger, isOver }: Pressing,
  {
    rate,
    publisher,
    pipeline,
  }: { readonly rate: number; readonly publisher: Publisher; readonly pipeline: PipelineDefinition },
): Promise<number> {
  const startedAt = performance.now();
  let sent = 0;
  while (!isOver()) {
    const aheadMs = startedAt + (sent * 1_000) / rate - performance.now();
    if (aheadMs > 0) await sleep(aheadMs);
    const batch = await takeNext(flights, BATCH_RECORDS);
    ledger.attempt(batch);
    await publisher.send(batch.map((flight) => rawRecord(draftOf(flight), pipeline)));
    ledger.acknowledge(batch);
    sent += batch.length;
  }
  return sent;
}

/** What HTTP answered. */
export interface HttpAnswers {
  /** Events that were acknowledged. */
  accepted: number;
  /** Requests by status; 0 where there was no answer. */
  readonly byStatus: Record<number, number>;
  /** Requests that were refused by 429 without a time to come again. */
  refusedWithoutRetryAfter: number;
}

const CALLERS = 16;
const EVENTS_PER_REQUEST = 1_000;
/** Callers that know nothing of Retry-After still have to take a breath. */
const PAUSE_MS = 20;

/** Posts events from many callers at once, none of which waits for the others or heeds what it is told. */
export async function pressHttp(pressing: Pressing, url: string): Promise<HttpAnswers> {
  const answers: HttpAnswers = { accepted: 0, byStatus: {}, refusedWithoutRetryAfter: 0 };
  await Promise.all(Array.from({ length: CALLERS }, () => keepPosting(pressing, url, answers)));
  return answers;
}

async function keepPosting({ flights, ledger, isOver }: Pressing, url: string, answers: HttpAnswers): Promise<void> {
  while (!isOver()) {
    const batch = await takeNext(flights, EVENTS_PER_REQUEST);
    ledger.attempt(batch);
    const response = await post(url, batch);
    if (response?.ok === true) {
      ledger.acknowledge(batch);
      answers.accepted += batch.length;
    }
    note(answers, response);
    await sleep(PAUSE_MS);
  }
}

function note(answers: HttpAnswers, response: Response | null): void {
  const status = response?.status ?? 0;
  answers.byStatus[status] = (answers.byStatus[status] ?? 0) + 1;
  const retryAfter = response?.headers.get('retry-after') ?? '';
  if (status === 429 && !/^\d+$/.test(retryAfter)) answers.refusedWithoutRetryAfter += 1;
}

async function post(url: string, batch: readonly Flight[]): Promise<Response | null> {
  const body = `[${batch.map(({ text }) => text).join(',')}]`;
  try {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    await response.arrayBuffer();
    return response;
  } catch {
    // Nobody answered: that is counted, and judged with the rest.
    return null;
  }
}
