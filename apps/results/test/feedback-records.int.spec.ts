import { HEADER } from '@pitwall/contracts';
import { type Outcome, textHeader } from '@pitwall/messaging';
import type { Database } from '@pitwall/persistence';
import { aLabel, anAction, feedbackRecord, FLIGHTS, predictionRecord, ResultsDesk } from './a-results-desk.js';
import { openTestDatabase, type TestDatabase } from './open-test-database.js';

let opened: TestDatabase;
let database: Database;
let desk: ResultsDesk;

beforeAll(async () => {
  opened = await openTestDatabase('results-records-test');
  database = opened.database;
});

afterAll(() => opened.close());

beforeEach(async () => {
  await database.pool.query('TRUNCATE decisions, labels, outcomes, waiting_labels, actions, partition_progress');
  desk = new ResultsDesk(database);
});

async function rowsOf(table: string): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(`SELECT count(*)::integer AS count FROM ${table}`);
  return rows[0]?.count ?? 0;
}

const kindsOf = (outcomes: readonly Outcome[]): string[] =>
  outcomes.map((outcome) => (outcome.kind === 'done' ? `done ${outcome.outputs.length}` : outcome.reason));

describe('a label that cannot be taken', () => {
  it('is a conflict where its source said otherwise in the same revision, in the same batch or before', async () => {
    await desk.decide([predictionRecord('E-1', 0)]);
    const [late, onTime] = ['late', 'on-time'].map((label, offset) => feedbackRecord(aLabel('E-1', { label }), offset));
    if (late === undefined || onTime === undefined) throw new Error('two records');
    expect(kindsOf(await desk.take([late, onTime]))).toEqual(['done 1', 'label_conflict']);
    const [again] = await desk.take([{ ...onTime, offset: 9 }]);
    expect(again).toMatchObject({
      reason: 'label_conflict',
      identity: { source: '/flights', id: 'E-1' },
      message: expect.stringMatching(/says "on-time".*partition 0 offset 0 said "late".*revision 1 or higher/),
    });
    await expect(rowsOf('outcomes')).resolves.toBe(1);
  });

  it.each([
    ['an unknown outcome', aLabel('E-1', { label: 'cancelled' }), 'unknown_outcome', '/label'],
    ['another revision than a whole number', aLabel('E-1', { revision: 0.5 }), 'invalid_feedback', '/revision'],
    ['no time', aLabel('E-1', { observedAt: 'yesterday' }), 'invalid_feedback', '/observedAt'],
    [
      'a time before the year 0',
      aLabel('E-1', { observedAt: '0000-01-01T00:00:00+12:00' }),
      'invalid_feedback',
      '/observedAt',
    ],
    ['a number as the id', aLabel('E-1', { id: 12 }), 'invalid_feedback', '/id'],
    [
      'no reason to override',
      { kind: 'action', id: 'E-1', action: 'overridden', at: '2013-04-01T11:00:00Z' },
      'invalid_feedback',
      '/reason',
    ],
    ['neither label nor action', { kind: 'guess', id: 'E-1' }, 'invalid_feedback', '/kind'],
  ])('is dead with its reason and place: %s', async (...[, feedback, reason, pointer]) => {
    const good = feedbackRecord(aLabel('good'), 1);
    const [dead, taken] = await desk.take([feedbackRecord(feedback, 0), good]);
    expect(dead).toMatchObject({ kind: 'dead', reason, violations: [expect.objectContaining({ pointer })] });
    expect(taken?.kind).toBe('done');
  });

  it.each([
    ['a tombstone', null],
    ['not JSON', Buffer.from('{')],
    ['a NUL', Buffer.from(String.raw`{"kind":"label","id":"a\u0000"}`)],
  ])('is dead: %s', async (_, value) => {
    expect(kindsOf(await desk.take([{ ...feedbackRecord(Buffer.alloc(0), 0), value }]))).toEqual(['invalid_feedback']);
  });

  it('is dead where the definition does not name its source', async () => {
    const definition = { ...FLIGHTS, feedback: { horizonMs: 1000, labelSources: ['tower'] } };
    const strict = new ResultsDesk(database, { definition });
    const outcomes = await strict.take([
      feedbackRecord(aLabel('E-1', { labelSource: 'hearsay' }), 0),
      feedbackRecord(aLabel('E-1', { labelSource: 'tower' }), 1),
    ]);
    expect(kindsOf(outcomes)).toEqual(['invalid_feedback', 'done 0']);
  });

  it('is dead, though kept, where the policy of today has no value for what was decided', async () => {
    await desk.decide([predictionRecord('E-1', 0)]);
    const decision = { ...FLIGHTS.decision, act: 'call', values: { call: { late: 1, 'on-time': 0 }, proceed: {} } };
    const tomorrow = new ResultsDesk(database, { definition: { ...FLIGHTS, decision } });
    const [dead] = await tomorrow.take([feedbackRecord(aLabel('E-1'), 0)]);
    expect(dead).toMatchObject({ reason: 'unknown_outcome', message: expect.stringContaining('policy 7') });
    await expect(rowsOf('labels')).resolves.toBe(1);
  });

  it('does not hold up the others where PostgreSQL refuses it', async () => {
    await desk.decide([predictionRecord('E-1', 0)]);
    const labels = Array.from({ length: 32 }, (_, at) => feedbackRecord(aLabel(at === 0 ? 'E-1' : `L-${at}`), at));
    await database.pool.query(
      "ALTER TABLE labels ADD CONSTRAINT no_17 CHECK (event_id <> 'L-17'); ALTER TABLE actions ADD CONSTRAINT no_one CHECK (by <> 'nobody')",
    );
    try {
      const outcomes = await desk.take([...labels, feedbackRecord(anAction({ by: 'nobody' }), 40)]);
      expect(kindsOf(outcomes).filter((kind) => kind === 'storage_refused')).toHaveLength(2);
      expect(kindsOf(outcomes)[17]).toBe('storage_refused');
      expect(kindsOf(outcomes)[0]).toBe('done 1');
      await expect(rowsOf('labels')).resolves.toBe(31);
    } finally {
      await database.pool.query('ALTER TABLE labels DROP CONSTRAINT no_17; ALTER TABLE actions DROP CONSTRAINT no_one');
    }
  });
});

