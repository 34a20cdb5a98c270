import { type DecisionsView, decisionsViewSchema, type DecisionView, decisionViewSchema } from '@pitwall/contracts';
import type { Database } from '@pitwall/persistence';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { DecisionFeedbackRepository } from '../src/decisions/decision-feedback.repository.js';
import { DecisionsListController } from '../src/decisions/decisions-list.controller.js';
import { decisionsQuerySchema } from '../src/decisions/decisions-query.js';
import { DecisionsController } from '../src/decisions/decisions.controller.js';
import { DecisionsRepository } from '../src/decisions/decisions.repository.js';
import { aPrediction, aScore } from './a-prediction.js';
import { aLabel, anAction, feedbackRecord, FLIGHTS, predictionRecord, ResultsDesk } from './a-results-desk.js';
import { openTestDatabase, type TestDatabase } from './open-test-database.js';

const HOUR_MS = 3_600_000;

let opened: TestDatabase;
let database: Database;
let desk: ResultsDesk;

beforeAll(async () => {
  opened = await openTestDatabase('results-views-test');
  database = opened.database;
});

afterAll(() => opened.close());

beforeEach(async () => {
  await database.pool.query('TRUNCATE decisions, labels, outcomes, waiting_labels, actions, partition_progress');
  desk = new ResultsDesk(database);
});

async function view(id: string, definition: PipelineDefinition = FLIGHTS, now = 0): Promise<DecisionView> {
  const feedback = new DecisionFeedbackRepository(database, { now: () => now, monotonic: () => 0 });
  const controller = new DecisionsController([definition], new DecisionsRepository(database), feedback);
  return decisionViewSchema.parse(await controller.find('flights', id, undefined));
}

/** Decides events of the form id, hour of the day, entity, score. */
async function decide(...events: readonly (readonly [id: string, hour: number, entity?: string, score?: number])[]) {
  const records = events.map(([id, hour, entity = 'N14228', score = 0.75], offset) => {
    const eventTime = new Date(Date.UTC(2013, 3, 1) + hour * HOUR_MS).toISOString();
    const prediction = aPrediction({ id, entity, eventTime, scores: [aScore({ score })] });
    return predictionRecord(id, offset, { value: Buffer.from(JSON.stringify(prediction)) });
  });
  await desk.decide(records);
}

describe('a decision with what came after it', () => {
  it('shows every revision of its labels with their outcomes, and the actions in their order', async () => {
    await decide(['E-1', 10]);
    const label = (source: string, revision: number, parts = {}) =>
      aLabel('E-1', { labelSource: source, revision, ...parts });
    const told = [
      label('tower', 1),
      label('tower', 2, { label: 'on-time' }),
      label('tower', 0),
      label('airline', 0),
      anAction({ at: '2013-04-01T12:00:00Z' }),
      anAction({ at: '2013-04-01T11:00:00+02:00', action: 'seen', by: undefined, reason: undefined }),
    ];
    for (const [offset, feedback] of told.entries()) await desk.take([feedbackRecord(feedback, offset)]);
    const { labelState, labels, actions } = await view('E-1');
    expect(labelState).toBe('labelled');
    expect(labels.map((one) => [one.labelSource, one.revision, one.label, one.outcome?.value.amount])).toEqual([
      ['airline', 0, 'late', 80],
      ['tower', 0, 'late', undefined],
      ['tower', 1, 'late', 80],
      ['tower', 2, 'on-time', -40],
    ]);
    expect(actions).toMatchObject([
      { action: 'seen', at: '2013-04-01T09:00:00.000Z', by: null, reason: null },
      { action: 'overridden', at: '2013-04-01T12:00:00.000Z', by: 'dispatcher', reason: 'crew change' },
    ]);
  });

  it('is unlabelled in replayed history when events after the horizon have been decided', async () => {
    await decide(['first', 0], ['at the horizon', 48]);
    expect((await view('first')).labelState).toBe('waiting');
    await decide(['behind the horizon', 48.001]);
    expect((await view('first')).labelState).toBe('unlabelled');
    await desk.take([feedbackRecord(aLabel('first'), 0)]);
    expect((await view('first')).labelState).toBe('labelled');
  });

  it.each([
    [48, 'waiting'],
    [49, 'unlabelled'],
  ])('after %i hours of the clock is %s where events are of today', async (hours, state) => {
    await decide(['first', 0]);
    const live = { ...FLIGHTS, event: { ...FLIGHTS.event, replayedHistory: false } };
    expect((await view('first', live, Date.UTC(2013, 3, 1) + hours * HOUR_MS)).labelState).toBe(state);
  });
});

