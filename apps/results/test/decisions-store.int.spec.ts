import { type Database, PartitionClaims } from '@pitwall/persistence';
import { eventually } from '@pitwall/testing';
import { commitDecisions } from '../src/decisions/commit-decisions.js';
import type { Decision } from '../src/decisions/decision.js';
import type { Settlement } from '../src/decisions/settlement.js';
import { BatchStore } from '../src/storage/batch-store.service.js';
import { aDecision } from './a-decision.js';
import { openTestDatabase, type TestDatabase } from './open-test-database.js';

const GROUP = 'pitwall.results.predictions.flights';

let opened: TestDatabase;
let database: Database;

beforeAll(async () => {
  opened = await openTestDatabase('results-test');
  database = opened.database;
});

afterAll(() => opened.close());

beforeEach(async () => {
  await database.pool.query('TRUNCATE decisions, partition_progress');
});

/** A consumer of one partition with a claim of its own. */
async function aConsumer(partition = 0): Promise<{
  commit: (decisions: readonly Decision[], nextOffset?: number) => Promise<readonly Settlement[]>;
  heartbeats: () => number;
}> {
  const claims = new PartitionClaims(database);
  const assignment = { id: 1, committedOffset: null, logStartOffset: 0, isHeld: () => true };
  const claim = await claims.claim({ group: GROUP, topic: 'flights.predictions.v1', partition, assignment });
  let beats = 0;
  const heartbeat = (): Promise<void> => {
    beats += 1;
    return Promise.resolve();
  };
  return {
    commit: (decisions, nextOffset = 100) =>
      commitDecisions(new BatchStore(database, claims), { decisions, claim, nextOffset, redriven: [], heartbeat }),
    heartbeats: () => beats,
  };
}

const kindsOf = (settlements: readonly Settlement[]): string[] => settlements.map(({ kind }) => kind);

async function storedIds(): Promise<string[]> {
  const { rows } = await database.pool.query<{ event_id: string }>('SELECT event_id FROM decisions ORDER BY event_id');
  return rows.map(({ event_id }) => event_id);
}

async function progress(partition = 0): Promise<number> {
  const { rows } = await database.pool.query<{ next_offset: string }>(
    'SELECT next_offset FROM partition_progress WHERE partition = $1',
    [partition],
  );
  return Number(rows[0]?.next_offset);
}

const range = (length: number): number[] => Array.from({ length }, (_, at) => at);

describe('commitDecisions', () => {
  it('keeps every column as it was decided', async () => {
    const consumer = await aConsumer();
    const decision = { ...aDecision({ id: 'Ünïcode "\\', entity: 'N,{}' }), expectedValue: null };
    await consumer.commit([decision]);
    const { rows } = await database.pool.query(`
      SELECT result_id, pipeline, source, event_id, entity, event_at, decided_at, decision, score, model, model_version,
             expected_value, late, encode(trace_id, 'hex') AS trace_id, origin_topic, origin_partition, origin_offset,
             origin_appended_at, encode(origin_digest, 'hex') AS origin_digest, prediction, published_key, published_headers,
             published_value
      FROM decisions`);
    expect(rows).toEqual([
      {
        result_id: decision.resultId,
        pipeline: 'flights',
        source: '/flights',
        event_id: 'Ünïcode "\\',
        entity: 'N,{}',
        event_at: new Date(decision.eventAt),
        decided_at: new Date(decision.decidedAt),
        decision: 'intervene',
        score: 0.75,
        model: 'champion',
        model_version: '1.0.0',
        expected_value: null,
        late: false,
        trace_id: decision.traceId,
        origin_topic: 'flights.events.v1',
        origin_partition: 3,
        origin_offset: '1',
        origin_appended_at: new Date(decision.origin.appendedAt),
        origin_digest: decision.origin.digest,
        prediction: JSON.parse(decision.prediction.toString()),
        published_key: decision.publication.key,
        published_headers: [['ce_id', decision.resultId]],
        published_value: decision.publication.value,
      },
    ]);
  });

  it('writes progress with the decisions, and without any', async () => {
    const consumer = await aConsumer();
    await consumer.commit([aDecision({})], 7);
    await expect(progress()).resolves.toBe(7);
    await consumer.commit([], 9);
    await expect(progress()).resolves.toBe(9);
  });

  it('publishes the same bytes again for a redelivered batch', async () => {
    const consumer = await aConsumer();
    const first = range(50).map((offset) => aDecision({ id: `E-${offset}`, offset, decidedAt: 1 }));
    await consumer.commit(first);
    const again = first.map(({ identity, origin }) =>
      aDecision({ id: identity.id, offset: origin.offset, decidedAt: 2 }),
    );
    await expect(consumer.commit(again)).resolves.toEqual(
      first.map(({ publication }) => ({ kind: 'redelivered', publication })),
    );
    await expect(storedIds()).resolves.toHaveLength(50);
  });

  it('tells a duplicate record from a reused id', async () => {
    const consumer = await aConsumer();
    await consumer.commit([aDecision({ offset: 1, content: 'one' })]);
    const later = [aDecision({ offset: 2, content: 'one' }), aDecision({ offset: 3, content: 'other' })];
    expect(kindsOf(await consumer.commit(later))).toEqual(['duplicate', 'reused']);
  });

  it('stores more rows than one statement takes', async () => {
    const consumer = await aConsumer();
    const batch = range(2500).map((offset) => aDecision({ id: `E-${offset}`, offset }));
    expect(new Set(kindsOf(await consumer.commit(batch)))).toEqual(new Set(['inserted']));
    await expect(storedIds()).resolves.toHaveLength(2500);
  });
});

