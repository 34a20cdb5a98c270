import { join } from 'node:path';
import { featuresMessageSchema } from '@pitwall/contracts';
import { eventIdentity } from '@pitwall/envelope';
import { aRecord, messageOf, textHeader } from '@pitwall/messaging';
import { loadPipeline, type PipelineDefinition } from '@pitwall/pipeline';
import { FLIGHT } from '../../test/a-flight.js';
import { EventIngestor } from './event-ingestor.js';
import { PartitionWatermark } from './watermarks.js';

const CLUSTER = 'a-cluster';
const STRUCTURED = [textHeader('content-type', 'application/cloudevents+json')];

let named: PipelineDefinition;
/** The same without a field for the id. */
let nameless: PipelineDefinition;

beforeAll(async () => {
  named = await loadPipeline(join(import.meta.dirname, '../../../../pipelines/flight-delay'));
  nameless = { ...named, event: { ...named.event, id: undefined } };
});

const headers = (changes: Readonly<Record<string, string>>) =>
  Object.entries({ ce_specversion: '1.0', ce_type: 'flight.departure-scheduled', ...changes }).map(([name, value]) =>
    textHeader(name, value),
  );

const cloudEvent = { specversion: '1.0', type: 'flight.departure-scheduled', data: FLIGHT };

describe('the identity that others take a raw record for', () => {
  it.each([
    ['a field of the event', 'named', FLIGHT, []],
    ['the position of the record', 'nameless', FLIGHT, []],
    ['binary headers', 'named', FLIGHT, headers({ ce_id: 'in-header', ce_source: '/there' })],
    [
      'binary headers, without a field for it',
      'nameless',
      FLIGHT,
      headers({ ce_id: 'in-header', ce_source: '/there' }),
    ],
    ['a structured document', 'named', { ...cloudEvent, id: 'in-document', source: '/there' }, STRUCTURED],
  ])('is the one under which it is ingested: by %s', (_, which, value, given) => {
    const definition = which === 'named' ? named : nameless;
    const record = aRecord({
      topic: 'flight-delay.events.v1',
      partition: 2,
      offset: 7,
      key: Buffer.from('N1'),
      value: Buffer.from(JSON.stringify(value)),
      headers: given,
    });
    const message = messageOf(record);
    const outcome = new EventIngestor(definition, CLUSTER).ingest(message, new PartitionWatermark(definition.event));
    const [features] = outcome.kind === 'done' ? outcome.outputs : [];
    const { source, id } = featuresMessageSchema.parse(JSON.parse(String(features?.value)));
    expect(eventIdentity(record, { definition, origin: message.origin, clusterId: CLUSTER })).toEqual({ source, id });
  });

  it.each([
    ['no JSON', 'no json', []],
    ['a field without an id', JSON.stringify({ ...FLIGHT, flight_id: null }), []],
    ['headers without an id', JSON.stringify(FLIGHT), headers({ ce_source: '/there' })],
  ])('is not known of a record that can only die: %s', (_, value, given) => {
    const record = aRecord({ topic: 'flight-delay.events.v1', value: Buffer.from(value), headers: given });
    const message = messageOf(record);
    expect(eventIdentity(record, { definition: named, origin: message.origin, clusterId: CLUSTER })).toBeNull();
    const outcome = new EventIngestor(named, CLUSTER).ingest(message, new PartitionWatermark(named.event));
    expect(outcome.kind).toBe('dead');
  });
});
