import { CE_TYPE, eventsTopic, featuresTopic, type FeaturesMessage, HEADER } from '@pitwall/contracts';
import { cloudEventHeaders, decodeText, headerOf, type InboundRecord, type OutboundRecord } from '@pitwall/messaging';
import { GOLDEN_FLIGHTS, type GoldenFlight } from './flight-models.js';

/** The trace that all flights are sent in. */
export const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

const PARTITIONS = 3;

/** A header as text; null where it is not there. */
export function textOf(record: Pick<InboundRecord, 'headers'>, name: string): string | null {
  const value = headerOf(record.headers, name);
  return value === null || value === undefined ? null : decodeText(value);
}

/**
 * The first copy of each event's message, in the order of the records. A batch that comes again after a rebalance is sent again:
 * that there may be copies is part of the promise, and a busy machine makes some.
 */
export function firstCopies(records: readonly InboundRecord[]): readonly InboundRecord[] {
  const byId = new Map<string, InboundRecord>();
  for (const record of records) {
    const id = textOf(record, HEADER.ceId) ?? `${record.partition}:${record.offset}`;
    if (!byId.has(id)) byId.set(id, record);
  }
  return [...byId.values()];
}

/** What is sent of a flight: its id is `<run>:<flight id>`, its partition one of three by its number. */
export interface SentFlight {
  readonly flight: GoldenFlight;
  readonly run: string;
  readonly change?: Partial<FeaturesMessage>;
  /** When its raw record was appended; long ago unless given. */
  readonly rawAppendedAt?: number;
}

/** The features message of a flight as ingestion writes it. */
export function featuresOf(pipeline: string, { flight, run, change, rawAppendedAt }: SentFlight): OutboundRecord {
  const at = GOLDEN_FLIGHTS.indexOf(flight);
  const message: FeaturesMessage = {
    pipeline,
    source: `/${pipeline}`,
    id: `${run}:${flight.flightId}`,
    entity: `plane ${at}`,
    eventTime: '2013-07-02T14:45:00Z',
    late: false,
    future: false,
    definitionVersion: 1,
    features: { ...flight.features, plane_manufacturer: 'BOEING' },
    notes: [{ field: 'wind_speed_mph', kind: 'missing', rule: 'hard-range', from: 1048.36 }],
    ...change,
  };
  const origin = {
    topic: eventsTopic.name(pipeline),
    partition: 5,
    offset: at,
    appendedAt: 1_700_000_000_000,
    digest: 'd'.repeat(64),
  };
  return {
    topic: featuresTopic.name(pipeline),
    partition: at % PARTITIONS,
    key: Buffer.from(message.entity),
    value: Buffer.from(JSON.stringify(message)),
    headers: cloudEventHeaders({
      type: CE_TYPE.features,
      source: message.source,
      id: message.id,
      time: message.eventTime,
      subject: message.entity,
      traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01`,
      tracestate: 'vendor=1',
      origin,
      inputAppendedAt: rawAppendedAt ?? origin.appendedAt,
    }),
  };
}
