import { HEADER, outcomeIdOf, outcomeMessageSchema, type OutcomeMessage, resultIdOf } from '@pitwall/contracts';
import { aTrace, headerOf, inputAppendedAtOf, type Outcome, partitionFor, textHeader } from '@pitwall/messaging';
import type { Database } from '@pitwall/persistence';
import { parseTraceparent, type TraceContext } from '@pitwall/telemetry';
import { MAX_PUBLISHED_VALUE_BYTES } from '../src/storage/publication.js';
import { aPrediction, aScore } from './a-prediction.js';
import { aLabel, bytesOf, feedbackRecord, outcomesIn, predictionRecord, ResultsDesk } from './a-results-desk.js';
import { openTestDatabase, type TestDatabase } from './open-test-database.js';

let opened: TestDatabase;
let database: Database;
let desk: ResultsDesk;

beforeAll(async () => {
  opened = await openTestDatabase('results-feedback-test');
  database = opened.database;
});

afterAll(() => opened.close());

beforeEach(async () => {
  await database.pool.query('TRUNCATE decisions, labels, outcomes, waiting_labels, actions, partition_progress');
  desk = new ResultsDesk(database);
});

const messagesOf = (outcomes: readonly Outcome[]): OutcomeMessage[] =>
  outcomesIn(outcomes).map(({ value }) => outcomeMessageSchema.parse(JSON.parse(String(value))));

async function rowsOf(table: string): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(`SELECT count(*)::integer AS count FROM ${table}`);
  return rows[0]?.count ?? 0;
}

const kindsOf = (outcomes: readonly Outcome[]): string[] =>
  outcomes.map((outcome) => (outcome.kind === 'done' ? `done ${outcome.outputs.length}` : outcome.reason));

describe('a label of a decided event', () => {
  it('gives an outcome: what was decided, what was observed, and what that was worth', async () => {
    const [decided] = await desk.decide([predictionRecord('E-1', 7)]);
    const [record] = outcomesIn(await desk.take([feedbackRecord(aLabel('E-1', { labelSource: 'tower' }), 0)]));
    const resultId = resultIdOf('flights', { source: '/flights', id: 'E-1' });
    const message = outcomeMessageSchema.parse(JSON.parse(String(record?.value)));
    expect(message).toEqual({
      outcomeId: outcomeIdOf(resultId, { labelSource: 'tower', revision: 0 }),
      resultId,
      pipeline: 'flights',
      event: { source: '/flights', id: 'E-1', time: '2013-04-01T10:15:00.000Z' },
      entity: 'N14228',
      decision: 'intervene',
      score: 0.75,
      threshold: 1 / 3,
      policyVersion: '7',
      model: { name: 'champion', version: '1.0.0', digest: 'c'.repeat(64) },
      label: 'late',
      positive: true,
      labelSource: 'tower',
      revision: 0,
      observedAt: '2013-04-01T14:15:00.000Z',
      labelDelayMs: 4 * 3_600_000,
      correct: true,
      value: { amount: 80, currency: 'USD' },
      decisionTraceId: aTrace().traceId,
      joinedAt: '2026-11-23T00:00:00.000Z',
    });
    const key = Buffer.from('N14228');
    expect(record).toMatchObject({ topic: 'flights.outcomes.v1', partition: partitionFor(key, 6), key });
    const header = (name: string): string => String(headerOf(record?.headers ?? [], name));
    expect(header(HEADER.ceId)).toBe(message.outcomeId);
    expect(header(HEADER.ceSubject)).toBe('N14228');
    // It goes back to the raw event, as the result does, whatever record the label came on.
    const result = decided?.kind === 'done' ? decided.outputs[0] : undefined;
    expect(header(HEADER.origin)).toBe(String(headerOf(result?.headers ?? [], HEADER.origin)));
  });

  it.each([
    ['on-time', false, -40, false],
    [false, false, -40, false],
    [true, true, 80, true],
  ])('by the name or the truth of the outcome (%s)', async (label, positive, amount, correct) => {
    await desk.decide([predictionRecord('E-1', 0)]);
    const [message] = messagesOf(await desk.take([feedbackRecord(aLabel('E-1', { label }), 0)]));
    expect(message).toMatchObject({ positive, correct, value: { amount } });
  });

  it('is found by the source that the sender names', async () => {
    await desk.decide([predictionRecord('E-1', 0)]);
    const outcomes = await desk.take([feedbackRecord(aLabel('E-1', { source: '/elsewhere' }), 0)]);
    expect(kindsOf(outcomes)).toEqual(['done 0']);
    await expect(rowsOf('waiting_labels')).resolves.toBe(1);
  });

  it('publishes the same bytes when its record is redelivered, and nothing for a copy', async () => {
    await desk.decide([predictionRecord('E-1', 0)]);
    const first = outcomesIn(await desk.take([feedbackRecord(aLabel('E-1'), 4)]));
    const later = new ResultsDesk(database, { now: Date.UTC(2027, 0, 1) });
    const again = outcomesIn(await later.take([feedbackRecord(aLabel('E-1'), 4)]));
    expect(again.map(bytesOf)).toEqual(first.map(bytesOf));
    expect(again).toHaveLength(1);
    expect(kindsOf(await later.take([feedbackRecord(aLabel('E-1'), 5)]))).toEqual(['done 0']);
    await expect(rowsOf('labels')).resolves.toBe(1);
  });

  it('begins a trace of its own, which is linked to that of the decision', async () => {
    const decided = `00-${'d'.repeat(32)}-${'e'.repeat(16)}-01`;
    const [result] = await desk.decide([predictionRecord('E-1', 0)]);
    const stored = result?.kind === 'done' ? headerOf(result.outputs[0]?.headers ?? [], HEADER.traceparent) : null;
    const links: TraceContext[] = [];
    const attributes: Record<string, unknown> = {};
    const trace = aTrace({
      sampled: true,
      traceId: 'a'.repeat(32),
      linkTo: (context) => links.push(context),
      setAttribute: (name, value) => {
        attributes[name] = value;
      },
    });
    const [outcome] = outcomesIn(await desk.take([feedbackRecord(aLabel('E-1'), 0)], { trace }));
    expect(links).toEqual([parseTraceparent(stored ?? decided)]);
    expect(String(headerOf(outcome?.headers ?? [], HEADER.traceparent))).toContain('a'.repeat(32));
    expect(attributes).toMatchObject({
      'pitwall.event.id': 'E-1',
      'pitwall.label': 'late',
      'pitwall.settlement': 'inserted',
    });
  });
});

