import { join } from 'node:path';
import { feedbackTopic, feedbackViewSchema, TOPICS } from '@pitwall/contracts';
import { headerOf, type InboundRecord, InMemoryBroker, type MessagingClient, type Publisher } from '@pitwall/messaging';
import { loadPipeline } from '@pitwall/pipeline';
import { readConfig, type RunningService, startService } from '@pitwall/runtime';
import { createLogger } from '@pitwall/telemetry';
import { eventually, type FreshDatabase, freshDatabase, routesOf } from '@pitwall/testing';
import { Pool } from 'pg';
import { AppModule } from '../src/app.module.js';
import { configSchema, MAX_BODY_BYTES } from '../src/config.js';
import { DATABASE_OF_RESULTS } from '../src/database.js';

const FOLDER = join(import.meta.dirname, '../../../pipelines/flight-delay');
const PATH = '/v1/pipelines/flight-delay/feedback';
const JSON_TYPE = { 'content-type': 'application/json' };
const LABEL = { kind: 'label', id: 'E-1', label: true, observedAt: '2013-04-01T14:15:00Z' };

let broker: InMemoryBroker;
let database: FreshDatabase;
let pool: Pool;
let service: RunningService;
/** What the brokers do with a send to the feedback topic: acknowledge it, unless a test says otherwise. */
let acknowledge: () => Promise<void>;

