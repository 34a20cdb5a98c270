import { type Database, PartitionClaims } from '@pitwall/persistence';
import { commitTogether, type DecisionBatch } from '../src/decisions/commit-decisions.js';
import type { Decision } from '../src/decisions/decision.js';
import { BatchStore } from '../src/storage/batch-store.service.js';
import { aDecision } from './a-decision.js';
import { openTestDatabase, type TestDatabase } from './open-test-database.js';

let opened: TestDatabase;
let database: Database;

beforeEach(async () => {
  opened = await openTestDatabase('commit-together-test');
  database = opened.database;
});

afterEach(() => opened.close());

const store = (): BatchStore => new BatchStore(database, new PartitionClaims(database));

/** A batch under a claim of its own: an earlier one of the partition is stale from then on. */
async function aBatch(partition: number, decisions: readonly Decision[]): Promise<DecisionBatch> {
  const assignment = { id: 1, committedOffset: null, logStartOffset: 0, isHeld: () => true };
  const request = { group: 'g', topic: 'flights.predictions.v1', partition, assignment };
  const claim = await new PartitionClaims(database).claim(request);
  const heartbeat = (): Promise<void> => Promise.resolve();
  return { decisions, claim, nextOffset: 10 + partition, redriven: [], heartbeat };
}

async function commit(batches: readonly DecisionBatch[]): Promise<readonly (readonly string[])[]> {
  const settled = await commitTogether(store(), batches);
  return settled.map((settlements) => settlements.map(({ kind }) => kind));
}

async function storedIds(): Promise<string[]> {
  const { rows } = await database.pool.query<{ event_id: string }>('SELECT event_id FROM decisions ORDER BY event_id');
  return rows.map(({ event_id }) => event_id);
}

async function progress(): Promise<number[]> {
  const { rows } = await database.pool.query<{ next_offset: string }>(
    'SELECT next_offset FROM partition_progress ORDER BY partition',
  );
  return rows.map(({ next_offset }) => Number(next_offset));
}

describe('commitTogether', () => {
  it('stores the batches of several partitions and all of their progress', async () => {
    const batches = await Promise.all([
      aBatch(0, [aDecision({ id: 'a' }), aDecision({ id: 'b' })]),
      aBatch(1, []),
      aBatch(2, [aDecision({ id: 'c' })]),
    ]);
    await expect(commit(batches)).resolves.toEqual([['inserted', 'inserted'], [], ['inserted']]);
    await expect(storedIds()).resolves.toEqual(['a', 'b', 'c']);
    await expect(progress()).resolves.toEqual([10, 11, 12]);
  });

  it('decides an identity once that comes on two partitions', async () => {
    const copy = (offset: number): Decision => aDecision({ id: 'a', offset, content: 'one' });
    const copies = await Promise.all([0, 1].map((partition) => aBatch(partition, [copy(partition)])));
    await expect(commit(copies)).resolves.toEqual([['inserted'], ['duplicate']]);
    await expect(storedIds()).resolves.toEqual(['a']);
  });

  it('writes nothing where one of the partitions was claimed by somebody else', async () => {
    const batches = [await aBatch(0, [aDecision({ id: 'a' })]), await aBatch(1, [aDecision({ id: 'b' })])];
    await aBatch(1, []);
    await expect(commit(batches)).rejects.toMatchObject({ code: 'stale_claim' });
    await expect(storedIds()).resolves.toEqual([]);
    await expect(progress()).resolves.toEqual([0, 0]);
  });

  it('rejects as a whole where PostgreSQL refuses a row of one of them: alone, each has its own end', async () => {
    const refused = { ...aDecision({ id: 'refused' }), score: 2 };
    const batches = [await aBatch(0, [aDecision({ id: 'a' })]), await aBatch(1, [refused, aDecision({ id: 'b' })])];
    await expect(commit(batches)).rejects.toMatchObject({ code: '23514' });
    await expect(storedIds()).resolves.toEqual([]);
    await expect(Promise.all(batches.map((batch) => commit([batch])))).resolves.toEqual([
      [['inserted']],
      [['refused', 'inserted']],
    ]);
  });
});
