import { join } from 'node:path';
import { eventsTopic, TOPICS } from '@pitwall/contracts';
import { headerOf, type InboundRecord, InMemoryBroker, type MessagingClient, type Publisher } from '@pitwall/messaging';
import { loadPipeline } from '@pitwall/pipeline';
import { readConfig, type RunningService, startService } from '@pitwall/runtime';
import { createLogger } from '@pitwall/telemetry';
import { routesOf } from '@pitwall/testing';
import { AppModule } from '../src/app.module.js';
import { configSchema } from '../src/config.js';
import { FLIGHT } from './a-flight.js';

const FOLDER = join(import.meta.dirname, '../../../pipelines/flight-delay');
const PATH = '/v1/pipelines/flight-delay/events';
const JSON_TYPE = { 'content-type': 'application/json' };

let broker: InMemoryBroker;
let service: RunningService;
/** What the brokers do with a send: acknowledge it, unless a test says otherwise. */
let acknowledge: () => Promise<void>;

beforeAll(async () => {
  broker = new InMemoryBroker();
  const definition = await loadPipeline(FOLDER);
  for (const topic of TOPICS)
    broker.createTopic(
      topic.name('flight-delay'),
      topic.partitions === 'pipeline' ? definition.partitions : topic.partitions,
    );
  const environment = {
    KAFKA_BROKERS: 'in.memory:9092',
    PITWALL_PIPELINES: FOLDER,
    HTTP_PORT: '0',
    OTEL_TRACES_SAMPLER_ARG: '0',
  };
  const reading = readConfig(configSchema, environment);
  if (!reading.isValid) throw new Error(reading.problems.join());
  service = await startService(
    { name: 'ingestion', configSchema, module: AppModule, http: { bodies: 'raw', maxBodyBytes: 8 * 1024 * 1024 } },
    {
      config: reading.config,
      version: '0.0.0',
      logger: createLogger({ service: 'ingestion', level: 'fatal' }),
      messaging: withGate(broker.client()),
      onFailure: (error) => {
        throw error;
      },
    },
  );
  await service.started;
});

afterAll(async () => {
  await service.stop();
});

beforeEach(() => {
  acknowledge = () => Promise.resolve();
});

