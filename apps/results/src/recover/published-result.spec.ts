import { HEADER, resultIdOf } from '@pitwall/contracts';
import { textHeader } from '@pitwall/messaging';
import fc from 'fast-check';
import { aPrediction, aScore, POLICY } from '../../test/a-prediction.js';
import type { Decision } from '../decisions/decision.js';
import { takeDecision } from '../decisions/take-decision.js';
import { importedDecision, readPublishedResult } from './published-result.js';

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((one) => one.isWellFormed());
const time = fc.integer({ min: 0, max: 4_000_000_000_000 });

/** Decisions of the models and of the fallback, as the service takes them. */
const decided: fc.Arbitrary<Decision> = fc
  .record({
    id: text,
    source: text,
    entity: text,
    score: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    late: fc.boolean(),
    eventAt: time,
    decidedAt: time,
    offset: fc.nat(),
  })
  .map(({ id, source, entity, score, late, eventAt, decidedAt, offset }) => {
    const prediction = aPrediction({
      id,
      source,
      entity,
      late,
      eventTime: new Date(eventAt).toISOString(),
      scores: score === null ? [] : [aScore({ score: score + 0 })],
      fallback: score === null ? 'no_deployment' : null,
    });
    return takeDecision(
      {
        prediction,
        value: Buffer.from(JSON.stringify(prediction)),
        origin: { topic: 'flights.events.v1', partition: 3, offset, appendedAt: decidedAt, digest: 'd'.repeat(64) },
        inputAppendedAt: decidedAt,
        traceId: 'a'.repeat(32),
        decidedAt,
        traceparent: () => `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`,
        tracestate: null,
      },
      POLICY,
    ) as Decision;
  });

function aDecision(): Decision {
  const [decision] = fc.sample(decided, 1);
  if (decision === undefined) throw new Error('no sample');
  return decision;
}

describe('a decision that is read back from what was published of it', () => {
  it('is the row that was stored', () => {
    fc.assert(
      fc.property(decided, (decision) => {
        const published = readPublishedResult(decision.publication, 'flights');
        if (published === null) throw new Error('not read');
        const { model, ...imported } = importedDecision(published, decision.prediction);
        const { model: storedModel, ...stored } = decision;
        expect(imported).toEqual(stored);
        // Its digest has no column.
        expect(model).toEqual(storedModel === null ? null : expect.objectContaining(storedModel));
      }),
    );
  });

  it.each([
    ['of another pipeline', (decision: Decision) => readPublishedResult(decision.publication, 'trains')],
    [
      'without an origin',
      ({ publication }: Decision) => readPublishedResult({ ...publication, headers: [] }, 'flights'),
    ],
    [
      'with an origin that is none',
      ({ publication }: Decision) =>
        readPublishedResult({ ...publication, headers: [textHeader(HEADER.origin, 'somewhere')] }, 'flights'),
    ],
    ['without a key', ({ publication }: Decision) => readPublishedResult({ ...publication, key: null }, 'flights')],
    [
      'under the id of another event',
      ({ publication }: Decision) => {
        const other = resultIdOf('flights', { source: 'somebody', id: 'else' });
        const message = { ...JSON.parse(publication.value.toString('utf8')), resultId: other };
        return readPublishedResult({ ...publication, value: Buffer.from(JSON.stringify(message)) }, 'flights');
      },
    ],
    [
      'that is not JSON',
      ({ publication }: Decision) => readPublishedResult({ ...publication, value: Buffer.from('{') }, 'flights'),
    ],
  ])('is none where the record is one %s', (_case, read) => {
    expect(read(aDecision())).toBeNull();
  });
});
