import { rmSync } from 'node:fs';
import { eventsTopic, type RetentionView, retentionViewSchema } from '@pitwall/contracts';
import { kafkaClient } from '@pitwall/messaging';
import { freshDatabase, stackForTests, uniquePipelineName } from '@pitwall/testing';
import { ResultsInMemory } from './results-in-memory.js';
import { ResultsProcess } from './results-process.js';
import { aDefinitionNamed } from './results-world.js';

const DAY_MS = 86_400_000;
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const today = (daysLater = 0): string => new Date(Date.now() + daysLater * DAY_MS).toISOString().slice(0, 10);

describe('what is kept', () => {
  let results: ResultsInMemory;

  beforeAll(async () => {
    results = await ResultsInMemory.start();
  });

  afterAll(() => results.stop());

  const viewed = async (): Promise<RetentionView> => retentionViewSchema.parse((await results.get('/retention')).body);

  it('is told with the horizon of duplicates, the generations and the next drop', async () => {
    const { duplicatesRecognisedDays, families } = await viewed();
    expect(duplicatesRecognisedDays).toBe(30);
    expect(families.map(({ family, days }) => [family, days])).toEqual([
      ['decisions', 90],
      ['dead_letters', 30],
    ]);
    const [decisions] = families;
    expect(decisions).toMatchObject({ tables: expect.arrayContaining(['decisions', 'labels']), longestDays: 90 });
    // The first generation began when the schema was made; midnight may have passed since.
    expect([today(), today(-1)]).toContain(decisions?.generations[0]);
    expect([today(23 + 91), today(22 + 91)]).toContain(decisions?.nextDropOn);
    expect(decisions).toMatchObject({ droppedBefore: null, lastDrop: null });
  });

  it('is told with the last drop, where there was one', async () => {
    await results.pool.query(
      "INSERT INTO generations VALUES ('decisions', '2025-01-01', '2025-05-01T00:00:00Z'), ('decisions', '2024-12-01', '2025-04-01T00:00:00Z')",
    );
    const [decisions] = (await viewed()).families;
    expect(decisions).toMatchObject({
      lastDrop: { generation: '2025-01-01', at: '2025-05-01T00:00:00.000Z' },
      droppedBefore: decisions?.generations[0],
    });
  });

  it('is asked of a pipeline that is here', async () => {
    const url = '/../no-such-pipeline/retention';
    await expect(results.get(url)).resolves.toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining('there is: flight-delay') },
    });
  });
});

describe('a topic that keeps records longer than their duplicates are recognised', () => {
  it('keeps the service from starting, which says so: what is read again then would be decided again', async () => {
    const [stack, database, pipeline] = [await stackForTests(), await freshDatabase(), uniquePipelineName()];
    const folder = aDefinitionNamed(pipeline);
    const admin = await kafkaClient(
      { brokers: stack.kafkaBrokers, clientId: pipeline, sessionTimeoutMs: 6_000 },
      silent,
    ).admin();
    try {
      const config = { 'retention.ms': String(31 * DAY_MS) };
      await admin.create([{ name: eventsTopic.name(pipeline), partitions: 1, config }], 1);
      const service = ResultsProcess.spawn({
        KAFKA_BROKERS: stack.kafkaBrokers.join(','),
        DATABASE_URL: database.databaseUrl,
        PITWALL_PIPELINES: folder,
        HTTP_PORT: '0',
      });
      await service.ended();
      expect(service.exitCode).toBe(1);
      expect(service.output).toContain('duplicates_forgotten');
      expect(service.output).toMatch(new RegExp(`${eventsTopic.name(pipeline)} keeps records for 31 days .* 30 days`));
    } finally {
      await admin.close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);
});
