import { randomUUID } from 'node:crypto';
import type { Database } from '@pitwall/persistence';
import { eventually } from '@pitwall/testing';
import { EditsRepository } from '../src/dead-letters/edits.repository.js';
import {
  type ChunkRecord,
  type NextChunk,
  RedriveChunksRepository,
} from '../src/redrives/redrive-chunks.repository.js';
import { type RedriveLease, RedriveLeasesRepository } from '../src/redrives/redrive-leases.repository.js';
import { RedrivesRepository } from '../src/redrives/redrives.repository.js';
import { settleRedrives } from '../src/storage/settled-redrives.js';
import { aDeadLetter, letterIn, originOf } from './a-dead-letter.js';
import { DeadLettersDesk } from './dead-letters-desk.js';
import { openTestDatabase, type TestDatabase } from './open-test-database.js';

const LIMITS = { leaseMs: 60_000, maxRecords: 100 };

let opened: TestDatabase;
let database: Database;
let chunks: RedriveChunksRepository;
let leases: RedriveLeasesRepository;
let edits: EditsRepository;

beforeAll(async () => {
  opened = await openTestDatabase('redrive-chunks-test');
  ({ database } = opened);
  chunks = new RedriveChunksRepository(database);
  leases = new RedriveLeasesRepository(database);
  edits = new EditsRepository(database);
});

afterAll(() => opened.close());

beforeEach(async () => {
  await database.pool.query('TRUNCATE dead_letters, dead_letter_edits, settled_redrives, redrives, redriven_letters');
});

/** A redrive of dead letters of these raw records. */
async function aRedriveOf(...offsets: readonly number[]): Promise<readonly string[]> {
  const letters = offsets.map((offset) => aDeadLetter({ offset }));
  await new DeadLettersDesk(database).keep(letters);
  const account = { by: 'kay', why: 'a test', ratePerSecond: 100, maxRedrives: 3 };
  const selection = { pipeline: 'flights', filter: {} };
  await new RedrivesRepository(database).create({ redriveId: randomUUID(), selection, ...account }, () => undefined);
  return letters.map((letter) => letterIn(letter).deadLetterId);
}

async function claim(leaseMs = LIMITS.leaseMs): Promise<RedriveLease> {
  const lease = await leases.claim(['flights'], leaseMs);
  if (lease === null) throw new Error('There was nothing to claim.');
  return lease;
}

const recordsOf = (next: NextChunk): readonly ChunkRecord[] => (next.kind === 'send' ? next.records : []);
const offsetsOf = (next: NextChunk): number[] => recordsOf(next).map(({ origin }) => origin.offset);

async function rows(): Promise<unknown[]> {
  const text = 'SELECT state, sends FROM redriven_letters ORDER BY position';
  return (await database.pool.query<{ state: string; sends: number }>(text)).rows.map(({ state, sends }) => [
    state,
    sends,
  ]);
}

/** As if the process that holds it had been killed or frozen for as long as the lease lasts. */
const expire = () => database.pool.query("UPDATE redrives SET leased_until = now() - interval '1 s'");

describe('a lease on a redrive', () => {
  it('is given to one at a time, and to another once it is over', async () => {
    await aRedriveOf(1);
    const first = await claim();
    await expect(leases.claim(['flights'], 1_000)).resolves.toBeNull();
    await expire();
    await expect(leases.claim(['trains'], 1_000)).resolves.toBeNull();
    const second = await claim();
    expect(second).toEqual({ ...first, epoch: first.epoch + 1 });
    await expect(leases.renew(first, 1_000)).resolves.toBe(false);
    await expect(leases.renew(second, 1_000)).resolves.toBe(true);
    await leases.release(first);
    await expect(leases.claim(['flights'], 1_000)).resolves.toBeNull();
    await leases.release(second);
    await expect(leases.claim(['flights'], 1_000)).resolves.not.toBeNull();
  });

  it('that was lost lets nothing more begin', async () => {
    await aRedriveOf(1, 2);
    const zombie = await claim();
    await expire();
    const successor = await claim();
    await expect(chunks.begin(zombie, LIMITS)).resolves.toEqual({ kind: 'lost' });
    expect(offsetsOf(await chunks.begin(successor, LIMITS))).toEqual([1, 2]);
  });
});

