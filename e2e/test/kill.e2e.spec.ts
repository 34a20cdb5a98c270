import { predictionsTopic, resultsTopic } from '@pitwall/contracts';
import type { InboundRecord } from '@pitwall/messaging';
import { eventually } from '@pitwall/testing';
import { Client } from 'pg';
import { flightMessage } from './flight-events.js';
import { publishPlainly, rewindGroup } from './plain-kafka.js';
import { startTestPlatform, type TestPlatform } from './test-platform.js';
import { resultOf } from './topic-log.js';

const EVENTS = 3_000;
const KILLS = 2;
const ALL_DECIDED_WITHIN_MS = 60_000;

const bytesOf = ({ key, value, headers }: InboundRecord): string =>
  JSON.stringify([key, value, headers.map(({ name, value: header }) => [name, header])]);

describe('results, killed', () => {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await startTestPlatform();
  });
  afterAll(() => platform.stop());

  const results = (): readonly InboundRecord[] =>
    platform.log.records.filter(({ topic }) => topic === resultsTopic.name(platform.pipeline.name));

  /** Every copy by result id. */
  const copies = (): ReadonlyMap<string, InboundRecord[]> =>
    Map.groupBy(results(), (record) => resultOf(record).resultId);

  const query = async (sql: string): Promise<Record<string, unknown>[]> => {
    const client = new Client({ connectionString: platform.databaseUrl });
    await client.connect();
    const { rows } = await client.query<Record<string, unknown>>(sql);
    await client.end();
    return rows;
  };

  const allDecided = (): Promise<unknown> =>
    eventually(() => copies().size >= EVENTS, {
      what: `${EVENTS} different results on the topic`,
      timeoutMs: ALL_DECIDED_WITHIN_MS,
      everyMs: 200,
    });

  it('by kill -9 in the middle of the load, twice, loses nothing and decides nothing twice', async () => {
    const messages = Array.from({ length: EVENTS }, (_, index) =>
      flightMessage(platform, `load-${index}`, { tailnum: `N${index % 40}` }),
    );
    const sending = publishPlainly({ brokers: platform.brokers, topic: platform.eventsTopic }, messages);
    for (let kill = 1; kill <= KILLS; kill += 1) {
      await eventually(() => results().length > (kill * EVENTS) / 10, { what: 'some results', timeoutMs: 30_000 });
      await platform.service('results').kill('SIGKILL');
      await platform.service('results').restart();
    }
    await sending;
    await allDecided();
    const [stored] = await query(
      'SELECT count(*)::int AS decisions, count(DISTINCT event_id)::int AS events FROM results.decisions',
    );
    expect(stored).toEqual({ decisions: EVENTS, events: EVENTS });
    expect(platform.log.deadLetters).toEqual([]);
    const torn = [...copies().values()].filter((same) => new Set(same.map(bytesOf)).size > 1);
    expect(torn).toEqual([]);
  }, 120_000);

  it('and given everything once more, publishes the same bytes again', async () => {
    const before = new Map([...copies()].map(([id, [first]]) => [id, bytesOf(first as InboundRecord)]));
    await platform.service('results').stop();
    await rewindResults();
    await platform.service('results').restart();
    await eventually(() => [...copies().values()].every((same) => same.length >= 2), {
      what: 'a copy of every result',
      timeoutMs: ALL_DECIDED_WITHIN_MS,
      everyMs: 200,
    });
    const changed = results().filter((record) => before.get(resultOf(record).resultId) !== bytesOf(record));
    expect(changed).toEqual([]);
    const [stored] = await query('SELECT count(*)::int AS decisions FROM results.decisions');
    expect(stored).toEqual({ decisions: EVENTS });
  }, 120_000);

  /** Every prediction is delivered anew, as after a crash between PostgreSQL and Kafka. */
  function rewindResults(): Promise<void> {
    const { brokers, pipeline } = platform;
    return rewindGroup({
      brokers,
      groupId: `pitwall.results.predictions.${pipeline.name}`,
      topic: predictionsTopic.name(pipeline.name),
      partitions: pipeline.partitions,
    });
  }
});