describe('a label that comes before its decision', () => {
  it('waits, is counted, and gives its outcome with the decision', async () => {
    expect(kindsOf(await desk.take([feedbackRecord(aLabel('E-1'), 0), feedbackRecord(aLabel('E-2'), 1)]))).toEqual([
      'done 0',
      'done 0',
    ]);
    await expect(rowsOf('waiting_labels')).resolves.toBe(2);
    const outcomes = await desk.decide([predictionRecord('E-1', 0), predictionRecord('E-3', 1)]);
    expect(kindsOf(outcomes)).toEqual(['done 2', 'done 1']);
    expect(messagesOf(outcomes)).toMatchObject([{ event: { id: 'E-1' }, label: 'late', value: { amount: 80 } }]);
    await expect(rowsOf('waiting_labels')).resolves.toBe(1);
  });

  it('is no part of how long the outcome took, which counts from the prediction', async () => {
    await desk.take([feedbackRecord(aLabel('E-1'), 0)]);
    const [outcome] = outcomesIn(await desk.decide([predictionRecord('E-1', 0, { appendedAt: 1_234 })]));
    expect(inputAppendedAtOf(outcome?.headers ?? [])).toBe(1_234);
    const [other] = outcomesIn(
      await desk.take([{ ...feedbackRecord(aLabel('E-1', { labelSource: 'b' }), 1), appendedAt: 5_678 }]),
    );
    expect(inputAppendedAtOf(other?.headers ?? [])).toBe(5_678);
  });

  it('gives it once more, with the same bytes, when the prediction is redelivered', async () => {
    await desk.take([feedbackRecord(aLabel('E-1'), 0)]);
    const first = outcomesIn(await desk.decide([predictionRecord('E-1', 0)]));
    const later = new ResultsDesk(database, { now: Date.UTC(2027, 0, 1) });
    const again = outcomesIn(await later.decide([predictionRecord('E-1', 0)]));
    expect(again.map(bytesOf)).toEqual(first.map(bytesOf));
    expect(again).toHaveLength(1);
  });

  it('gives none for another record of an event that is decided already', async () => {
    await desk.take([feedbackRecord(aLabel('E-1'), 0)]);
    await desk.decide([predictionRecord('E-1', 0)]);
    const duplicate = predictionRecord('E-1', 1);
    const origin = String(headerOf(duplicate.headers, HEADER.origin)).replace(' 2 1 ', ' 2 9 ');
    const outcomes = await desk.decide([{ ...duplicate, headers: [textHeader(HEADER.origin, origin)] }]);
    expect(kindsOf(outcomes)).toEqual(['done 0']);
  });

  it('of several sources and revisions: the highest of each source', async () => {
    await desk.take([
      feedbackRecord(aLabel('E-1', { labelSource: 'a', revision: 0 }), 0),
      feedbackRecord(aLabel('E-1', { labelSource: 'a', revision: 2, label: 'on-time' }), 1),
      feedbackRecord(aLabel('E-1', { labelSource: 'a', revision: 1 }), 2),
      feedbackRecord(aLabel('E-1', { labelSource: 'b', revision: 5 }), 3),
    ]);
    const published = messagesOf(await desk.decide([predictionRecord('E-1', 0)]));
    expect(published.map(({ labelSource, revision, label }) => [labelSource, revision, label])).toEqual([
      ['a', 2, 'on-time'],
      ['b', 5, 'late'],
    ]);
    await expect(rowsOf('waiting_labels')).resolves.toBe(0);
  });
});