beforeAll(async () => {
  broker = new InMemoryBroker();
  database = await freshDatabase();
  pool = new Pool({ connectionString: database.databaseUrl, options: '-c search_path=results' });
  const definition = await loadPipeline(FOLDER);
  for (const { name, partitions } of TOPICS) {
    broker.createTopic(name('flight-delay'), partitions === 'pipeline' ? definition.partitions : partitions);
  }
  const reading = readConfig(configSchema, {
    KAFKA_BROKERS: 'in.memory:9092',
    PITWALL_PIPELINES: FOLDER,
    HTTP_PORT: '0',
    OTEL_TRACES_SAMPLER_ARG: '0',
    DATABASE_URL: database.databaseUrl,
  });
  if (!reading.isValid) throw new Error(reading.problems.join());
  service = await startService(
    {
      name: 'results',
      configSchema,
      module: AppModule,
      http: { bodies: 'raw', maxBodyBytes: MAX_BODY_BYTES },
      database: DATABASE_OF_RESULTS,
    },
    {
      config: reading.config,
      version: '0.0.0',
      logger: createLogger({ service: 'results', level: 'fatal' }),
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
  await pool.end();
  await database.drop();
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
  readonly body: unknown;
}

async function post(
  body: string | object,
  headers: Readonly<Record<string, string>> = JSON_TYPE,
  path = PATH,
): Promise<Answer> {
  const content = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${service.url}${path}`, { method: 'POST', headers, body: content });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const published = (): readonly InboundRecord[] => broker.records(feedbackTopic.name('flight-delay'));

it('documents every route that it serves, and no other', async () => {
  const { served, documented } = await routesOf(service);
  expect(served).toEqual(documented);
  expect(served).toContain('POST /v1/pipelines/{pipeline}/feedback');
});

describe('feedback over HTTP', () => {
  it('is published with its untouched bytes, and answered with what was taken and the trace', async () => {
    const json = JSON.stringify({ ...LABEL, id: 'untouched' }, null, 2);
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const answer = await post(json, { ...JSON_TYPE, traceparent: `00-${trace}-b7ad6b7169203331-00` });
    expect(answer.status).toBe(202);
    const view = feedbackViewSchema.parse(answer.body);
    expect(view).toMatchObject({
      feedback: [{ kind: 'label', id: 'untouched', source: '/flight-delay' }],
      traceId: trace,
    });
    const record = published().find(({ value }) => String(value) === json);
    expect(String(record?.key)).toBe(view.feedback[0]?.resultId);
    expect(String(headerOf(record?.headers ?? [], 'traceparent'))).toContain(trace);
  });

  it('reaches the consumer: the label is kept', async () => {
    await post({ ...LABEL, id: 'kept' });
    const label = await eventually(
      async () => (await pool.query("SELECT label FROM labels WHERE event_id = 'kept'")).rows[0] as unknown,
      { what: 'the label' },
    );
    expect(label).toEqual({ label: 'late' });
  });

  it('keeps the labels of an event in one partition, in the order of the request', async () => {
    const labels = [0, 1, 2].map((revision) => ({ ...LABEL, id: 'ordered', revision }));
    expect((await post(labels)).status).toBe(202);
    const records = published().filter(({ value }) => String(value).includes('"ordered"'));
    expect(new Set(records.map(({ partition }) => partition)).size).toBe(1);
    expect(records.map(({ value }) => (JSON.parse(String(value)) as { revision: number }).revision)).toEqual([0, 1, 2]);
  });

  it('may be 1,000 labels and actions', async () => {
    const action = { kind: 'action', id: 'E-1', action: 'seen', at: '2013-04-01T11:00:00Z' };
    const answer = await post(
      Array.from({ length: 1_000 }, (_, at) => (at % 2 === 0 ? { ...LABEL, id: `M-${at}` } : action)),
    );
    expect(answer.status).toBe(202);
    expect(feedbackViewSchema.parse(answer.body).feedback).toHaveLength(1_000);
  });

  it('is all refused for some of it, with every violation and its place', async () => {
    const before = published().length;
    const answer = await post([
      LABEL,
      { ...LABEL, observedAt: 'noon', revision: -1 },
      { ...LABEL, label: 'cancelled' },
      { kind: 'action', id: 'E-1', action: 'overridden', at: '2013-04-01T11:00:00Z' },
    ]);
    expect(answer).toMatchObject({ status: 422, body: { status: 422, reason: 'invalid_feedback', instance: PATH } });
    const { errors } = answer.body as { errors: { pointer: string }[] };
    expect(errors.map(({ pointer }) => pointer)).toEqual(['/1/observedAt', '/1/revision', '/2/label', '/3/reason']);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(published()).toHaveLength(before);
  });

  it.each([
    ['not JSON', '{"a"', JSON_TYPE, PATH, 400],
    ['nothing', '', JSON_TYPE, PATH, 400],
    ['a broken array', '[{}', JSON_TYPE, PATH, 400],
    ['no feedback', '[]', JSON_TYPE, PATH, 400],
    ['1,001 labels', JSON.stringify(Array.from({ length: 1_001 }, () => LABEL)), JSON_TYPE, PATH, 400],
    ['10,000 levels', '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000), JSON_TYPE, PATH, 400],
    ['another outcome', JSON.stringify({ ...LABEL, label: 'cancelled' }), JSON_TYPE, PATH, 422],
    ['more than a record holds', JSON.stringify({ ...LABEL, more: 'x'.repeat(600_000) }), JSON_TYPE, PATH, 413],
    ['more than a body holds', 'x'.repeat(MAX_BODY_BYTES + 1), JSON_TYPE, PATH, 413],
    ['another type', '<a/>', { 'content-type': 'text/xml' }, PATH, 415],
    ['another pipeline', JSON.stringify(LABEL), JSON_TYPE, '/v1/pipelines/nope/feedback', 404],
  ])('is refused: %s', async (...[, body, headers, path, status]) => {
    const before = published().length;
    const answer = await post(body, headers, path);
    expect(answer).toMatchObject({ status, body: { status } });
    expect(published()).toHaveLength(before);
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
    const labels = Array.from({ length: 1_000 }, (_, at) => ({ ...LABEL, id: `S-${at}` }));
    const waiting = Array.from({ length: 5 }, () => post(labels));
    await full;
    const refused = await post(LABEL);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    release();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
  });

  it('that do not acknowledge are a 503 that tells what to send again', async () => {
    acknowledge = () => Promise.reject(new Error('no brokers'));
    expect(await post({ ...LABEL, id: 'unsent' })).toMatchObject({
      status: 503,
      body: { feedback: [{ kind: 'label', id: 'unsent' }] },
    });
  });
});

describe('decisions over HTTP', () => {
  it('are listed, and a query that is not valid is refused with every violation', async () => {
    const url = `${service.url}/v1/pipelines/flight-delay/decisions`;
    expect(await (await fetch(`${url}?entity=N1&limit=5`)).json()).toEqual({
      pipeline: 'flight-delay',
      decisions: [],
      nextCursor: null,
    });
    const refused = await fetch(`${url}?limit=0&from=noon&cursor=AAAA`);
    expect(refused.status).toBe(400);
    const { errors } = (await refused.json()) as { errors: { pointer: string }[] };
    expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual(['/cursor', '/from', '/limit']);
    expect((await fetch(`${service.url}/v1/pipelines/nope/decisions`)).status).toBe(404);
  });
});
