import { join } from 'node:path';
import { eventIdentity } from '@pitwall/envelope';
import { aRecord, messageOf, type OutboundRecord, partitionFor } from '@pitwall/messaging';
import { loadPipeline, type PipelineDefinition } from '@pitwall/pipeline';
import { type EventOptions, eventRecord } from './event-record.js';

const UUID = /^[0-9a-f-]{36}$/;
const FLIGHT = { flight_id: 'f-1', tailnum: 'N1', event_time: '2013-04-01T11:00:00Z' };
const CLOUD_EVENT = { specversion: '1.0', id: 'c-1', source: '/crm', type: 'flight.departure-scheduled', data: FLIGHT };

let definition: PipelineDefinition;
beforeAll(async () => {
  definition = await loadPipeline(join(import.meta.dirname, '../../../../pipelines/flight-delay'));
});

const event = (document: unknown, options: EventOptions = {}) =>
  eventRecord(typeof document === 'string' ? document : JSON.stringify(document), options, {
    definition,
    partitions: 6,
  });

/** Who ingestion takes it for. */
const identityIn = ({ topic, key, value, headers }: OutboundRecord) => {
  const record = aRecord({ topic, key, value, headers });
  return eventIdentity(record, { definition, origin: messageOf(record).origin, clusterId: 'c' });
};

describe('eventRecord', () => {
  it.each([
    ['by the fields of the definition', FLIGHT, {}, { source: '/flight-delay', id: 'f-1' }, 'N1'],
    [
      'by the next field of the entity',
      { ...FLIGHT, tailnum: null },
      {},
      { source: '/flight-delay', id: 'f-1' },
      'f-1',
    ],
    ['by the options', FLIGHT, { id: 'mine', source: '/me', key: 'K' }, { source: '/me', id: 'mine' }, 'K'],
    ['by itself, as a CloudEvent', CLOUD_EVENT, {}, { source: '/crm', id: 'c-1' }, 'N1'],
    ['by itself, under another key', CLOUD_EVENT, { key: 'K' }, { source: '/crm', id: 'c-1' }, 'K'],
  ])('names an event %s', (...[, document, options, identity, key]) => {
    const { record, ...named } = event(document, options);
    expect(named.identity).toEqual(identity);
    expect(identityIn(record)).toEqual(identity);
    expect(record.topic).toBe('flight-delay.events.v1');
    expect(record.key?.toString()).toBe(key);
    expect(record.partition).toBe(partitionFor(Buffer.from(key), 6));
    expect(record.value?.toString()).toBe(JSON.stringify(document));
  });

  it.each([
    ['an id that is not stated', { ...FLIGHT, flight_id: undefined }],
    ['no JSON at all', '{broken'],
    ['no object', '[1]'],
  ])('gives an id of its own for %s, and leaves the rest to Pitwall', (_, document) => {
    const { identity, record } = event(document);
    expect(identity).toEqual({ source: '/flight-delay', id: expect.stringMatching(UUID) });
    expect(record.value?.toString()).toBe(typeof document === 'string' ? document : JSON.stringify(document));
  });

  it('keeps every digit of a number', () => {
    expect(event('{"flight_id":9007199254740993,"tailnum":12345678901234567890}')).toMatchObject({
      identity: { id: '9007199254740993' },
      record: { key: Buffer.from('12345678901234567890') },
    });
  });

  it('does not rename a CloudEvent, and lets a broken one through without a name', () => {
    expect(() => event(CLOUD_EVENT, { id: 'other' })).toThrow('Got --id or --source for a CloudEvent');
    expect(event({ ...CLOUD_EVENT, id: '' }).identity).toBeNull();
  });
});
