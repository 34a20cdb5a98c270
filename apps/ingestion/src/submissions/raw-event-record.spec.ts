import { join } from 'node:path';
import { LIMITS } from '@pitwall/contracts';
import { isDead, type RecordContent } from '@pitwall/envelope';
import { type Header, headerOf, textHeader } from '@pitwall/messaging';
import { loadPipeline, type PipelineDefinition } from '@pitwall/pipeline';
import { FLIGHT } from '../../test/a-flight.js';
import { EventIngestor, type ReadEvent } from '../events/event-ingestor.js';
import { type RawEvent, rawEventOf } from './raw-event-record.js';

const GIVEN = 'given-id';
const TRACEPARENT = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-00`;

let flights: PipelineDefinition;
/** The flights, had they no field with an id. */
let nameless: PipelineDefinition;

beforeAll(async () => {
  flights = await loadPipeline(join(import.meta.dirname, '../../../../pipelines/flight-delay'));
  const { id: _id, ...event } = flights.event;
  nameless = { ...flights, event };
});

function publish(content: RecordContent, definition = nameless): RawEvent | null {
  const read = new EventIngestor(definition, 'cluster').read(content, { giveId: () => GIVEN });
  if (isDead(read)) throw new Error(read.message);
  return rawEventOf(content, read, { definition, traceparent: TRACEPARENT });
}

/** What ingestion reads of the record once it is on its topic. */
function readBack({ record }: RawEvent, definition = nameless): ReadEvent {
  const read = new EventIngestor(definition, 'cluster').read(record);
  if (isDead(read)) throw new Error(read.message);
  return read;
}

const plain = (data: object): RecordContent => ({ key: null, value: Buffer.from(JSON.stringify(data)), headers: [] });

function binary(attributes: Readonly<Record<string, string>>): RecordContent {
  const all = { ce_specversion: '1.0', ce_source: '/desk', ce_type: flights.event.type, ...attributes };
  const headers: Header[] = Object.entries(all).map(([name, text]) => textHeader(name, text));
  return { ...plain(FLIGHT), headers };
}

function structured(attributes: object, data: object = FLIGHT): RecordContent {
  const document = { specversion: '1.0', source: '/desk', type: flights.event.type, ...attributes, data };
  // With what a producer may put after it.
  const value = Buffer.from(`${JSON.stringify(document, null, 2)} \n`);
  return { key: null, value, headers: [textHeader('content-type', 'application/cloudevents+json')] };
}

describe('an event without an id', () => {
  it.each<[string, () => RecordContent]>([
    ['as plain JSON', () => plain(FLIGHT)],
    ['in binary mode', () => binary({})],
    ['in structured mode', () => structured({})],
    ['in structured mode, with an id of null', () => structured({ id: null })],
  ])('is given one that ingestion reads from the record (%s)', (_, content) => {
    const raw = publish(content()) as RawEvent;
    expect(raw.id).toBe(GIVEN);
    const { envelope, event } = readBack(raw);
    expect(event.id).toBe(GIVEN);
    expect(envelope).toMatchObject({ id: GIVEN, source: raw.source, data: FLIGHT });
  });

  it.each<[string, () => RecordContent]>([
    ['plain', () => plain(FLIGHT)],
    ['binary', () => binary({})],
    ['structured', () => structured({})],
  ])('is named by the field of the definition, where that has one (%s)', (_, content) => {
    const raw = publish(content(), flights) as RawEvent;
    expect(raw.id).toBe(FLIGHT.flight_id);
    expect(readBack(raw, flights).event.id).toBe(FLIGHT.flight_id);
  });

  it('is given one where the field of the definition may be absent and is', () => {
    const optional = { ...nameless, event: { ...nameless.event, id: 'reference' } };
    expect(publish(plain(FLIGHT), optional)?.id).toBe(GIVEN);
    expect(publish(plain({ ...FLIGHT, reference: null }), optional)?.id).toBe(GIVEN);
    expect(publish(plain({ ...FLIGHT, reference: 7 }), optional)?.id).toBe('7');
  });

  it('keeps every byte of what it said', () => {
    const content = structured({});
    const raw = publish(content) as RawEvent;
    expect(String(raw.record.value).replace(`,"id":"${GIVEN}"`, '')).toBe(String(content.value));
  });

  it('cannot be published where it would become too large by it', () => {
    const filled = (bytes: number): RecordContent => structured({}, { ...FLIGHT, padding: 'x'.repeat(bytes) });
    const room = LIMITS.maxEventBytes - (filled(0).value?.length ?? 0) - `,"id":"${GIVEN}"`.length;
    expect(publish(filled(room))?.record.value).toHaveLength(LIMITS.maxEventBytes);
    expect(publish(filled(room + 1))).toBeNull();
  });
});

it('leaves the id that an event states, and all else of its record', () => {
  for (const content of [binary({ ce_id: 'own' }), structured({ id: 'own' })]) {
    const raw = publish(content) as RawEvent;
    expect(raw.id).toBe('own');
    expect(raw.record.value).toBe(content.value);
    expect(raw.record.headers).toEqual([...content.headers, textHeader('traceparent', TRACEPARENT)]);
  }
});

it('puts CloudEvents headers around a plain event', () => {
  const { record } = publish(plain(FLIGHT)) as RawEvent;
  const header = (name: string): string => String(headerOf(record.headers, name));
  expect([header('ce_id'), header('ce_source'), header('ce_type')]).toEqual([
    GIVEN,
    '/flight-delay',
    flights.event.type,
  ]);
});
