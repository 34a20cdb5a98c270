import { armFailpoints } from '@pitwall/failpoints';
import { type Database, GenerationKeeper, PartitionClaims } from '@pitwall/persistence';
import { commitDecisions } from '../src/decisions/commit-decisions.js';
import type { Decision } from '../src/decisions/decision.js';
import type { Settlement } from '../src/decisions/settlement.js';
import { BatchStore } from '../src/storage/batch-store.service.js';
import { FAMILIES } from '../src/storage/families.js';
import { aDecision } from './a-decision.js';
import { openTestDatabase, type TestDatabase } from './open-test-database.js';

let opened: TestDatabase;
let database: Database;
let keeper: GenerationKeeper;
/** The day on which the database was made, so that the first generation began. */
let firstDay: string;

beforeEach(async () => {
  opened = await openTestDatabase('generations-test');
  database = opened.database;
  keeper = new GenerationKeeper(database, FAMILIES);
  await keeper.adopt([{ family: 'decisions', pipeline: 'flights', days: 4 }]);
  firstDay = (await generations())[0] ?? '';
});

afterEach(() => opened.close());

/** So many days after the first generation began. */
function day(after: number): string {
  return new Date(Date.parse(firstDay) + after * 86_400_000).toISOString().slice(0, 10);
}

async function generations(): Promise<readonly string[]> {
  return (await keeper.kept()).find(({ family }) => family === 'decisions')?.generations ?? [];
}

async function aWriter(partition = 0): Promise<(decisions: readonly Decision[]) => Promise<readonly Settlement[]>> {
  const claims = new PartitionClaims(database);
  const assignment = { id: 1, committedOffset: null, logStartOffset: 0, isHeld: () => true };
  const claim = await claims.claim({ group: 'g', topic: 'flights.predictions.v1', partition, assignment });
  const store = new BatchStore(database, claims);
  const progress = { claim, nextOffset: 100, redriven: [], heartbeat: () => Promise.resolve() };
  return (decisions) => commitDecisions(store, { decisions, ...progress });
}

const kindsOf = (settlements: readonly Settlement[]): string[] => settlements.map(({ kind }) => kind);

async function partitionsOf(table: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    'SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = $1::regclass ORDER BY 1',
    [table],
  );
  return rows.map(({ name }) => name);
}

async function count(from: string): Promise<number> {
  const { rows } = await database.pool.query<{ count: string }>(`SELECT count(*) FROM ${from}`);
  return Number(rows[0]?.count);
}

describe('a decision of an earlier generation', () => {
  it('is recognised, and its bytes are published again', async () => {
    const write = await aWriter();
    const first = [aDecision({ id: 'A', offset: 1, decidedAt: 1 }), aDecision({ id: 'B', offset: 2, content: 'b' })];
    await write(first);
    await keeper.turn(day(1));
    await write([aDecision({ id: 'C', offset: 3 })]);
    await keeper.turn(day(2));
    const again = await write([
      aDecision({ id: 'A', offset: 1, decidedAt: 2 }),
      aDecision({ id: 'B', offset: 9, content: 'b' }),
      aDecision({ id: 'B', offset: 10, content: 'other' }),
      aDecision({ id: 'C', offset: 3 }),
      aDecision({ id: 'D', offset: 4 }),
    ]);
    expect(kindsOf(again)).toEqual(['redelivered', 'duplicate', 'reused', 'redelivered', 'inserted']);
    expect(again[0]).toMatchObject({ publication: first[0]?.publication });
    await expect(generations()).resolves.toEqual([day(0), day(1), day(2)]);
    await expect(count('decisions')).resolves.toBe(4);
  });

  it('is inserted once by transactions around the beginning of the next', async () => {
    const writers = await Promise.all([0, 1, 2, 3].map((partition) => aWriter(partition)));
    let begun = 0;
    for (let round = 1; round <= 40; round += 1) {
      const ids = Array.from({ length: 20 }, (_, at) => `E-${round}-${at}`);
      const turning = keeper.turn(day(round));
      const settled = await Promise.all(
        writers.map((write, decidedAt) => write(ids.map((id, offset) => aDecision({ id, offset, decidedAt })))),
      );
      begun += (await turning).begun.length;
      const published = settled.map((settlements) => settlements.map(publishedBytes));
      for (const bytes of published) expect(bytes).toEqual(published[0]);
      expect(kindsOf(settled.flat()).filter((kind) => kind === 'inserted')).toHaveLength(20);
      await expect(count(`decisions WHERE event_id LIKE 'E-${round}-%'`)).resolves.toBe(20);
    }
    // On a busy machine a turn may find transactions in its way for too long; the next one does its work.
    expect(begun).toBeGreaterThan(5);
  });
});

it('is stored twice where the planted bug has taken the index away', async () => {
  armFailpoints({ failpoints: [], planted: ['no_unique_index'], logFile: null });
  try {
    await new BatchStore(database, new PartitionClaims(database)).onModuleInit();
    const write = await aWriter();
    await write([aDecision({ id: 'A' })]);
    expect(kindsOf(await write([aDecision({ id: 'A' })]))).toEqual(['inserted']);
    await keeper.turn(day(1));
    await write([aDecision({ id: 'B' })]);
    expect(kindsOf(await write([aDecision({ id: 'B' })]))).toEqual(['inserted']);
  } finally {
    armFailpoints({ failpoints: [], planted: [], logFile: null });
  }
});

