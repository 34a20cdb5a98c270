import { formatOrigin, HEADER } from '@pitwall/contracts';
import { aRecord, textHeader } from '@pitwall/messaging';
import type { Database } from '@pitwall/persistence';
import { lettersWithState } from '../src/dead-letters/closed-by.js';
import { DeadLettersRepository } from '../src/dead-letters/dead-letters.repository.js';
import { EditsRepository } from '../src/dead-letters/edits.repository.js';
import { settleRedrives } from '../src/storage/settled-redrives.js';
import { aDeadLetter, type DeadLetterParts, letterIn, originOf } from './a-dead-letter.js';
import { aLabel, feedbackRecord, predictionRecord, ResultsDesk } from './a-results-desk.js';
import { DeadLettersDesk } from './dead-letters-desk.js';
import { openTestDatabase, type TestDatabase } from './open-test-database.js';

let opened: TestDatabase;
let database: Database;
let desk: DeadLettersDesk;
let repository: DeadLettersRepository;
let edits: EditsRepository;

beforeAll(async () => {
  opened = await openTestDatabase('results-dead-letters-test');
  ({ database } = opened);
  desk = new DeadLettersDesk(database);
  repository = new DeadLettersRepository(database);
  edits = new EditsRepository(database);
});

afterAll(() => opened.close());

beforeEach(async () => {
  await database.pool.query(
    'TRUNCATE dead_letters, dead_letter_edits, dead_letter_discards, settled_redrives, decisions',
  );
});

const keep = (...parts: readonly DeadLetterParts[]): Promise<void> => desk.keep(parts.map((one) => aDeadLetter(one)));
const listed = () => repository.list('flights', { limit: 500 });
const closedBy = async (): Promise<unknown[]> => (await listed()).map((row) => row.closedBy);
/** Offset of the raw record and why it is closed, by offset. */
const states = async (): Promise<[number, unknown][]> =>
  (await listed())
    .map((row): [number, unknown] => [letterOffset(row.letter), row.closedBy])
    .toSorted(([a], [b]) => a - b);
const rows = async (): Promise<number> => (await listed()).length;

/** What a redrive adds to the record of this dead letter. */
const redriven = (parts: DeadLetterParts) => [
  textHeader(HEADER.origin, formatOrigin(originOf(parts))),
  textHeader(HEADER.redriveAttempt, '1'),
];

const IDENTITY = { source: '/flights', id: 'E-1' };

describe('a dead letter', () => {
  it('that was written twice is one, in one batch and in two', async () => {
    await keep({ offset: 1 }, { offset: 1, deadAt: new Date() }, { offset: 2 });
    await keep({ offset: 2 });
    await expect(rows()).resolves.toBe(2);
  });

  it('is kept with its bytes as they were', async () => {
    const key = Buffer.from([0, 1, 255]);
    const value = Buffer.from([0xff, 0, 0x7b]);
    const headers = [
      { name: 'same', value: null },
      { name: 'same', value: Buffer.from([0xfe]) },
    ];
    const record = aDeadLetter({ key, value, headers });
    await desk.keep([record]);
    const row = await repository.find('flights', letterIn(record).deadLetterId);
    expect(row).toMatchObject({ key, value, headers: '[["same",null],["same",{"base64":"/g=="}]]' });
    expect(JSON.parse(row?.letter ?? '')).toEqual(letterIn(record));
  });

  it('without value or key is kept like any other', async () => {
    await keep({ key: null, value: null });
    await expect(rows()).resolves.toBe(1);
  });

  it('is kept by the hundreds in one batch, whatever else stands there', async () => {
    const letters = Array.from({ length: 700 }, (_, offset) => aDeadLetter({ offset }));
    const strange = aRecord({ topic: 'flights.dead-letters.v1', value: Buffer.from('no dead letter') });
    const before = await statements();
    await desk.keep([...letters.slice(0, 300), strange, ...letters.slice(300)]);
    await expect(rows()).resolves.toBe(501);
    const { rows: counted } = await database.pool.query('SELECT count(*)::int AS letters FROM dead_letters');
    expect(counted).toEqual([{ letters: 700 }]);
    expect((await statements()) - before).toBe(1);
  });

  /** How often rows were inserted into dead_letters by a statement, as PostgreSQL's trigger sees it. */
  async function statements(): Promise<number> {
    await database.pool.query(`
      CREATE TABLE IF NOT EXISTS inserts (at timestamptz DEFAULT clock_timestamp());
      CREATE OR REPLACE FUNCTION note_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO inserts DEFAULT VALUES; RETURN NULL; END $$;
      CREATE OR REPLACE TRIGGER note_insert AFTER INSERT ON dead_letters FOR EACH STATEMENT EXECUTE FUNCTION note_insert()`);
    const { rows: noted } = await database.pool.query<{ count: number }>('SELECT count(*)::int AS count FROM inserts');
    return noted[0]?.count ?? 0;
  }
});

