import { join } from 'node:path';
import { type FeaturesMessage, featuresMessageSchema, resultIdOf } from '@pitwall/contracts';
import { aRecord, aTrace, type Header, messageOf, type Outcome, textHeader } from '@pitwall/messaging';
import { loadPipeline, type PipelineDefinition } from '@pitwall/pipeline';
import { ATTR } from '@pitwall/telemetry';
import { FLIGHT } from '../../test/a-flight.js';
import { EventIngestor } from './event-ingestor.js';
import { PartitionWatermark } from './watermarks.js';

const CLUSTER = 'a-cluster';

let definition: PipelineDefinition;
let ingestor: EventIngestor;

beforeAll(async () => {
  definition = await loadPipeline(join(import.meta.dirname, '../../../../pipelines/flight-delay'));
  ingestor = new EventIngestor(definition, CLUSTER);
});

interface Given {
  readonly value?: object | string | null;
  readonly key?: string | null;
  readonly headers?: readonly Header[];
}

function ingest({ value = FLIGHT, key = null, headers = [] }: Given): Outcome {
  const bytes =
    typeof value === 'string'
      ? Buffer.from(value)
      : Buffer.isBuffer(value) || value === null
        ? value
        : Buffer.from(JSON.stringify(value));
  const record = aRecord({
    topic: 'flight-delay.events.v1',
    key: key === null ? null : Buffer.from(key),
    value: bytes,
    headers,
  });
  return ingestor.ingest(messageOf(record), new PartitionWatermark(definition.event));
}

function features(outcome: Outcome): FeaturesMessage {
  expect(outcome).toMatchObject({ kind: 'done' });
  const [record] = outcome.kind === 'done' ? outcome.outputs : [];
  return featuresMessageSchema.parse(JSON.parse(record?.value?.toString('utf8') ?? ''));
}

const cloudEvent = (changes: Readonly<Record<string, string | null>> = {}): Header[] =>
  Object.entries({
    ce_specversion: '1.0',
    ce_id: 'from-header',
    ce_source: '/somewhere',
    ce_type: 'flight.departure-scheduled',
    ...changes,
  })
    .filter(([, text]) => text !== null)
    .map(([name, text]) => textHeader(name, text ?? ''));

describe('an event as plain JSON', () => {
  it('is identified by the fields that the definition names', () => {
    expect(features(ingest({}))).toMatchObject({
      source: '/flight-delay',
      id: FLIGHT.flight_id,
      entity: 'N14228',
      eventTime: '2013-04-01T09:15:00.000Z',
      late: false,
      future: false,
    });
  });

  it('is about the flight itself where the aircraft is not known', () => {
    expect(features(ingest({ value: { ...FLIGHT, tailnum: null } })).entity).toBe(FLIGHT.flight_id);
    expect(features(ingest({ value: { ...FLIGHT, tailnum: 'UNKNOW' } })).entity).toBe(FLIGHT.flight_id);
  });

  it('is identified by every digit of a number of 64 bits', () => {
    const event = { ...definition.event, id: 'serial', entity: ['vehicle'] };
    const numbered = new EventIngestor({ ...definition, event }, CLUSTER);
    const text = `${JSON.stringify(FLIGHT).slice(0, -1)},"serial":9007199254740993,"vehicle":-9223372036854775808}`;
    const message = messageOf(aRecord({ topic: 'flight-delay.events.v1', value: Buffer.from(text) }));
    expect(features(numbered.ingest(message, new PartitionWatermark(event)))).toMatchObject({
      id: '9007199254740993',
      entity: '-9223372036854775808',
    });
  });

  it('loses a measurement that cannot be, and says so', () => {
    const message = features(ingest({ value: { ...FLIGHT, wind_speed_mph: 1048.36058 } }));
    expect(message.features['wind_speed_mph']).toBeNull();
    expect(message.notes).toContainEqual({
      field: 'wind_speed_mph',
      kind: 'missing',
      rule: 'hard-range',
      from: 1048.36058,
    });
  });
});