describe('a list of decisions', () => {
  const list = async (query: Readonly<Record<string, string>>): Promise<DecisionsView> => {
    const controller = new DecisionsListController([FLIGHTS], new DecisionsRepository(database));
    return decisionsViewSchema.parse(await controller.list('flights', decisionsQuerySchema.parse(query)));
  };
  const idsOf = ({ decisions }: DecisionsView): string[] => decisions.map(({ event }) => event.id);

  beforeEach(() =>
    decide(['noon', 12], ['early', 6, 'N2'], ['late', 20, 'N2', 0.1], ['twin-a', 15], ['twin-b', 15], ['twin-c', 15]),
  );

  it.each([
    ['of a pipeline, newest first by event time', {}, ['late', 'twin', 'twin', 'twin', 'noon', 'early']],
    ['of an entity', { entity: 'N2' }, ['late', 'early']],
    ['from a time on, before another', { from: '2013-04-01T06:00:00Z', to: '2013-04-01T15:00:00Z' }, ['noon', 'early']],
    ['by what was decided', { decision: 'proceed' }, ['late']],
    ['of an entity, by what was decided', { entity: 'N2', decision: 'intervene' }, ['early']],
    ['that nobody took', { entity: 'nobody' }, []],
  ])('%s', async (_, query, expected) => {
    const found = idsOf(await list(query)).map((id) => id.replace(/-.$/, ''));
    expect(found).toEqual(expected);
  });

  it.each(['1', '2', '3', '6'])('goes on page by page of %s without losing or repeating one', async (limit) => {
    const whole = idsOf(await list({}));
    const pages: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: DecisionsView = await list({ limit, ...(cursor === '' ? {} : { cursor }) });
      pages.push(...idsOf(page));
      cursor = page.nextCursor;
    }
    expect(pages).toEqual(whole);
  });

  it('is not disturbed by decisions that come while it is read', async () => {
    const first = await list({ limit: '2' });
    await decide(['newest', 23]);
    const rest = await list({ cursor: first.nextCursor ?? '' });
    expect([...idsOf(first), ...idsOf(rest)]).toHaveLength(6);
  });

  it('is read from an index', async () => {
    const client = await database.pool.connect();
    await client.query('SET enable_seqscan = off');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      "EXPLAIN SELECT 1 FROM decisions WHERE pipeline = 'p' AND entity = 'e' AND (event_at, result_id) < (now(), '00000000-0000-0000-0000-000000000000') ORDER BY event_at DESC, result_id DESC LIMIT 10",
    );
    client.release(true);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/Index Only Scan Backward using decisions_\d{8}_pipeline_entity_event_at_result_id_idx/);
    expect(plan).not.toContain('Sort');
  });
});

describe('the query of a list', () => {
  it.each([
    ['limit', { limit: '0' }],
    ['limit', { limit: '501' }],
    ['limit', { limit: 'ten' }],
    ['from', { from: 'yesterday' }],
    ['to', { to: '2013-04-31T00:00:00Z' }],
    ['entity', { entity: '' }],
    ['decision', { decision: 'a\u0000b' }],
    ['cursor', { cursor: 'AAAA' }],
    ['cursor', { cursor: Buffer.from('8640000000000000 00000000-0000-5000-8000-000000000000').toString('base64url') }],
    ['cursor', { cursor: Buffer.from('1 0; DROP TABLE decisions').toString('base64url') }],
    ['cursor', { cursor: `${Buffer.from('1 00000000-0000-5000-8000-000000000000').toString('base64url')}=` }],
  ])('has no such %s (%j)', (name, query) => {
    const parsed = decisionsQuerySchema.safeParse(query);
    expect(parsed.error?.issues.map(({ path }) => path[0])).toEqual([name]);
  });

  it('has no other parameters', () => {
    expect(decisionsQuerySchema.safeParse({ entitty: 'N2' }).success).toBe(false);
  });
});