describe('a dead letter is open', () => {
  // Whether it is asked of each or of all at once.
  afterEach(async () => {
    const { rows: all } = await database.pool.query<{ readonly id: string; readonly why: string | null }>(
      `SELECT dead_letter_id AS id, closed_by AS why FROM ${lettersWithState('true')} AS letter`,
    );
    const each = (await listed()).map((row) => ({ id: row.deadLetterId, why: row.closedBy }));
    const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);
    expect(all.toSorted(byId)).toEqual(each.toSorted(byId));
    expect(all.length).toBeGreaterThan(0);
  });

  it('until its identity is decided', async () => {
    await keep({ identity: IDENTITY }, { offset: 1, identity: null });
    await expect(closedBy()).resolves.toEqual([null, null]);
    await new ResultsDesk(database).decide([predictionRecord('E-1', 77)]);
    await expect(states()).resolves.toEqual([
      [0, 'decision'],
      [1, null],
    ]);
  });

  it('never, where the decision came first', async () => {
    await new ResultsDesk(database).decide([predictionRecord('E-1', 78)]);
    await keep({ identity: IDENTITY });
    await expect(closedBy()).resolves.toEqual(['decision']);
  });

  it('also after the decision, where it is feedback: the decision is not what is missing', async () => {
    await new ResultsDesk(database).decide([predictionRecord('E-1', 79)]);
    await keep({ identity: IDENTITY, topic: 'feedback', stage: 'results', reason: 'unknown_outcome' });
    await expect(closedBy()).resolves.toEqual([null]);
  });

  it('never, where its reason says so', async () => {
    await keep({ reason: 'id_reused', stage: 'results' });
    await expect(closedBy()).resolves.toEqual(['reason']);
  });

  it('no more when the record died again after a redrive: then the later one is', async () => {
    await keep({ offset: 1 }, { offset: 1, stage: 'results', reason: 'contract_violation', redriveAttempt: 1 });
    const byStage = new Map(
      (await listed()).map((row) => [(JSON.parse(row.letter) as { stage: string }).stage, row.closedBy]),
    );
    expect(byStage).toEqual(
      new Map([
        ['ingestion', 'superseded'],
        ['results', null],
      ]),
    );
  });

  it('no more when results has decided the redriven record, or kept it as feedback', async () => {
    await keep({ offset: 1 }, { offset: 2, topic: 'feedback', stage: 'results', reason: 'invalid_feedback' });
    const results = new ResultsDesk(database);
    await results.decide([predictionRecord('no identity', 80, { headers: redriven({ offset: 1 }) })]);
    await expect(states()).resolves.toEqual([
      [1, 'redrive'],
      [2, null],
    ]);
    await results.take([feedbackRecord(aLabel('E-9'), 5, redriven({ offset: 2, topic: 'feedback' }))]);
    await expect(states()).resolves.toEqual([
      [1, 'redrive'],
      [2, 'redrive'],
    ]);
  });

  it('no more when its raw record was replayed and decided, though nobody could say which event it holds', async () => {
    await keep(
      { offset: 1 },
      { offset: 1, redriveAttempt: 1, stage: 'inference', reason: 'crash_loop' },
      { offset: 2 },
    );
    const results = new ResultsDesk(database);
    const copy = [textHeader(HEADER.origin, formatOrigin(originOf({ offset: 1 }))), textHeader(HEADER.replayed, '1')];
    await results.decide([predictionRecord('no identity', 83, { headers: copy })]);
    await expect(states()).resolves.toEqual([
      [1, 'superseded'],
      [1, 'replay'],
      [2, null],
    ]);
  });

  it('also after a replay of feedback, which nobody can claim by a header', async () => {
    await keep({ offset: 3, topic: 'feedback', stage: 'results', reason: 'invalid_feedback' });
    await new ResultsDesk(database).take([feedbackRecord(aLabel('E-9'), 3, [textHeader(HEADER.replayed, '1')])]);
    await expect(states()).resolves.toEqual([[3, null]]);
  });

  it('still when the redriven record dies in results again', async () => {
    await keep({ offset: 1 });
    const results = new ResultsDesk(database);
    await results.decide([predictionRecord('taken', 81)]);
    const [outcome] = await results.decide([predictionRecord('taken', 82, { headers: redriven({ offset: 1 }) })]);
    expect(outcome).toMatchObject({ kind: 'dead', reason: 'id_reused' });
    await expect(states()).resolves.toEqual([[1, null]]);
  });

  it('no more when the redriven record has come to its end, and only for that attempt', async () => {
    await keep({ offset: 1 }, { offset: 2 });
    await settleRedrives(database.pool, [{ origin: originOf({ offset: 1 }), redriveAttempt: 1 }]);
    await settleRedrives(database.pool, [{ origin: originOf({ offset: 1 }), redriveAttempt: 1 }]);
    await expect(states()).resolves.toEqual([
      [1, 'redrive'],
      [2, null],
    ]);
    await keep({ offset: 1, redriveAttempt: 1, stage: 'inference', reason: 'score_invalid' });
    const open = (await states()).filter(([, why]) => why === null);
    expect(open.map(([offset]) => offset)).toEqual([1, 2]);
  });

  it('no more when somebody discards it, and the others stay', async () => {
    await keep(
      { offset: 1, pointer: '/a' },
      { offset: 2, pointer: '/b' },
      { offset: 3, reason: 'id_reused', stage: 'results' },
    );
    const one = (await listed()).find(({ place }) => place === '/a')?.fingerprint;
    const selection = { pipeline: 'flights', filter: { fingerprint: one } };
    await expect(edits.discard(selection, null)).resolves.toEqual({ open: 1, closed: 0 });
    await expect(edits.discard(selection, { by: 'me', why: 'a test' })).resolves.toEqual({ open: 1, closed: 0 });
    await expect(edits.discard({ pipeline: 'flights', filter: {} }, null)).resolves.toEqual({ open: 1, closed: 2 });
    await expect(closedBy()).resolves.toEqual(expect.arrayContaining([null, 'reason', 'discard']));
  });
});

const letterOffset = (letter: string): number => (JSON.parse(letter) as { origin: { offset: number } }).origin.offset;
