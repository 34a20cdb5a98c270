import { fileURLToPath } from 'node:url';
import { problemSchema } from '@pitwall/contracts';
import { InMemoryBroker, type MessagingClient } from '@pitwall/messaging';
import { createLogger } from '@pitwall/telemetry';
import { z } from 'zod';
import { baseConfigShape, readConfig, type RunningService, startService } from '../src/index.js';
import { journal, ThingsModule } from './things.js';

const PIPELINE = fileURLToPath(new URL('../../../pipelines/flight-delay', import.meta.url));
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const configSchema = z.object(baseConfigShape);

const lines: string[] = [];
const failures: Error[] = [];
let broker: InMemoryBroker;
let service: RunningService;

interface Start {
  readonly environment?: Readonly<Record<string, string>>;
  readonly messaging?: MessagingClient;
}

async function start({ environment = {}, messaging = broker.client() }: Start = {}): Promise<RunningService> {
  const reading = readConfig(configSchema, {
    KAFKA_BROKERS: '127.0.0.1:9',
    HTTP_PORT: '0',
    PITWALL_PIPELINES: PIPELINE,
    ...environment,
  });
  if (!reading.isValid) throw new Error(reading.problems.join());
  const logger = createLogger({
    service: 'things',
    level: 'debug',
    destination: { write: (line) => void lines.push(line) },
  });
  const onFailure = (error: Error): void => void failures.push(error);
  const spec = { name: 'things', configSchema, module: ThingsModule };
  service = await startService(spec, { config: reading.config, version: '1.2.3', logger, messaging, onFailure });
  return service;
}

beforeEach(() => {
  for (const list of [journal, lines, failures]) list.length = 0;
  broker = new InMemoryBroker();
  broker.createTopic('flight-delay.events.v1', 2);
  broker.createTopic('flight-delay.features.v1', 2);
});
afterEach(async () => {
  await service.stop().catch(() => undefined);
});

async function get(path: string, init?: RequestInit): Promise<{ status: number; headers: Headers; body: never }> {
  const response = await fetch(service.url + path, init);
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) as never };
}