describe('an outcome that is larger than any message may be', () => {
  const model = 'm'.repeat(MAX_PUBLISHED_VALUE_BYTES - 1_500);
  const prediction = aPrediction({ id: 'E-1', scores: [aScore({ model })] });
  const large = predictionRecord('E-1', 0, { value: Buffer.from(JSON.stringify(prediction)) });
  const label = aLabel('E-1', { labelSource: '\u0001'.repeat(512) });

  it('is not stored, and its label is dead', async () => {
    expect(kindsOf(await desk.decide([large]))).toEqual(['done 1']);
    const [outcome] = await desk.take([feedbackRecord(label, 0)]);
    expect(outcome).toMatchObject({
      kind: 'dead',
      reason: 'derived_too_large',
      message: expect.stringContaining('give its source a shorter name'),
      identity: { source: '/flights', id: 'E-1' },
    });
    await expect(rowsOf('labels')).resolves.toBe(1);
    await expect(rowsOf('outcomes')).resolves.toBe(0);
  });

  it('does not keep back the decision that its label waited for', async () => {
    await desk.take([feedbackRecord(label, 0)]);
    expect(kindsOf(await desk.decide([large]))).toEqual(['done 1']);
    await expect(rowsOf('outcomes')).resolves.toBe(0);
  });
});

describe('a label that is corrected', () => {
  const revisions = (outcomes: readonly Outcome[]): number[] => messagesOf(outcomes).map(({ revision }) => revision);

  it('gives another outcome, and a lower revision that comes late is kept but not published', async () => {
    await desk.decide([predictionRecord('E-1', 0)]);
    expect(revisions(await desk.take([feedbackRecord(aLabel('E-1', { revision: 1 }), 0)]))).toEqual([1]);
    const corrected = await desk.take([feedbackRecord(aLabel('E-1', { revision: 3, label: 'on-time' }), 1)]);
    expect(messagesOf(corrected)).toMatchObject([{ revision: 3, correct: false, value: { amount: -40 } }]);
    expect(revisions(await desk.take([feedbackRecord(aLabel('E-1', { revision: 2 }), 2)]))).toEqual([]);
    await expect(rowsOf('labels')).resolves.toBe(3);
    await expect(rowsOf('outcomes')).resolves.toBe(2);
  });

  it('publishes what it published when an older revision is redelivered', async () => {
    await desk.decide([predictionRecord('E-1', 0)]);
    const first = outcomesIn(await desk.take([feedbackRecord(aLabel('E-1', { revision: 0 }), 0)]));
    await desk.take([feedbackRecord(aLabel('E-1', { revision: 1 }), 1)]);
    const again = outcomesIn(await desk.take([feedbackRecord(aLabel('E-1', { revision: 0 }), 0)]));
    expect(again.map(bytesOf)).toEqual(first.map(bytesOf));
  });

  it('publishes the higher one only where both come in one batch', async () => {
    await desk.decide([predictionRecord('E-1', 0)]);
    const batch = [1, 0].map((revision, offset) => feedbackRecord(aLabel('E-1', { revision }), offset));
    expect(kindsOf(await desk.take(batch))).toEqual(['done 1', 'done 0']);
  });
});
