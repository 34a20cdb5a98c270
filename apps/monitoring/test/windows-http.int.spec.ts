import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  outcomesTopic,
  predictionsTopic,
  resultsTopic,
  TOPICS,
  type TopicSpec,
  type WindowsView,
  windowsViewSchema,
} from '@pitwall/contracts';
import { cloudEventHeaders, InMemoryBroker } from '@pitwall/messaging';
import { loadPipeline } from '@pitwall/pipeline';
import { readConfig, type RunningService, startService } from '@pitwall/runtime';
import { createLogger } from '@pitwall/telemetry';
import { eventually, type FreshDatabase, freshDatabase, routesOf } from '@pitwall/testing';
import { AppModule } from '../src/app.module.js';
import { configSchema } from '../src/config.js';
import { DATABASE_OF_MONITORING } from '../src/database.js';

const ROOT = join(import.meta.dirname, '../../..');
const FOLDER = join(ROOT, 'pipelines/flight-delay');
const PATH = '/v1/pipelines/flight-delay/windows';

/** When each record of the event was appended, milliseconds: 10, 20, 30 and 40 after the one before. */
const AT = { raw: 1_000, features: 1_010, prediction: 1_030, result: 1_060, outcome: 1_100 };

let broker: InMemoryBroker;
let database: FreshDatabase;
let service: RunningService;
let now = 0;

/** Appends the typical message of a topic, as if made of a record that was appended at `inputAppendedAt`. */
async function publish(topic: TopicSpec, at: number, inputAppendedAt: number): Promise<void> {
  const file = join(ROOT, `fixtures/messages/${topic.message}/valid/typical.json`);
  const headers = cloudEventHeaders({
    type: `pitwall.${topic.message}.v1`,
    source: '/test',
    id: 'a',
    time: '2013-04-01T09:15:00Z',
    subject: 'N14228',
    traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-00`,
    origin: {
      topic: 'flight-delay.events.v1',
      partition: 0,
      offset: 0,
      appendedAt: AT.raw,
      digest: 'd'.repeat(64),
    },
    inputAppendedAt,
  });
  now = at;
  const publisher = await broker.client().publisher();
  const name = topic.name('flight-delay');
  await publisher.send([{ topic: name, partition: 0, key: Buffer.from('N14228'), value: readFileSync(file), headers }]);
  await publisher.close();
}

const get = (path: string): Promise<Response> => fetch(`${service.url}${path}`);

const view = async (): Promise<WindowsView> => windowsViewSchema.parse(await (await get(PATH)).json());

beforeAll(async () => {
  broker = new InMemoryBroker({ now: () => now });
  database = await freshDatabase();
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
      name: 'monitoring',
      configSchema,
      module: AppModule,
      database: DATABASE_OF_MONITORING,
    },
    {
      config: reading.config,
      version: '0.0.0',
      logger: createLogger({ service: 'monitoring', level: 'fatal' }),
      messaging: broker.client(),
      onFailure: (error) => {
        throw error;
      },
    },
  );
  await service.started;
});

afterAll(async () => {
  await service.stop();
  await database.drop();
});

it('documents every route that it serves, and no other', async () => {
  const { served, documented } = await routesOf(service);
  expect(served).toEqual(documented);
  expect(served).toContain('GET /v1/pipelines/{pipeline}/windows');
});

it('shows the window of an event with the latency of each hop, and of all of them', async () => {
  await publish(predictionsTopic, AT.prediction, AT.features);
  await publish(resultsTopic, AT.result, AT.prediction);
  await publish(outcomesTopic, AT.outcome, AT.result);
  // A copy, which came later.
  await publish(resultsTopic, AT.result + 5_000, AT.prediction);
  const window = await eventually(
    async () => {
      const [first] = (await view()).windows;
      return first?.predictions === 1 && first.results === 1 && first.hopLatencyMs.outcomes.count > 0 ? first : null;
    },
    { what: 'the window of the event', timeoutMs: 20_000 },
  );
  expect(window).toMatchObject({ from: '2013-04-01T09:00:00.000Z', predictions: 1, results: 1 });
  const { features, predictions, results, outcomes } = window.hopLatencyMs;
  for (const [quantiles, ms] of [
    [features, 10],
    [predictions, 20],
    [results, 30],
    [outcomes, 40],
    [window.latencyMs, 60],
  ] as const) {
    expect(quantiles.count).toBe(1);
    expect(Math.abs((quantiles.p50 as number) - ms)).toBeLessThanOrEqual(ms / 100);
  }
});

it.each([
  ['limit=0', 400, 'limit'],
  ['from=yesterday', 400, 'from'],
])('refuses %s with %i', async (query, status, named) => {
  const answer = await get(`${PATH}?${query}`);
  expect(answer.status).toBe(status);
  expect(((await answer.json()) as { detail: string }).detail).toContain(named);
});

it('knows no other pipeline', async () => {
  expect((await get('/v1/pipelines/nope/windows')).status).toBe(404);
});
