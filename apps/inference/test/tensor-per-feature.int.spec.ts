import { jest } from '@jest/globals';
import {
  type DeadLetter,
  deadLettersTopic,
  type FeaturesMessage,
  HEADER,
  type PredictionMessage,
  predictionMessageSchema,
  predictionsTopic,
} from '@pitwall/contracts';
import type { InboundRecord } from '@pitwall/messaging';
import { eventually } from '@pitwall/testing';
import { columnsScore, useColumnsModel } from './columns-model.js';
import { featuresOf, firstCopies, textOf } from './features-record.js';
import { GOLDEN_FLIGHTS, type GoldenFlight } from './flight-models.js';
import { answering, declareFallback, LIMITS_MS, ServiceUnderTest } from './service-under-test.js';

jest.setTimeout(LIMITS_MS.test);

/** What float32 holds of a sum of three. */
const TOLERANCE = 1e-6;

describe('inference with a model that takes one tensor per feature: float32, int64 and string', () => {
  let test: ServiceUnderTest;
  let predictions: readonly InboundRecord[];
  let deadLetters: readonly InboundRecord[];

  beforeAll(async () => {
    test = await ServiceUnderTest.provision((folder) => {
      declareFallback(folder, null);
      useColumnsModel(folder);
    });
    predictions = await test.watch(predictionsTopic.name(test.pipeline.name));
    deadLetters = await test.watch(deadLettersTopic.name(test.pipeline.name));
    const service = await test.start();
    await answering(service, test.pipeline.name, 'champion');
  });
  afterAll(() => test?.end());

  const send = (run: string, flights: readonly { flight: GoldenFlight; change?: Partial<FeaturesMessage> }[]) =>
    test.send(
      flights.map(({ flight, change }) => featuresOf(test.pipeline.name, { flight, run, ...(change && { change }) })),
    );

  const predictionsOf = async (run: string, count: number): Promise<readonly PredictionMessage[]> => {
    const found = await eventually(
      () => {
        const soFar = firstCopies(predictions).filter((record) => textOf(record, HEADER.ceId)?.startsWith(`${run}:`));
        return soFar.length >= count ? soFar : null;
      },
      { what: `${count} predictions of ${run}`, timeoutMs: LIMITS_MS.wait },
    );
    return found.map((record) => predictionMessageSchema.parse(JSON.parse(String(record.value))));
  };

  it('gives each event the score of its own features, in batches of any size', async () => {
    await send(
      'all',
      GOLDEN_FLIGHTS.map((flight) => ({ flight })),
    );
    const found = await predictionsOf('all', GOLDEN_FLIGHTS.length);
    const errors = found.map(({ scores, features }) =>
      Math.abs((scores[0]?.score ?? Number.NaN) - columnsScore(features)),
    );
    expect(Math.max(...errors)).toBeLessThanOrEqual(TOLERANCE);
    // Not one answer for all of them.
    expect(new Set(found.map(({ scores }) => scores[0]?.score)).size).toBeGreaterThan(50);
  });

  it('scores a category that it was not trained on, and a row alone', async () => {
    const [flight] = GOLDEN_FLIGHTS as readonly [GoldenFlight, ...GoldenFlight[]];
    const features = { ...flight.features, carrier: 'never seen', plane_manufacturer: 'BOEING' };
    await send('alone', [{ flight, change: { features } }]);
    const [prediction] = await predictionsOf('alone', 1);
    expect(prediction?.scores[0]?.score).toBeCloseTo(columnsScore(features), 6);
  });

  it.each([
    ['part of a minute', 'sched_dep_minute', 480.5, 'a whole number'],
    ['a whole number beyond 2^53', 'sched_dep_minute', 2 ** 60, 'a whole number'],
    ['a carrier that is missing', 'carrier', null, 'a text'],
    ['a distance that is text', 'distance_mi', 'far', 'a number or null'],
  ])('buries a row with %s, and scores the rows around it', async (what, feature, value, expected) => {
    const [before, bad, after] = GOLDEN_FLIGHTS as readonly [GoldenFlight, GoldenFlight, GoldenFlight];
    const run = what.replaceAll(' ', '-');
    const features = { ...bad.features, plane_manufacturer: 'BOEING', [feature]: value };
    await send(run, [{ flight: before }, { flight: bad, change: { features } }, { flight: after }]);
    await predictionsOf(run, 2);
    const letter = await eventually(
      () =>
        deadLetters
          .map((record) => JSON.parse(textOf(record, HEADER.deadLetter) ?? '') as DeadLetter)
          .find(({ identity }) => identity?.id === `${run}:${bad.flightId}`),
      { what: 'the dead letter', timeoutMs: LIMITS_MS.wait },
    );
    expect(letter).toMatchObject({ reason: 'contract_violation', violations: [{ pointer: `/features/${feature}` }] });
    expect(letter?.message).toContain(`the model takes ${expected}`);
  });
});