describe('a chunk', () => {
  it('is noted before it is sent, and after', async () => {
    await aRedriveOf(1, 2, 3);
    const lease = await claim();
    const next = await chunks.begin(lease, { ...LIMITS, maxRecords: 2 });
    expect(offsetsOf(next)).toEqual([1, 2]);
    await expect(rows()).resolves.toEqual([
      ['waiting', 1],
      ['waiting', 1],
      ['waiting', 0],
    ]);
    await chunks.sent(lease, recordsOf(next), LIMITS.leaseMs);
    await expect(rows()).resolves.toEqual([
      ['sent', 1],
      ['sent', 1],
      ['waiting', 0],
    ]);
    const last = await chunks.begin(lease, LIMITS);
    await chunks.sent(lease, recordsOf(last), LIMITS.leaseMs);
    await expect(chunks.begin(lease, LIMITS)).resolves.toEqual({ kind: 'ended' });
    await expect(leases.claim(['flights'], 1_000)).resolves.toBeNull();
  });

  it('comes again after a kill before the note, as a repetition', async () => {
    await aRedriveOf(1);
    expect(recordsOf(await chunks.begin(await claim(), LIMITS))).toMatchObject([{ earlierSends: 0 }]);
    await expire();
    const successor = await claim();
    const again = await chunks.begin(successor, LIMITS);
    expect(recordsOf(again)).toMatchObject([{ earlierSends: 1 }]);
    await expect(chunks.sent(successor, recordsOf(again), LIMITS.leaseMs)).resolves.toEqual(new Set([1]));
    await expect(chunks.sent(successor, recordsOf(again), LIMITS.leaseMs)).resolves.toEqual(new Set());
    await expect(rows()).resolves.toEqual([['sent', 2]]);
  });

  it('leaves out what was closed meanwhile: as skipped, or as sent where a send was begun before', async () => {
    await aRedriveOf(1, 2, 3);
    await chunks.begin(await claim(), { ...LIMITS, maxRecords: 1 });
    await settleRedrives(
      database.pool,
      [1, 2].map((offset) => ({ origin: originOf({ offset }), redriveAttempt: 1 })),
    );
    await expire();
    expect(offsetsOf(await chunks.begin(await claim(), LIMITS))).toEqual([3]);
    await expect(rows()).resolves.toEqual([
      ['sent', 1],
      ['skipped', 0],
      ['waiting', 1],
    ]);
  });

  it('holds no more than memory should, and at least one record', async () => {
    const value = Buffer.alloc(400_000, 'x');
    await new DeadLettersDesk(database).keep(
      Array.from({ length: 15 }, (_, offset) => aDeadLetter({ offset: offset + 10, value })),
    );
    await aRedriveOf(1);
    const next = await chunks.begin(await claim(), LIMITS);
    const bytes = recordsOf(next).reduce((sum, record) => sum + (record.value?.length ?? 0), 0);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(4 * 1024 * 1024 + value.length);
  });

  it('waits for an edit that is being made, and sends it, also when it is repeated', async () => {
    const [id = ''] = await aRedriveOf(1);
    const lease = await claim();
    const editor = await database.pool.connect();
    await editor.query('BEGIN');
    await editor.query('SELECT FROM dead_letters WHERE dead_letter_id = $1 FOR UPDATE', [id]);
    await editor.query(
      "INSERT INTO dead_letter_edits (dead_letter_id, revision, edited_by, why, value) VALUES ($1, 1, 'kay', 'x', 'edited')",
      [id],
    );
    const beginning = chunks.begin(lease, LIMITS);
    await untilSomebodyWaits();
    await editor.query('COMMIT');
    editor.release();
    expect(recordsOf(await beginning).map(({ value }) => String(value))).toEqual(['edited']);
    const late = edits.add(
      { pipeline: 'flights', deadLetterId: id },
      { by: 'kay', why: 'late', value: Buffer.from('late') },
      ({ sends }) => {
        throw new Error(`sends ${sends}`);
      },
    );
    await expect(late).rejects.toThrow('sends 1');
    await expire();
    const again = await chunks.begin(await claim(), LIMITS);
    expect(recordsOf(again).map(({ value }) => String(value))).toEqual(['edited']);
  });
});

describe('cancelling', () => {
  it('frees what was not sent, and keeps what was', async () => {
    await aRedriveOf(1, 2);
    const lease = await claim();
    const next = await chunks.begin(lease, { ...LIMITS, maxRecords: 1 });
    await chunks.sent(lease, recordsOf(next), LIMITS.leaseMs);
    await new RedrivesRepository(database).steer(lease.redriveId, 'cancel');
    await expect(chunks.begin(lease, LIMITS)).resolves.toEqual({ kind: 'ended' });
    await expect(rows()).resolves.toEqual([['sent', 1]]);
    const { rows: redrives } = await database.pool.query('SELECT state, leased_until FROM redrives');
    expect(redrives).toEqual([{ state: 'cancelled', leased_until: null }]);
  });
});

async function untilSomebodyWaits(): Promise<void> {
  await eventually(
    async () => {
      const text =
        "SELECT FROM pg_stat_activity WHERE application_name = 'redrive-chunks-test' AND wait_event_type = 'Lock'";
      return (await database.pool.query(text)).rowCount === 1;
    },
    { what: 'the chunk that waits for the edit' },
  );
}