describe('rows beyond the retention', () => {
  it('are dropped with their generation, and those about them one by one', async () => {
    const write = await aWriter();
    await write([aDecision({ id: 'old' })]);
    await database.pool.query(`INSERT INTO waiting_labels (outcome_id, result_id, pipeline, since) VALUES
      (gen_random_uuid(), gen_random_uuid(), 'flights', '${day(0)}'), (gen_random_uuid(), gen_random_uuid(), 'flights', '${day(2)}')`);
    await keeper.turn(day(1));
    await write([aDecision({ id: 'young' })]);
    const early = await keeper.turn(day(5));
    expect(early.dropped).toEqual([]);
    const { dropped, kept } = await keeper.turn(day(6));
    expect(dropped.map(({ table, generation }) => [table, generation])).toEqual(
      ['decisions', 'labels', 'outcomes', 'actions'].map((table) => [table, day(0)]),
    );
    expect(kept).toContainEqual({
      family: 'decisions',
      retentionDays: 4,
      generations: [day(1), day(5), day(6)],
      droppedBefore: day(1),
      lastDrop: { generation: day(0), at: expect.any(String) },
      nextDropOn: day(10),
    });
    await expect(partitionsOf('decisions')).resolves.toEqual(
      [day(1), day(5), day(6)].map((startsOn) => `decisions_${startsOn.replaceAll('-', '')}`),
    );
    await expect(count('waiting_labels')).resolves.toBe(1);
    const again = [aDecision({ id: 'old' }), aDecision({ id: 'young' })];
    expect(kindsOf(await write(again))).toEqual(['inserted', 'redelivered']);
  });

  it('are those beyond the longest of all pipelines, also of one that is not served any more', async () => {
    await keeper.adopt([{ family: 'decisions', pipeline: 'trains', days: 400 }]);
    await new GenerationKeeper(database, FAMILIES).adopt([{ family: 'decisions', pipeline: 'flights', days: 4 }]);
    await keeper.turn(day(100));
    await keeper.turn(day(400));
    await expect(generations()).resolves.toEqual([day(0), day(100), day(400)]);
  });
});

describe('the beginning of a generation', () => {
  it('gives way to a transaction that takes long, and keeps nobody waiting', async () => {
    const [write, other] = await Promise.all([aWriter(0), aWriter(1)]);
    const long = await aLongTransaction();
    const turn = await keeper.turn(day(1));
    expect(turn).toMatchObject({ begun: [], isBlocked: true });
    expect(kindsOf(await write([aDecision({ id: 'A' })]))).toEqual(['inserted']);
    await expect(partitionsOf('decisions')).resolves.toHaveLength(1);
    await long.end();
    await expect(keeper.turn(day(1))).resolves.toMatchObject({ begun: [{ generation: day(1) }], isBlocked: false });
    expect(kindsOf(await other([aDecision({ id: 'A' })]))).toEqual(['redelivered']);
  });

  it('is undone when its keeper is killed, and done by the next', async () => {
    await database.pool.query(`
      CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$;
      CREATE TRIGGER die BEFORE INSERT ON generations FOR EACH ROW EXECUTE FUNCTION die()`);
    await expect(keeper.turn(day(1))).rejects.toThrow();
    await database.pool.query('DROP TRIGGER die ON generations');
    await expect(partitionsOf('decisions')).resolves.toHaveLength(1);
    await expect(keeper.turn(day(1))).resolves.toMatchObject({ begun: [{ generation: day(1) }] });
  });

  it('happens once where two keepers are at it', async () => {
    const two = [keeper, new GenerationKeeper(database, FAMILIES)];
    const turns = await Promise.all(two.map((one) => one.turn(day(1))));
    await Promise.all(two.map((one) => one.turn(day(1))));
    expect(turns.flatMap(({ begun }) => begun).length).toBeLessThanOrEqual(1);
    await expect(generations()).resolves.toEqual([day(0), day(1)]);
  });

  it('does not happen by a clock that was set back', async () => {
    await keeper.turn(day(3));
    await expect(keeper.turn(day(2))).resolves.toMatchObject({ begun: [], dropped: [], isBlocked: false });
    await expect(generations()).resolves.toEqual([day(0), day(3)]);
  });
});

it('writes into no generation outside of a transaction that has one', async () => {
  await expect(database.pool.query('INSERT INTO outcomes (outcome_id) VALUES (gen_random_uuid())')).rejects.toThrow(
    /pitwall\.decisions|invalid input syntax for type date/,
  );
});

/** A transaction that holds its generation until it is told to end. */
async function aLongTransaction(): Promise<{ end: () => Promise<void> }> {
  const begun = Promise.withResolvers<void>();
  const ending = Promise.withResolvers<void>();
  const ended = database.transaction(async () => {
    begun.resolve();
    await ending.promise;
  });
  await begun.promise;
  return {
    end: () => {
      ending.resolve();
      return ended;
    },
  };
}

function publishedBytes(settlement: Settlement): string {
  if (!('publication' in settlement)) throw new Error(`not published: ${settlement.kind}`);
  const { key, value, headers } = settlement.publication;
  return JSON.stringify([key, value, headers]);
}
