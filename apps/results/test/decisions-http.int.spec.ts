import { BadRequestException, ConflictException, NotFoundException } from '@nestjs/common';
import {
  decisionLookupViewSchema,
  type DecisionView,
  decisionViewSchema,
  type Origin,
  type PredictionMessage,
} from '@pitwall/contracts';
import { type Database, PartitionClaims } from '@pitwall/persistence';
import { InvalidRequestError } from '@pitwall/runtime';
import type { FastifyRequest } from 'fastify';
import { Pool } from 'pg';
import { commitDecisions } from '../src/decisions/commit-decisions.js';
import { DecisionFeedbackRepository } from '../src/decisions/decision-feedback.repository.js';
import { DecisionLookupsController } from '../src/decisions/decision-lookups.controller.js';
import { DecisionsController } from '../src/decisions/decisions.controller.js';
import { DecisionsRepository } from '../src/decisions/decisions.repository.js';
import { takeDecision } from '../src/decisions/take-decision.js';
import { BatchStore } from '../src/storage/batch-store.service.js';
import { aPrediction, aScore, POLICY } from './a-prediction.js';
import { FLIGHTS } from './a-results-desk.js';
import { openTestDatabase, type TestDatabase } from './open-test-database.js';

const ORIGIN: Origin = {
  topic: 'flights.events.v1',
  partition: 3,
  offset: 42,
  appendedAt: Date.UTC(2026, 0, 1),
  digest: 'd'.repeat(64),
};
const ODD_ID = 'UA 1545/EWR?#%2F "ü" \u{1f6eb}';

let opened: TestDatabase;
let controller: DecisionsController;

beforeAll(async () => {
  opened = await openTestDatabase('results-http-test');
  controller = controllerOn(opened.database);
  await decide(
    aPrediction({ id: 'one' }),
    aPrediction({ id: ODD_ID }),
    aPrediction({ id: 'shared', source: '/first', scores: [aScore({ score: 0.9 })] }),
    aPrediction({ id: 'shared', source: '/second', scores: [aScore({ score: 0.1 })] }),
    aPrediction({ id: 'fallen-back', scores: [], fallback: 'no healthy model' }),
  );
});

afterAll(() => opened.close());

function controllerOn(database: Pick<Database, 'pool'>): DecisionsController {
  const feedback = new DecisionFeedbackRepository(database, { now: () => 0, monotonic: () => 0 });
  return new DecisionsController([FLIGHTS], new DecisionsRepository(database), feedback);
}

const lookUp = (events: unknown, pipeline = 'flights') =>
  new DecisionLookupsController([FLIGHTS], new DecisionsRepository(opened.database)).lookUp(pipeline, {
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ events })),
  } as unknown as FastifyRequest);

async function decide(...predictions: PredictionMessage[]): Promise<void> {
  const decisions = predictions.map((prediction) => {
    const taken = takeDecision(
      {
        prediction,
        value: Buffer.from(JSON.stringify(prediction)),
        origin: ORIGIN,
        inputAppendedAt: Date.UTC(2026, 0, 2),
        traceId: '0af7651916cd43dd8448eb211c80319c',
        decidedAt: Date.UTC(2026, 0, 2),
        traceparent: () => '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        tracestate: null,
      },
      POLICY,
    );
    if ('kind' in taken) throw new Error(taken.message);
    return taken;
  });
  const claims = new PartitionClaims(opened.database);
  const assignment = { id: 1, committedOffset: null, logStartOffset: 0, isHeld: () => true };
  const claim = await claims.claim({ group: 'test', topic: 'flights.predictions.v1', partition: 0, assignment });
  const heartbeat = (): Promise<void> => Promise.resolve();
  await commitDecisions(new BatchStore(opened.database, claims), {
    decisions,
    redriven: [],
    claim,
    nextOffset: 1,
    heartbeat,
  });
}

const view = async (id: string, source?: unknown): Promise<DecisionView> =>
  decisionViewSchema.parse(await controller.find('flights', id, source));

