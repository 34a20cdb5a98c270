import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaClient, type MessagingClient } from '@pitwall/messaging';
import { findFreePort, type Stack, startStack } from '@pitwall/stack';
import { createLogger } from '@pitwall/telemetry';
import { eventually } from '@pitwall/testing';
import { type ServiceProcess, spawnExample } from './service-process.js';

const EVENTS = 'flight-delay.events.v1';
const FEATURES = 'flight-delay.features.v1';
const GROUP = 'pitwall.example.events.flight-delay';
const URL_LINE = /"url":"(http[^"]+)"/;

let stack: Stack;
let client: MessagingClient;
let service: ServiceProcess;

async function readiness(url: string): Promise<number> {
  return (await fetch(`${url}/readyz`)).status;
}

async function publish(count: number): Promise<void> {
  const publisher = await client.publisher();
  const value = Buffer.from('{}');
  await publisher.send(
    Array.from({ length: count }, () => ({ topic: EVENTS, partition: 0, key: null, value, headers: [] })),
  );
  await publisher.close();
}

async function positions(): Promise<{ committed: number | undefined; written: number | undefined }> {
  const admin = await client.admin();
  const committed = await admin.committedOffsets(GROUP, EVENTS);
  const written = await admin.endOffsets(FEATURES);
  await admin.close();
  return { committed: committed.get(0), written: written.get(0) };
}

afterAll(async () => {
  service.child.kill('SIGKILL');
  await stack.stop();
});

describe('a service on real Kafka and PostgreSQL', () => {
  let environment: Record<string, string>;
  let url = '';

  it('comes up by itself when it was started before them', async () => {
    const [kafka, kafkaController, postgres] = [await findFreePort(), await findFreePort(), await findFreePort()];
    const home = mkdtempSync(join(tmpdir(), 'pitwall-runtime-'));
    environment = {
      KAFKA_BROKERS: `127.0.0.1:${kafka}`,
      HTTP_PORT: '0',
      PITWALL_PIPELINES: 'pipelines/flight-delay',
      EXAMPLE_DELAY_MS: '1000',
    };
    // The stack makes its password when it is first started: the one that waits for Kafka is started without a database.
    service = spawnExample(environment);
    [, url = ''] = await service.saying(URL_LINE);
    await service.saying(/Kafka is not there yet/);
    stack = await startStack({ home, isTemporary: true, ports: { kafka, kafkaController, postgres } });
    client = kafkaClient(
      { brokers: stack.kafkaBrokers, clientId: 'spec', sessionTimeoutMs: 6_000 },
      createLogger({ service: 'spec', level: 'error' }),
    );
    const admin = await client.admin();
    const topics = [EVENTS, FEATURES].map((name) => ({ name, partitions: 1, config: {} }));
    await admin.create(topics, 1);
    await admin.close();
    await eventually(async () => (await readiness(url)) === 200, {
      what: 'the service to be ready',
      timeoutMs: 30_000,
    });
    expect(service.child.exitCode).toBeNull();
  });

  it('finishes and commits the batch in hand when it is asked to stop in the middle of it', async () => {
    await publish(10);
    await service.saying(/begin 10/);
    service.child.kill('SIGTERM');
    expect(await readiness(url)).toBe(503);
    expect(await service.exited).toBe(0);
    expect(service.stderr()).toContain('end 10');
    expect(await positions()).toEqual({ committed: 10, written: 10 });
  });

  it('redelivers nothing to its successor, which migrates its database first', async () => {
    service = spawnExample({ ...environment, DATABASE_URL: stack.databaseUrl });
    [, url = ''] = await service.saying(URL_LINE);
    await eventually(async () => (await readiness(url)) === 200, {
      what: 'the service to be ready',
      timeoutMs: 30_000,
    });
    const report = (await (await fetch(`${url}/readyz`)).json()) as object;
    expect(report).toMatchObject({ status: 'ready', checks: { postgres: { status: 'up' }, kafka: { status: 'up' } } });
    await publish(1);
    await service.saying(/end 1\n/);
    expect(service.stderr()).not.toContain('begin 10');
    await eventually(async () => (await positions()).committed === 11, { what: 'the commit' });
  });

  it('is not ready while Kafka is down and ready again when it is back', async () => {
    await stack.kafka?.stop();
    await eventually(async () => (await readiness(url)) === 503, { what: 'not ready', timeoutMs: 20_000 });
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    await stack.kafka?.start();
    await eventually(async () => (await readiness(url)) === 200, { what: 'ready again', timeoutMs: 40_000 });
  });
});