describe('two writers of the same identities', () => {
  it('store one row each and publish the same bytes', async () => {
    const writers = await Promise.all([0, 1, 2, 3].map((partition) => aConsumer(partition)));
    const copy = (round: number, at: number, decidedAt: number): Decision =>
      aDecision({ id: `E-${round}-${at}`, offset: at, decidedAt });
    // Half of the writers get the identities the other way round.
    const orders = [range(100), range(100).toReversed()];
    for (const round of range(10)) {
      const settled = await Promise.all(
        writers.map((writer, decidedAt) =>
          writer.commit(orders[decidedAt % 2]?.map((at) => copy(round, at, decidedAt)) ?? []),
        ),
      );
      const published = settled.map((settlements) => settlements.map(publishedBytes).toSorted());
      for (const bytes of published) expect(bytes).toEqual(published[0]);
      const inserted = settled.flat().filter(({ kind }) => kind === 'inserted');
      expect(inserted).toHaveLength(100);
    }
    await expect(storedIds()).resolves.toHaveLength(1000);
  });

  it('reads back a row that is committed while the insert waits for it', async () => {
    const [first, second] = await Promise.all([aConsumer(0), aConsumer(1)]);
    const holder = await database.pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM partition_progress WHERE partition = 0 FOR UPDATE');
    // The first writer inserts, then waits for its progress row; the second waits for the first one's insert.
    const winner = first.commit([aDecision({ decidedAt: 1 })]);
    await untilWaiting(1);
    const loser = second.commit([aDecision({ decidedAt: 2 })]);
    await untilWaiting(2);
    await holder.query('COMMIT');
    holder.release();
    const [[inserted], [redelivered]] = await Promise.all([winner, loser]);
    expect([inserted?.kind, redelivered?.kind]).toEqual(['inserted', 'redelivered']);
    expect(publishedBytes(redelivered)).toBe(publishedBytes(inserted));
  });
});

describe('a consumer whose partition was claimed by another', () => {
  it('is refused, and nothing of its batch is written', async () => {
    const zombie = await aConsumer();
    await zombie.commit([aDecision({ id: 'before' })], 10);
    const successor = await aConsumer();
    await expect(zombie.commit([aDecision({ id: 'after' })], 20)).rejects.toMatchObject({
      code: 'stale_claim',
      retriable: true,
    });
    await expect(storedIds()).resolves.toEqual(['before']);
    await expect(progress()).resolves.toBe(10);
    await successor.commit([aDecision({ id: 'after' })], 20);
    await expect(storedIds()).resolves.toEqual(['after', 'before']);
  });
});