/** A client whose acknowledgements the test holds in its hand. */
function withGate(client: MessagingClient): MessagingClient {
  return {
    ...client,
    publisher: async (): Promise<Publisher> => {
      const inner = await client.publisher();
      return {
        send: async (records, options) => {
          await acknowledge();
          await inner.send(records, options);
        },
        close: () => inner.close(),
      };
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

async function post(
  body: string | object,
  headers: Readonly<Record<string, string>> = JSON_TYPE,
  path = PATH,
): Promise<Answer> {
  const content = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${service.url}${path}`, { method: 'POST', headers, body: content });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
}

function published(id: string): InboundRecord[] {
  return broker.records(eventsTopic.name('flight-delay')).filter((record) => text(record, 'ce_id') === id);
}

function text(record: InboundRecord | undefined, header: string): string | undefined {
  return headerOf(record?.headers ?? [], header)?.toString('utf8');
}

/** How many records the events topic holds. */
function size(): number {
  return broker.records(eventsTopic.name('flight-delay')).length;
}

it('documents every route that it serves, and no other', async () => {
  const { served, documented } = await routesOf(service);
  expect(served).toEqual(documented);
  expect(served).toContain('POST /v1/pipelines/{pipeline}/events');
});

describe('one event over HTTP', () => {
  it('is published with its untouched bytes under its entity and answered with its id and trace', async () => {
    const json = JSON.stringify({ ...FLIGHT, flight_id: 'http-1' }, null, 2);
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const answer = await post(json, { ...JSON_TYPE, traceparent: `00-${trace}-b7ad6b7169203331-00` });
    expect(answer).toMatchObject({
      status: 202,
      body: { events: [{ id: 'http-1', source: '/flight-delay' }], traceId: trace },
    });
    const [record] = published('http-1');
    expect(record?.value?.toString('utf8')).toBe(json);
    expect(record?.key?.toString('utf8')).toBe(FLIGHT.tailnum);
    expect(text(record, 'traceparent')).toContain(trace);
  });

  it('without an id cannot be: the schema of the flights requires one', async () => {
    const { flight_id: _id, ...rest } = FLIGHT;
    expect(await post(rest)).toMatchObject({ status: 422, body: { errors: [{ pointer: '/flight_id' }] } });
  });

  it('may be a CloudEvent in binary mode', async () => {
    const headers = {
      ...JSON_TYPE,
      'ce-specversion': '1.0',
      'ce-id': 'n%C3%A4her',
      'ce-source': '/desk',
      'ce-type': 'flight.departure-scheduled',
    };
    expect(await post(FLIGHT, headers)).toMatchObject({
      status: 202,
      body: { events: [{ id: 'näher', source: '/desk' }] },
    });
    expect(published('näher')).toHaveLength(1);
  });

  it('is named by its own field where its CloudEvents envelope does not name it', async () => {
    const type = 'flight.departure-scheduled';
    const binary = await post(
      { ...FLIGHT, flight_id: 'unnamed-b' },
      { ...JSON_TYPE, 'ce-specversion': '1.0', 'ce-source': '/desk', 'ce-type': type },
    );
    expect(binary).toMatchObject({ status: 202, body: { events: [{ id: 'unnamed-b', source: '/desk' }] } });
    expect(published('unnamed-b')).toHaveLength(1);
    const structured = { specversion: '1.0', source: '/desk', type, data: { ...FLIGHT, flight_id: 'unnamed-s' } };
    const answer = await post([structured, structured], { 'content-type': 'application/cloudevents-batch+json' });
    expect(answer).toMatchObject({ status: 202, body: { events: [{ id: 'unnamed-s' }, { id: 'unnamed-s' }] } });
  });

  it('may be a CloudEvent in structured mode', async () => {
    const event = { specversion: '1.0', id: 's-1', source: '/s', type: 'flight.departure-scheduled', data: FLIGHT };
    const before = size();
    expect(await post(event, { 'content-type': 'application/cloudevents+json' })).toMatchObject({
      status: 202,
      body: { events: [{ id: 's-1', source: '/s' }] },
    });
    expect(size()).toBe(before + 1);
  });
});

describe('many events over HTTP', () => {
  it('are published all together', async () => {
    const events = Array.from({ length: 1_000 }, (_, index) => ({ ...FLIGHT, flight_id: `many-${index}` }));
    const answer = await post(events);
    expect(answer.status).toBe(202);
    expect(answer.body['events']).toHaveLength(1_000);
    expect(published('many-0')).toHaveLength(1);
    expect(published('many-999')).toHaveLength(1);
  });

  it('are all refused for one of them, with every violation and its place', async () => {
    const before = size();
    const answer = await post([FLIGHT, { ...FLIGHT, carrier: 12, dest: 5 }, { ...FLIGHT, distance_mi: -1 }]);
    expect(answer.status).toBe(422);
    const errors = answer.body['errors'] as { pointer: string }[];
    expect(errors.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining(['/1/carrier', '/1/dest', '/2/distance_mi']),
    );
    expect(size()).toBe(before);
  });

  it('keep every digit of a number', async () => {
    const json = JSON.stringify([{ ...FLIGHT, flight_id: 'digits', note: 0 }]).replace(
      '"note":0',
      '"note":9007199254740993',
    );
    expect((await post(json)).status).toBe(202);
    expect(published('digits')[0]?.value?.toString('utf8')).toContain('9007199254740993');
  });

  it.each([
    ['none', '[]', 400],
    ['1,001', JSON.stringify(Array.from({ length: 1_001 }, () => FLIGHT)), 400],
    ['a broken array', '[{}', 400],
  ])('(%s) are refused', async (_case, body, status) => {
    expect((await post(body)).status).toBe(status);
  });
});

describe('a request that cannot be taken', () => {
  it.each([
    ['not JSON', '{"a"', JSON_TYPE, 400, 'not_json'],
    ['nothing', '', JSON_TYPE, 400, 'empty_value'],
    ['a forbidden key', '{"__proto__":1}', JSON_TYPE, 422, 'json_forbidden_key'],
    ['10,000 levels', '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000), JSON_TYPE, 422, 'json_too_deep'],
    ['an event of 300 kB', JSON.stringify({ ...FLIGHT, padding: 'x'.repeat(300_000) }), JSON_TYPE, 413, 'too_large'],
  ])('(%s) is answered with a problem that names the reason', async (...[, body, headers, status, reason]) => {
    const answer = await post(body, headers);
    expect(answer).toMatchObject({ status, body: { status, reason, instance: PATH } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it('(a body over the limit) is 413, (another type) 415, (another pipeline) 404', async () => {
    expect((await post('x'.repeat(9 * 1024 * 1024))).status).toBe(413);
    expect((await post('<a/>', { 'content-type': 'text/xml' })).status).toBe(415);
    expect((await post(FLIGHT, JSON_TYPE, '/v1/pipelines/nope/events')).status).toBe(404);
  });
});

describe('brokers that are slower than the requests', () => {
  it('are waited for; what would only queue is answered with 429 and when to come again', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: full, resolve: isFull } = Promise.withResolvers<void>();
    let sends = 0;
    acknowledge = () => {
      sends += 1;
      if (sends === 5) isFull();
      return released;
    };
    const events = Array.from({ length: 1_000 }, (_, index) => ({ ...FLIGHT, flight_id: `slow-${index}` }));
    const waiting = Array.from({ length: 5 }, () => post(events));
    await full;
    const refused = await post(FLIGHT);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    release();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
  });

  it('that do not acknowledge are a 503 that tells the ids', async () => {
    acknowledge = () => Promise.reject(new Error('no brokers'));
    const answer = await post({ ...FLIGHT, flight_id: 'unsent' });
    expect(answer).toMatchObject({ status: 503, body: { events: [{ id: 'unsent', source: '/flight-delay' }] } });
  });
});