describe('an action', () => {
  it('is kept once, whoever tells it how often, and causes no message', async () => {
    const told = [
      anAction(),
      anAction({ reason: 'said otherwise' }),
      anAction({ by: undefined }),
      anAction({ action: 'seen' }),
    ];
    const outcomes = await desk.take(told.map((action, offset) => feedbackRecord(action, offset)));
    expect(kindsOf(outcomes)).toEqual(['done 0', 'done 0', 'done 0', 'done 0']);
    const { rows } = await database.pool.query('SELECT action, by, reason, at FROM actions ORDER BY action, by');
    expect(rows).toEqual([
      { action: 'overridden', by: 'dispatcher', reason: 'crew change', at: new Date('2013-04-01T11:00:00Z') },
      expect.objectContaining({ action: 'overridden', by: null }),
      expect.objectContaining({ action: 'seen' }),
    ]);
  });
});

describe('feedback in a CloudEvents envelope', () => {
  it('is taken from the data of structured mode', async () => {
    const event = { specversion: '1.0', id: 'x', source: '/s', type: 't', data: aLabel('E-1') };
    const headers = [textHeader(HEADER.contentType, 'application/cloudevents+json; charset=utf-8')];
    expect(kindsOf(await desk.take([feedbackRecord(event, 0, headers)]))).toEqual(['done 0']);
    await expect(rowsOf('labels')).resolves.toBe(1);
  });

  it('is the value in binary mode', async () => {
    const headers = [
      textHeader(HEADER.ceType, 'pitwall.feedback.v1'),
      textHeader(HEADER.contentType, 'application/json'),
    ];
    expect(kindsOf(await desk.take([feedbackRecord(aLabel('E-1'), 0, headers)]))).toEqual(['done 0']);
  });
});