describe('a row that PostgreSQL refuses', () => {
  it.each([
    ['NUL in a text', { id: 'bad\u0000id' }, '22021'],
    ['a value too long for its index', { id: longText(9000) }, '54000'],
    ['a broken constraint', { score: 2 }, '23514'],
    ['a partition beyond 32 bits', { partition: 2 ** 31 }, '22003'],
    ['a time that is none', { decidedAt: Number.NaN }, '22003'],
  ])('is found among good ones: %s', async (_, bad, sqlState) => {
    const consumer = await aConsumer();
    const batch = range(64).map((offset) => aDecision({ id: `E-${offset}`, offset, ...(offset === 37 ? bad : {}) }));
    const settlements = await consumer.commit(batch, 64);
    expect(settlements[37]).toMatchObject({ kind: 'refused', sqlState });
    expect(kindsOf(settlements).filter((kind) => kind === 'inserted')).toHaveLength(63);
    await expect(storedIds()).resolves.toHaveLength(63);
    await expect(progress()).resolves.toBe(64);
  });

  it('does not keep the others from being settled as they are', async () => {
    const consumer = await aConsumer();
    await consumer.commit([aDecision({ id: 'A', offset: 1 }), aDecision({ id: 'B', offset: 2 })]);
    const settlements = await consumer.commit([
      aDecision({ id: 'A', offset: 1 }),
      aDecision({ id: 'B', offset: 3 }),
      aDecision({ id: 'C', score: 2 }),
      aDecision({ id: 'D', offset: 4 }),
    ]);
    expect(kindsOf(settlements)).toEqual(['redelivered', 'duplicate', 'refused', 'inserted']);
  });
});

describe('errors that are not the fault of a row', () => {
  it('try a transaction again that lost a deadlock, and heartbeat before each attempt', async () => {
    const consumer = await aConsumer();
    await database.pool.query(`CREATE SEQUENCE attempts;
      CREATE FUNCTION lose_twice() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('attempts') <= 2 THEN RAISE EXCEPTION 'lost' USING ERRCODE = '40P01'; END IF; RETURN NEW; END $$;
      CREATE TRIGGER lose_twice BEFORE INSERT ON decisions FOR EACH ROW EXECUTE FUNCTION lose_twice()`);
    try {
      expect(kindsOf(await consumer.commit([aDecision({})]))).toEqual(['inserted']);
      expect(consumer.heartbeats()).toBe(3);
    } finally {
      await database.pool.query(
        'DROP TRIGGER lose_twice ON decisions; DROP FUNCTION lose_twice; DROP SEQUENCE attempts',
      );
    }
  });

  it('give the batch back, retriable, when the connection is cut', async () => {
    const consumer = await aConsumer();
    const holder = await database.pool.connect();
    await holder.query('BEGIN; SELECT 1 FROM partition_progress FOR UPDATE');
    const cut = consumer.commit([aDecision({})]);
    await untilWaiting(1);
    await holder.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${WAITING}`);
    await holder.query('ROLLBACK');
    holder.release();
    await expect(cut).rejects.toMatchObject({ code: 'database_unavailable', retriable: true });
    await expect(storedIds()).resolves.toEqual([]);
    expect(kindsOf(await consumer.commit([aDecision({})]))).toEqual(['inserted']);
  });
});

const WAITING = "application_name = 'results-test' AND wait_event_type = 'Lock'";

async function untilWaiting(count: number): Promise<void> {
  await eventually(
    async () => {
      const { rows } = await database.pool.query(`SELECT 1 FROM pg_stat_activity WHERE ${WAITING}`);
      return rows.length === count;
    },
    { timeoutMs: 5000, what: `${count} connections that wait for a lock` },
  );
}

function publishedBytes(settlement: Settlement | undefined): string {
  if (settlement === undefined || !('publication' in settlement)) throw new Error(`not published: ${settlement?.kind}`);
  const { key, value, headers } = settlement.publication;
  return JSON.stringify([key, value, headers]);
}

/** Text that no compression shortens. */
function longText(bytes: number): string {
  return range(bytes / 8)
    .map((at) =>
      Math.trunc(((at + 1) * 2_654_435_761) % 4_294_967_296)
        .toString(16)
        .padStart(8, '0'),
    )
    .join('');
}
