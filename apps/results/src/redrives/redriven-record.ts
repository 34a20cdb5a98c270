import { formatOrigin, HEADER, type Origin } from '@pitwall/contracts';
import { batchSizeOf, type Header, headerOf, type OutboundRecord, textHeader } from '@pitwall/messaging';
import { formatTraceparent, parseTraceparent } from '@pitwall/telemetry';

/** A dead letter that is to be given back. */
export interface RedriveSource {
  readonly deadLetterId: string;
  /** From 1 on. */
  readonly attempt: number;
  /** Topic and partition that the failing stage read it from. */
  readonly topic: string;
  readonly partition: number;
  readonly origin: Origin;
  readonly key: Buffer | null;
  /** The original's, or that of its last edit. */
  readonly value: Buffer | null;
  /** The original's. */
  readonly headers: readonly Header[];
  /** 32 hex digits; null where it never had a trace. */
  readonly traceId: string | null;
}

const REPLACED: ReadonlySet<string> = new Set([HEADER.origin, HEADER.redriveAttempt]);

/**
 * The record as its stage is to read it again: key, value and headers as they were, its origin and the attempt besides, so that
 * it stays the event that it was. Where it came without a trace context it is given one of the trace in which it died. The same
 * bytes whenever it is made: a send repeated after a kill is a copy.
 */
export function redrivenRecord(source: RedriveSource): OutboundRecord {
  const { topic, partition, key, value, attempt, origin } = source;
  const own = [textHeader(HEADER.origin, formatOrigin(origin)), textHeader(HEADER.redriveAttempt, String(attempt))];
  const kept = source.headers.filter(({ name }) => !REPLACED.has(name));
  return { topic, partition, key, value, headers: [...withTrace(kept, source), ...own] };
}

/**
 * What a record takes in its topic without what a redrive puts there: a record that was redriven before is not counted larger
 * than it was, and with `maxRedriveGrowthBytes` more it fits, whatever a redrive adds.
 */
export function redriveBytesOf(record: Pick<OutboundRecord, 'headers' | 'key' | 'value'>): number {
  const { key, value } = record;
  const headers = record.headers.filter(({ name }) => !REPLACED.has(name) && name !== HEADER.traceparent);
  return batchSizeOf({ key, value, headers });
}

function withTrace(headers: readonly Header[], { traceId, deadLetterId }: RedriveSource): readonly Header[] {
  const given = headerOf(headers, HEADER.traceparent) ?? null;
  if (traceId === null || (given !== null && parseTraceparent(given) !== null)) return headers;
  // Sampled: what is redriven is worth looking at. The span is no span, but a name that is the same in every copy.
  const spanId = deadLetterId.replaceAll('-', '').slice(0, 16);
  const traceparent = textHeader(HEADER.traceparent, formatTraceparent({ traceId, spanId, sampled: true }));
  return [...headers.filter(({ name }) => name !== HEADER.traceparent), traceparent];
}
