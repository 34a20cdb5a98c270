import { setTimeout as sleep } from 'node:timers/promises';
import { resultsTopic } from '@pitwall/contracts';
import {
  kafkaClient,
  type MessagingClient,
  type OutboundRecord,
  type Publisher,
  type TopicAdmin,
} from '@pitwall/messaging';
import { stackForTests, uniquePipelineName } from '@pitwall/testing';
import { documentsOf, runCli } from './run-cli.js';

const silent = (): void => undefined;
const SILENT = { debug: silent, info: silent, warn: silent, error: silent };
const PIPELINE = uniquePipelineName();
const TOPIC = resultsTopic.name(PIPELINE);

const aResult = (id: string, entity: string): OutboundRecord => ({
  topic: TOPIC,
  partition: entity === 'N1' ? 0 : 1,
  key: Buffer.from(entity),
  value: Buffer.from(
    JSON.stringify({
      resultId: '60981cec-c8ac-5cf0-9872-ae3d3e87e261',
      pipeline: PIPELINE,
      event: { source: '/p', id, time: '2026-01-01T00:00:00.000Z' },
      entity,
      decision: 'proceed',
      score: 0.25,
      threshold: 0.5,
      policyVersion: '1',
      model: { name: 'champion', version: '1.0.0', digest: 'a'.repeat(64) },
      fallback: null,
      expectedValue: null,
      late: false,
      traceId: 'b'.repeat(32),
      decidedAt: '2026-01-01T00:00:00.000Z',
    }),
  ),
  headers: [],
});

describe('pitwall tail', () => {
  let env: Record<string, string>;
  let client: MessagingClient;
  let publisher: Publisher;
  let admin: TopicAdmin;
  beforeAll(async () => {
    const { kafkaBrokers } = await stackForTests();
    env = { KAFKA_BROKERS: kafkaBrokers.join(',') };
    client = kafkaClient({ brokers: kafkaBrokers, clientId: 'tail-test', sessionTimeoutMs: 6_000 }, SILENT);
    publisher = await client.publisher();
    admin = await client.admin();
    await admin.create([{ name: TOPIC, partitions: 2, config: {} }], 1);
    await publisher.send([aResult('e-1', 'N1'), aResult('e-2', 'N2'), aResult('e-3', 'N1')]);
  });
  afterAll(async () => {
    await publisher.close();
    await admin.close();
  });

  const tail = (argv: readonly string[], more: Parameters<typeof runCli>[1] = {}) =>
    runCli(['tail', '--pipeline', PIPELINE, ...argv], { env, ...more });

  it('shows what is there, in the order of each partition, and ends', async () => {
    const { code, out, err } = await tail(['--from-beginning', '--no-follow']);
    expect([code, err]).toEqual([0, '']);
    const lines = out.trimEnd().split('\n');
    expect(lines.filter((line) => line.includes('N1')).map((line) => /e-\d/.exec(line)?.[0])).toEqual(['e-1', 'e-3']);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(
      /^\d{4}-\d\d-\d\dT\S+Z {2,}\d:\d {2}N\d {8}e-\d +proceed {4}0\.2500 of 0\.5000 {2}champion@1\.0\.0$/,
    );
  });

  it('gives one JSON document a line, of one entity, from a time on, and no more than asked for', async () => {
    const all = documentsOf(await tail(['--from-beginning', '--no-follow', '--entity', 'N1', '--json']));
    expect(all.map(({ value }) => value)).toMatchObject([{ event: { id: 'e-1' } }, { event: { id: 'e-3' } }]);
    expect(documentsOf(await tail(['--from-beginning', '--limit', '2', '--json']))).toHaveLength(2);
    expect(documentsOf(await tail(['--since', '1h', '--no-follow', '--json']))).toHaveLength(3);
    const later = await tail(['--since', '2100-01-01', '--no-follow', '--json']);
    expect([later.code, later.out]).toEqual([0, '']);
  });

  it('follows what is appended from now on, until Ctrl-C, and joins no group', async () => {
    const stop = new AbortController();
    const before = new Set((await admin.groups('')).map(({ groupId }) => groupId));
    const running = tail(['--json'], { signal: stop.signal, onOut: () => stop.abort() });
    // It is not known from outside when it has found the end: so there is something new until it has seen one.
    for (let index = 0; !stop.signal.aborted && index < 200; index += 1) {
      await publisher.send([aResult(`new-${index}`, 'N1')]);
      await sleep(100);
    }
    const run = await running;
    expect(run.code).toBe(0);
    expect(run.out).toContain('"id":"new-');
    expect(run.out).not.toContain('"id":"e-');
    expect((await admin.groups('')).filter(({ groupId }) => !before.has(groupId))).toEqual([]);
  });

  it('ends with 3 where the pipeline has no such topic', async () => {
    const { code, err } = await runCli(['tail', '--pipeline', 'no-such'], { env });
    expect([code, err]).toEqual([3, expect.stringContaining('has no topic no-such.results.v1')]);
  });

  it('ends with 5 where no broker answers', async () => {
    const { code, err } = await runCli(['tail', '--pipeline', 'p', '--kafka', '127.0.0.1:1']);
    expect([code, err]).toEqual([5, expect.stringContaining('Kafka at 127.0.0.1:1 does not answer')]);
  });
});