/** Looks until it is so; the time limit is that of the test. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function publish(): Promise<void> {
  const publisher = await broker.client().publisher();
  const value = Buffer.from('{}');
  await publisher.send([{ topic: 'flight-delay.events.v1', partition: 0, key: null, value, headers: [] }]);
}

describe('a service that runs', () => {
  beforeEach(async () => {
    await (
      await start()
    ).started;
    await until(async () => (await get('/readyz')).status === 200);
  });

  it('says that it lives and is ready, and why', async () => {
    expect(await get('/livez')).toMatchObject({ status: 200, body: { status: 'live' } });
    expect((await get('/readyz')).body).toEqual({
      status: 'ready',
      checks: { kafka: { status: 'up' }, 'consumer pitwall.things.events.flight-delay': { status: 'up' } },
    });
    expect((await fetch(`${service.url}/livez`, { method: 'HEAD' })).status).toBe(200);
    expect(await get('/livez', { method: 'POST' })).toMatchObject({ status: 405 });
  });

  it('hands out its OpenAPI document', async () => {
    const document = { openapi: '3.1.0', info: { title: 'Pitwall things', version: '1.2.3' } };
    expect(await get('/openapi.json')).toMatchObject({ status: 200, body: document });
  });

  it('answers /readyz within a second when a check hangs, and lives on', async () => {
    await get('/v1/things/hang');
    const startedAt = performance.now();
    const { status, body } = await get('/readyz');
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect({ status, body }).toMatchObject({ status: 503, body: { checks: { hanging: { status: 'down' } } } });
    expect((await get('/livez')).status).toBe(200);
  });

  it.each([
    ['an unknown route', '/v1/nothing', undefined, { status: 404 }],
    ['an HTTP exception', '/v1/things/conflict', undefined, { status: 409, detail: 'there are two of them' }],
    ['a wrong method', '/v1/things/7', { method: 'DELETE' }, { status: 404 }],
    ['a body that is not JSON', '/v1/things', aPost('{"name":'), { status: 400 }],
    ['a body of another type', '/v1/things', aPost('a', 'text/csv'), { status: 415 }],
    ['a body over 1 MiB', '/v1/things', aPost(`"${'a'.repeat(1024 * 1024)}"`), { status: 413 }],
    [
      'a body of the wrong form',
      '/v1/things',
      aPost('{"name":"a","size":-1}'),
      {
        status: 400,
        errors: [expect.objectContaining({ pointer: '/name' }), expect.objectContaining({ pointer: '/size' })],
      },
    ],
    [
      'a parameter of the wrong form',
      '/v1/things?limit=99',
      undefined,
      { status: 400, errors: [expect.objectContaining({ pointer: '/limit' })] },
    ],
  ])('answers %s as a problem', async (...[, path, init, expected]) => {
    const { status, headers, body } = await get(path, init);
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(problemSchema.parse(body)).toMatchObject({ ...expected, traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(status).toBe(expected.status);
  });

  it('tells nothing of a defect but the trace id, and logs it', async () => {
    const { body } = await get('/v1/things/broken', { headers: { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-00` } });
    expect(body).toMatchObject({ status: 500, traceId: TRACE_ID });
    expect(JSON.stringify(body)).not.toContain('sesame');
    const line = lines.find((candidate) => candidate.includes('"level":"error"')) ?? '';
    expect(JSON.parse(line)).toMatchObject({ trace_id: TRACE_ID, err: { message: 'the password is sesame' } });
  });

  it.each([
    ['01', { traceId: TRACE_ID, traceFlags: 1 }],
    ['00', { traceId: TRACE_ID, traceFlags: 0, spanId: 'b7ad6b7169203331' }],
  ])('goes on with the trace of its caller, flags %s', async (flags, expected) => {
    const headers = { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-${flags}` };
    expect((await get('/v1/things/trace', { headers })).body).toMatchObject({ active: expected });
    const made = await get('/v1/things', aPost('{"name":"wing","size":2}', 'application/json', headers));
    expect(made.body).toEqual({ name: 'wing', size: 2, traceId: TRACE_ID });
  });

  it('gives every request an id, and says nothing of what it is made of', async () => {
    const { headers } = await get('/v1/things/7', { headers: { 'x-request-id': 'mine-1' } });
    expect(headers.get('x-request-id')).toBe('mine-1');
    expect((await get('/v1/things/7')).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.has('x-powered-by')).toBe(false);
    expect(headers.has('server')).toBe(false);
  });

  it('takes the longest event id in a path', async () => {
    const id = 'é'.repeat(256);
    expect((await get(`/v1/things/${encodeURIComponent(id)}`)).body).toEqual({ id });
  });

  it('measures requests by route, not by path', async () => {
    await get('/v1/things/7');
    await get('/v1/things/8');
    const text = await (await fetch(`${service.url}/metrics`)).text();
    expect(text).toMatch(/http_server_request_duration_count\{[^}]*http_route="\/v1\/things\/:id"[^}]*\} 2\n/);
    expect(text).toMatch(/service_name="things",service_version="1\.2\.3"/);
  });
});

describe('a service that is stopped', () => {
  it('finishes and commits the batch in hand and the request in hand before anything is closed', async () => {
    await (
      await start()
    ).started;
    await publish();
    await until(() => journal.includes('batch begins'));
    const request = get('/v1/things/slow');
    await until(() => journal.includes('request begins'));
    const stopped = service.stop();
    expect(await get('/readyz')).toMatchObject({ status: 503, body: { checks: { shutdown: { reason: 'stopping' } } } });
    expect(await request).toMatchObject({ status: 200, body: { slow: true } });
    await stopped;
    expect(journal.at(-1)).toBe('module destroyed');
    expect(journal).toEqual(expect.arrayContaining(['batch ends', 'request ends']));
    const admin = await broker.client().admin();
    const committed = await admin.committedOffsets('pitwall.things.events.flight-delay', 'flight-delay.events.v1');
    expect([...committed]).toContainEqual([0, 1]);
    expect(broker.records('flight-delay.features.v1')).toHaveLength(1);
    await expect(fetch(`${service.url}/livez`)).rejects.toThrow('fetch failed');
    expect(failures).toEqual([]);
  });

  it('says so when the work in hand is not done in time', async () => {
    await (
      await start({ environment: { SHUTDOWN_GRACE_MS: '100' } })
    ).started;
    await publish();
    await until(() => journal.includes('batch begins'));
    await expect(service.stop()).rejects.toMatchObject({ code: 'shutdown_incomplete' });
    await until(() => journal.includes('module destroyed'));
  });

  it('stops while it still waits for Kafka', async () => {
    await start({ messaging: unreachable(broker.client(), () => false) });
    await service.stop();
    await expect(service.started).rejects.toMatchObject({ code: 'stopped' });
    expect(failures).toEqual([]);
  });
});

describe('a service that is started before Kafka', () => {
  it('lives, is not ready, says what it waits for, and starts when Kafka is there', async () => {
    let isThere = false;
    await start({ messaging: unreachable(broker.client(), () => isThere) });
    await until(() => lines.some((line) => line.includes('Kafka is not there yet')));
    expect(await get('/livez')).toMatchObject({ status: 200 });
    expect(await get('/readyz')).toMatchObject({
      status: 503,
      body: { checks: { startup: { status: 'down', reason: 'waiting for Kafka: no broker answers' } } },
    });
    const refused = await get('/v1/things/7');
    expect(refused).toMatchObject({ status: 503, body: { status: 503 } });
    expect(refused.headers.get('retry-after')).toBe('1');
    isThere = true;
    await service.started;
    expect((await get('/v1/things/7')).body).toEqual({ id: '7' });
    await until(async () => (await get('/readyz')).status === 200);
    isThere = false;
    expect(await get('/readyz')).toMatchObject({ status: 503, body: { checks: { kafka: { status: 'down' } } } });
  });
});

describe('a service that cannot start', () => {
  it('names the port that is taken', async () => {
    await start();
    const { port } = new URL(service.url);
    const first = service;
    await expect(start({ environment: { HTTP_PORT: port } })).rejects.toMatchObject({
      code: 'port_taken',
      message: expect.stringContaining(`127.0.0.1:${port} is taken`),
    });
    service = first;
  });

  it('names all that is wrong with its pipelines', async () => {
    const first = await start();
    const work = start({ environment: { PITWALL_PIPELINES: `/nowhere/one,/nowhere/two` } });
    await expect(work).rejects.toMatchObject({
      code: 'invalid_pipelines',
      message: expect.stringMatching(/\/nowhere\/one[^]*\/nowhere\/two/),
    });
    service = first;
  });

  it('refuses the same pipeline twice', async () => {
    const first = await start();
    const work = start({ environment: { PITWALL_PIPELINES: `${PIPELINE},${PIPELINE}/` } });
    await expect(work).rejects.toThrow('flight-delay is given more than once');
    service = first;
  });
});

function aPost(body: string, type = 'application/json', headers: Readonly<Record<string, string>> = {}): RequestInit {
  return { method: 'POST', body, headers: { 'content-type': type, ...headers } };
}

/** A client whose cluster answers only while it is there. */
function unreachable(client: MessagingClient, isThere: () => boolean): MessagingClient {
  return {
    ...client,
    admin: async () => ({
      ...(await client.admin()),
      clusterId: async () => {
        if (!isThere()) throw new Error('no broker answers');
        return 'spec';
      },
    }),
  };
}