describe('an event in CloudEvents binary mode', () => {
  it('is identified by its headers', () => {
    const message = features(ingest({ headers: cloudEvent({ ce_time: '2013-05-01T00:00:00Z' }), key: 'N1' }));
    expect(message).toMatchObject({
      source: '/somewhere',
      id: 'from-header',
      entity: 'N1',
      eventTime: '2013-05-01T00:00:00.000Z',
    });
  });

  it('takes the partition key before the record key, and the fields where there is neither', () => {
    expect(features(ingest({ headers: cloudEvent({ ce_partitionkey: 'N2' }), key: 'N1' })).entity).toBe('N2');
    expect(features(ingest({ headers: cloudEvent() })).entity).toBe('N14228');
  });

  it.each([
    ['without an id', { ce_id: null }, 'invalid_header', /ce_id is missing/],
    ['with an empty source', { ce_source: '' }, 'invalid_header', /ce_source is empty/],
    ['of another version', { ce_specversion: '0.3' }, 'invalid_header', /"0\.3", expected "1\.0"/],
    [
      'of another type',
      { ce_type: 'order.placed' },
      'unsupported_type',
      /"order\.placed", expected "flight\.departure-scheduled"/,
    ],
    ['with an id of 10 kB', { ce_id: 'x'.repeat(10_000) }, 'invalid_id', /event id/],
    ['with a source of 10 kB', { ce_source: 'x'.repeat(10_000) }, 'invalid_id', /source/],
    ['with a time that is none', { ce_time: 'yesterday' }, 'invalid_event_time', /RFC 3339/],
    ['as Avro', { 'content-type': 'application/avro' }, 'invalid_header', /application\/avro/],
  ])('%s is refused', (...[, changes, reason, message]) => {
    expect(ingest({ headers: cloudEvent(changes) })).toMatchObject({
      kind: 'dead',
      reason,
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['repeated', [...cloudEvent(), textHeader('ce_id', 'second')], /stands 2 times/],
    ['null', [...cloudEvent({ ce_id: null }), { name: 'ce_id', value: null }], /is null/],
    ['not UTF-8', [...cloudEvent({ ce_id: null }), { name: 'ce_id', value: Buffer.from([0xff, 0xfe]) }], /not UTF-8/],
  ])('whose id is %s is refused', (_case, headers, message) => {
    expect(ingest({ headers })).toMatchObject({ reason: 'invalid_header', message: expect.stringMatching(message) });
  });

  it('may have any other header', () => {
    const odd = [
      ...cloudEvent(),
      { name: 'x', value: null },
      { name: '__proto__', value: Buffer.from([0xff]) },
      textHeader('x', 'again'),
    ];
    expect(features(ingest({ headers: odd })).id).toBe('from-header');
  });
});

describe('an event in CloudEvents structured mode', () => {
  const structured = (changes: object = {}): Given => ({
    value: {
      specversion: '1.0',
      id: 's-1',
      source: '/s',
      type: 'flight.departure-scheduled',
      data: FLIGHT,
      ...changes,
    },
    headers: [textHeader('content-type', 'application/cloudevents+json; charset=utf-8')],
  });

  it('is identified by its attributes', () => {
    expect(features(ingest(structured({ partitionkey: 'N3' })))).toMatchObject({
      source: '/s',
      id: 's-1',
      entity: 'N3',
    });
  });

  it.each([
    ['no data', { data: undefined }, { source: '/s', id: 's-1' }],
    ['no version', { specversion: undefined }, { source: '/s', id: 's-1' }],
    ['a number for an id', { id: 5 }, null],
    ['an empty id', { id: '' }, null],
    ['no id', { id: undefined }, null],
    ['an id of null', { id: null }, null],
  ])('with %s is refused, under its identity as far as it has one', (_case, changes, identity) => {
    expect(ingest(structured(changes))).toMatchObject({ kind: 'dead', reason: 'invalid_header', identity });
  });
});

describe('the identity of a dead letter', () => {
  const named = { source: '/somewhere', id: 'from-header' };
  const broken: readonly [string, Given][] = [
    ['not JSON', { value: '{"a":' }],
    ['a tombstone', { value: null }],
    ['too large', { value: JSON.stringify({ ...FLIGHT, padding: 'x'.repeat(262_144) }) }],
    ['as Avro', { headers: [...cloudEvent(), textHeader('content-type', 'application/avro')] }],
    ['without a type', { headers: cloudEvent({ ce_type: null }) }],
    ['of another type', { headers: cloudEvent({ ce_type: 'order.placed' }) }],
  ];

  it.each(broken)('is that of the headers, whatever is wrong with the record (%s)', (_case, given) => {
    expect(ingest({ headers: cloudEvent(), ...given })).toMatchObject({ kind: 'dead', identity: named });
  });

  it.each<[string, Given]>([
    ['a plain record that is not JSON', { value: '{"a":' }],
    ['no id', { headers: cloudEvent({ ce_id: null }) }],
    ['no source', { headers: cloudEvent({ ce_source: null }) }],
    ['two ids', { headers: [...cloudEvent(), textHeader('ce_id', 'second')] }],
    ['an id of 10 kB', { value: '{', headers: cloudEvent({ ce_id: 'x'.repeat(10_000) }) }],
    ['an id that PostgreSQL cannot store', { value: '{', headers: cloudEvent({ ce_id: 'a\u0000b' }) }],
  ])('is not guessed (%s)', (_case, given) => {
    expect(ingest(given)).toMatchObject({ kind: 'dead', identity: null });
  });
});

describe('the span of a sampled record', () => {
  function attributesOf(headers: readonly Header[]): Readonly<Record<string, unknown>> {
    const attributes: Record<string, unknown> = {};
    const trace = aTrace({ sampled: true, setAttribute: (name, value) => void (attributes[name] = value) });
    const value = Buffer.from(JSON.stringify(FLIGHT));
    const message = messageOf(aRecord({ topic: 'flight-delay.events.v1', value, headers }), { trace });
    ingestor.ingest(message, new PartitionWatermark(definition.event));
    return attributes;
  }

  it('says which event it is about, also where its headers do not', () => {
    expect(attributesOf([])).toEqual({ [ATTR.eventId]: FLIGHT.flight_id, [ATTR.eventSource]: '/flight-delay' });
    expect(attributesOf(cloudEvent())).toMatchObject({ [ATTR.eventId]: 'from-header' });
  });
});

describe('a record that cannot be read', () => {
  it.each([
    ['a tombstone', null, 'empty_value'],
    ['no bytes', '', 'empty_value'],
    ['not JSON', '{"a":', 'not_json'],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'not_json'],
    ['too large', JSON.stringify({ ...FLIGHT, padding: 'x'.repeat(262_144) }), 'too_large'],
    ['10,000 levels deep', '['.repeat(10_000) + ']'.repeat(10_000), 'json_too_deep'],
    ['a forbidden key', '{"__proto__":{"isAdmin":true}}', 'json_forbidden_key'],
    ['NUL in a text', JSON.stringify({ ...FLIGHT, dest: 'I\u0000H' }), 'text_not_storable'],
    ['a lone surrogate', JSON.stringify({ ...FLIGHT, dest: '\ud800' }), 'text_not_storable'],
    ['an infinite number', JSON.stringify(FLIGHT).replace('39.02', '1e999'), 'not_json'],
    ['NaN', JSON.stringify(FLIGHT).replace('39.02', 'NaN'), 'not_json'],
    ['no object', '[]', 'schema_violation'],
  ])('(%s) is a dead letter with its own reason', (_case, value, reason) => {
    expect(ingest({ value })).toMatchObject({ kind: 'dead', reason });
  });

  it('lists every violation of the schema and keeps the identity, so that the dead letter can be closed', () => {
    const outcome = ingest({ value: { ...FLIGHT, carrier: 12, dest: null } });
    expect(outcome).toMatchObject({
      reason: 'schema_violation',
      identity: { source: '/flight-delay', id: FLIGHT.flight_id },
    });
    const pointers = outcome.kind === 'dead' ? outcome.violations.map((violation) => violation.pointer) : [];
    expect(pointers).toEqual(expect.arrayContaining(['/carrier', '/dest']));
  });

  it('says which rule rejects it', () => {
    expect(ingest({ value: { ...FLIGHT, distance_mi: 100_000 } })).toMatchObject({
      reason: 'rejected_by_rule',
      violations: [{ pointer: '/distance_mi', rule: 'hard-range' }],
    });
  });
});

describe('the features record', () => {
  it('is keyed by entity in the partition that Kafka would choose, and carries the raw position', () => {
    const outcome = ingest({});
    const [record] = outcome.kind === 'done' ? outcome.outputs : [];
    expect(record?.topic).toBe('flight-delay.features.v1');
    expect(record?.key?.toString()).toBe('N14228');
    expect(record?.headers.find((header) => header.name === 'pitwall-origin')?.value?.toString()).toMatch(
      /^flight-delay\.events\.v1 0 0 \d+ [0-9a-f]{64}$/,
    );
  });

  it('is the same identity for the same event, however it is written', () => {
    const plain = features(ingest({}));
    const headers = cloudEvent({ ce_id: FLIGHT.flight_id, ce_source: '/flight-delay' });
    const binary = features(ingest({ headers }));
    expect(resultIdOf('flight-delay', binary)).toBe(resultIdOf('flight-delay', plain));
  });
});
