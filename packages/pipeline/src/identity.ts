import { LIMITS, type ReasonCode, type Violation } from '@pitwall/contracts';
import type { EventRecord } from './cleaning/rule.js';
import type { PipelineDefinition } from './definition.js';
import { parseEpochMs, parseEventTime } from './event-time.js';
import type { Violations } from './event-validator.js';

/** What a CloudEvents envelope has said already; it wins over the event's own fields. */
export interface EventEnvelope {
  readonly id?: string | undefined;
  /** RFC 3339. */
  readonly time?: string | undefined;
  readonly entity?: string | undefined;
}

/** An event that cannot be processed, with everything that is wrong with it at this step. */
export interface RejectedEvent {
  readonly isPrepared: false;
  readonly reason: ReasonCode;
  readonly message: string;
  /** At most 50. */
  readonly violations: readonly Violation[];
  readonly violationCount: number;
}

/** Makes a rejection of what a step found. */
export function rejected(reason: ReasonCode, summary: string, { violations, count }: Violations): RejectedEvent {
  const [first] = violations;
  const more = count > 1 ? ` (and ${count - 1} more)` : '';
  const detail =
    first === undefined ? '' : `: ${first.pointer === '' ? 'the event' : first.pointer} ${first.message}${more}`;
  return { isPrepared: false, reason, message: `${summary}${detail}.`, violations, violationCount: count };
}

/** Who an event is, when it happened and whom it is about. */
export interface EventIdentification {
  /** Undefined where neither the envelope nor the definition names an id. */
  readonly idOf: (record: EventRecord, envelope: EventEnvelope) => string | undefined | RejectedEvent;
  /** Milliseconds since the epoch. */
  readonly timeOf: (record: EventRecord, envelope: EventEnvelope) => number | RejectedEvent;
  /** The first of the entity's fields that is there; asked after cleaning, which may have made one missing. */
  readonly entityOf: (record: EventRecord, envelope: EventEnvelope) => string | RejectedEvent;
}

/** Makes ready what the definition says of id, time and entity. */
export function compileIdentification(event: PipelineDefinition['event']): EventIdentification {
  const { id, time, timeFormat, entity } = event;
  return {
    idOf(record, envelope) {
      if (envelope.id === undefined && id === undefined) return undefined;
      const value = envelope.id ?? record[id ?? ''];
      return identifier(value) ?? refused('invalid_id', id, value);
    },
    timeOf(record, envelope) {
      if (envelope.time !== undefined)
        return parseEventTime(envelope.time) ?? refused('invalid_event_time', time, envelope.time);
      const value = record[time];
      const ms = timeFormat === 'rfc3339' ? timeOfText(value) : timeOfNumber(value);
      return ms ?? refused('invalid_event_time', time, value);
    },
    entityOf(record, envelope) {
      if (envelope.entity !== undefined)
        return identifier(envelope.entity) ?? refused('invalid_entity', undefined, envelope.entity);
      const field = entity.find((name) => record[name] != null && record[name] !== '');
      return (
        (field === undefined ? undefined : identifier(record[field])) ??
        refused('invalid_entity', field ?? entity[0], record[field ?? ''])
      );
    },
  };
}

const timeOfText = (value: unknown): number | undefined =>
  typeof value === 'string' ? parseEventTime(value) : undefined;

const timeOfNumber = (value: unknown): number | undefined =>
  typeof value === 'number' ? parseEpochMs(value) : undefined;

/** A text or a whole number, of 1 to 512 bytes. */
function identifier(value: unknown): string | undefined {
  const text = Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== 'string' || text === '') return undefined;
  // A UTF-16 unit is at most three bytes of UTF-8: most ids need not be measured.
  const isShort = text.length * 3 <= LIMITS.maxIdBytes || Buffer.byteLength(text, 'utf8') <= LIMITS.maxIdBytes;
  return isShort && text.isWellFormed() && !text.includes('\0') ? text : undefined;
}

const EXPECTED = {
  invalid_id: `must be a text or a whole number of 1 to ${LIMITS.maxIdBytes} bytes`,
  invalid_entity: `must be a text or a whole number of 1 to ${LIMITS.maxIdBytes} bytes`,
  invalid_event_time: 'must be an RFC 3339 time with a zone, or milliseconds since 1970 where the definition says so',
} as const;

const SUMMARY = {
  invalid_id: 'The event id cannot be used',
  invalid_entity: 'The event names no entity',
  invalid_event_time: 'The event time cannot be read',
} as const;

function refused(reason: keyof typeof EXPECTED, field: string | undefined, value: unknown): RejectedEvent {
  const pointer = field === undefined ? '' : `/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const got = (JSON.stringify(value) ?? 'nothing').slice(0, 200);
  return rejected(reason, SUMMARY[reason], {
    violations: [{ pointer, rule: reason, message: EXPECTED[reason], got }],
    count: 1,
  });
}
