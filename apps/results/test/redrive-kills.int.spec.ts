import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventsTopic, HEADER, type RedriveAnswer, type RedriveView, resultMessageSchema } from '@pitwall/contracts';
import { eventually } from '@pitwall/testing';
import { aDeadLetter } from './a-dead-letter.js';
import { copiesBy, type ReadRecord } from './read-record.js';
import { ResultsWorld } from './results-world.js';

const KILLS = 3;
const OF_EACH = 40;

let world: ResultsWorld;
let folder: string;

beforeAll(async () => {
  world = await ResultsWorld.open();
  folder = mkdtempSync(join(tmpdir(), 'pitwall-redrive-kills-'));
});

afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

const range = (from: number): number[] => Array.from({ length: OF_EACH }, (_, at) => from + at);

/** Predictions that died of something that is gone, and raw records: nobody reads these here, so that nothing decides them. */
const letters = () => [
  ...range(0).map((offset) => {
    const { partition, key, value, headers } = world.prediction(offset);
    const identity = { source: '/flights', id: `E-${offset}` };
    const record = { topic: 'predictions', stage: 'results', reason: 'contract_violation' } as const;
    return aDeadLetter({ ...record, pipeline: world.pipeline, offset, partition, key, value, headers, identity });
  }),
  ...range(1_000).map((offset) => aDeadLetter({ pipeline: world.pipeline, offset })),
];

async function ask<Body>(url: string, body?: object): Promise<Body> {
  const headers = { 'content-type': 'application/json' };
  const request = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch(url, request);
  expect(response.status).toBe(200);
  return (await response.json()) as Body;
}

describe('a redrive that is killed between its send and the note of it', () => {
  it('three times, takes effect once, and counts its copies', async () => {
    const events = await world.follow(eventsTopic);
    const log = join(folder, 'failpoints.jsonl');
    const lease = { REDRIVE_LEASE_MS: '1000' };
    const doom = { ...lease, PITWALL_FAILPOINTS: 'after_redrive_send=kill', PITWALL_FAILPOINT_LOG: log };

    const first = await world.start(doom);
    await world.send(letters());
    await eventually(async () => (await keptLetters()) === 2 * OF_EACH, {
      what: 'the dead letters',
      timeoutMs: 30_000,
    });
    const path = `/v1/pipelines/${world.pipeline}/redrives`;
    const request = { filter: {}, by: 'kay', why: 'a test', ratePerSecond: 5_000 };
    const { plan, redrive } = await ask<RedriveAnswer>(`${first.url}${path}`, request);
    expect(plan.toSend.map(({ records }) => records)).toEqual([OF_EACH, OF_EACH]);
    await expect(first.ended()).resolves.toBe('SIGKILL');
    for (let kill = 2; kill <= KILLS; kill += 1) await expect(world.runToItsEnd(doom)).resolves.toBe('SIGKILL');
    expect(readFileSync(log, 'utf8').trim().split('\n')).toHaveLength(KILLS);

    const last = await world.start(lease);
    const view = await eventually(
      async () => {
        const now = await ask<RedriveView>(`${last.url}${path}/${redrive?.redriveId}`);
        return now.state === 'done' && now.outcomes.decided === OF_EACH ? now : null;
      },
      { what: 'the end of the redrive', timeoutMs: 60_000 },
    );

    expect(view.progress).toMatchObject({ records: 2 * OF_EACH, sent: 2 * OF_EACH, waiting: 0, skipped: 0 });
    expect(view.outcomes).toEqual({ decided: OF_EACH, diedAgain: 0, pending: OF_EACH });
    const sent = await eventually(() => (events.length === (KILLS + 1) * OF_EACH ? events : null), {
      what: 'every copy on the events topic',
    });
    expect(view.progress.repeatedSends).toBeGreaterThanOrEqual(KILLS * OF_EACH);
    const copies = copiesBy((record) => record.header(HEADER.origin) ?? '', sent);
    expect([...copies.values()].map((same) => [same.length, new Set(same).size])).toEqual(
      range(0).map(() => [KILLS + 1, 1]),
    );
    await expect(decisions()).resolves.toEqual({ rows: OF_EACH, events: OF_EACH });
    const published = copiesBy(resultId, world.results);
    expect([...published.values()].every((same) => new Set(same).size === 1)).toBe(true);
    expect(world.deadLetters).toHaveLength(2 * OF_EACH);
    await expect(last.stop()).resolves.toBe(0);
  }, 180_000);
});

const resultId = (record: ReadRecord): string => resultMessageSchema.parse(JSON.parse(record.value)).resultId;

async function keptLetters(): Promise<number> {
  const { rows } = await world.pool.query<{ count: number }>('SELECT count(*)::int AS count FROM dead_letters');
  return rows[0]?.count ?? 0;
}

async function decisions(): Promise<unknown> {
  const text = 'SELECT count(*)::int AS rows, count(DISTINCT event_id)::int AS events FROM decisions';
  return (await world.pool.query<{ rows: number; events: number }>(text)).rows[0];
}
