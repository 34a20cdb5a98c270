import { parseEpochMs, parseEventTime, type PipelineDefinition } from '@pitwall/pipeline';
import { isDead, type RecordContent } from './envelope.js';
import { readEnvelope } from './read-envelope.js';

/**
 * When the event of a raw record happened, as it says itself: milliseconds since the epoch. Null where the record cannot be
 * read that far.
 */
export function eventTimeOf(record: RecordContent, { event }: Pick<PipelineDefinition, 'event'>): number | null {
  const envelope = readEnvelope(record, { isIdRequired: false });
  if (isDead(envelope)) return null;
  if (envelope.time !== null) return parseEventTime(envelope.time) ?? null;
  return (isRecord(envelope.data) ? timeOf(envelope.data[event.time], event.timeFormat) : undefined) ?? null;
}

function timeOf(value: unknown, format: PipelineDefinition['event']['timeFormat']): number | undefined {
  if (format === 'rfc3339') return typeof value === 'string' ? parseEventTime(value) : undefined;
  return typeof value === 'number' ? parseEpochMs(value) : undefined;
}

function isRecord(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null;
}