describe('decisions looked up over HTTP', () => {
  it('are told with their raw record, one entry per event in its order', async () => {
    const { decisions } = decisionLookupViewSchema.parse(
      await lookUp([
        { source: '/second', id: 'shared' },
        { source: '/flights', id: 'nobody' },
        { source: '/first', id: 'shared' },
        { source: '/first', id: 'shared' },
      ]),
    );
    const { topic, partition, offset, digest } = ORIGIN;
    const known = (decision: string) =>
      expect.objectContaining({ decision, origin: { topic, partition, offset, digest } });
    expect(decisions).toEqual([known('proceed'), null, known('intervene'), known('intervene')]);
  });

  it.each([
    ['no events', []],
    ['more than 1,000', Array.from({ length: 1_001 }, () => ({ source: '/s', id: 'i' }))],
    ['an event without a source', [{ id: 'i' }]],
    ['an id of 513 bytes', [{ source: '/s', id: 'x'.repeat(513) }]],
  ])('are refused for %s', async (_, events) => {
    await expect(lookUp(events)).rejects.toThrow(InvalidRequestError);
  });

  it('are not there for another pipeline', async () => {
    await expect(lookUp([{ source: '/s', id: 'i' }], 'trains')).rejects.toThrow(NotFoundException);
  });
});

describe('a decision over HTTP', () => {
  it('shows what was published, what the model saw and where the event came from', async () => {
    const prediction = aPrediction({ id: 'one' });
    expect(await view('one')).toEqual({
      result: expect.objectContaining({
        decision: 'intervene',
        score: 0.75,
        policyVersion: '7',
        event: { source: '/flights', id: 'one', time: prediction.eventTime },
      }),
      input: { features: prediction.features, notes: prediction.notes, definitionVersion: 1 },
      scores: prediction.scores,
      inferenceMs: 1.25,
      origin: { ...ORIGIN, appendedAt: '2026-01-01T00:00:00.000Z' },
      labelState: 'waiting',
      labels: [],
      actions: [],
    });
  });

  it('shows a fallback decision', async () => {
    expect(await view('fallen-back')).toMatchObject({
      result: { decision: 'proceed', score: null, model: null, fallback: 'no healthy model' },
      scores: [],
    });
  });

  it.each([undefined, '/flights'])('finds an id of any characters with source %s', async (source) => {
    expect((await view(ODD_ID, source)).result.event.id).toBe(ODD_ID);
  });

  it('tells apart the same id of two sources when asked for one', async () => {
    expect((await view('shared', '/first')).result.score).toBe(0.9);
    expect((await view('shared', '/second')).result.score).toBe(0.1);
  });

  it('lists the sources when an id alone says too little', async () => {
    const asked = controller.find('flights', 'shared', undefined);
    await expect(asked).rejects.toThrow(ConflictException);
    await expect(asked).rejects.toThrow(/"\/first", "\/second"\. Say which one with \?source=/);
  });

  it.each([
    ['an id that was never decided', 'flights', 'nobody', undefined, /no decision of the event "nobody"/],
    ['another source', 'flights', 'one', '/other', /"one" of source "\/other"/],
    ['another pipeline', 'trains', 'one', undefined, /no pipeline "trains" here; there is: flights/],
  ])('answers 404 and what to check for %s', async (...[, pipeline, id, source, message]) => {
    const asked = controller.find(pipeline, id, source);
    await expect(asked).rejects.toThrow(NotFoundException);
    await expect(asked).rejects.toThrow(message);
  });

  it.each([
    ['NUL in the id', 'a\u0000b', undefined],
    ['an id of 513 bytes', 'x'.repeat(513), undefined],
    ['an empty source', 'one', ''],
    ['two sources', 'one', ['/a', '/b']],
  ])('answers 400 for %s', async (_, id, source) => {
    await expect(controller.find('flights', id, source)).rejects.toThrow(BadRequestException);
  });

  it('is unavailable, and not an error of ours, while PostgreSQL does not answer', async () => {
    const pool = new Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' });
    const asked = controllerOn({ pool }).find('flights', 'one', undefined);
    await expect(asked).rejects.toMatchObject({ code: 'database_unavailable', retriable: true });
    await pool.end();
  });
});
