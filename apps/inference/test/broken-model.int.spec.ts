import { jest } from '@jest/globals';
import { deadLettersTopic, HEADER, predictionsTopic } from '@pitwall/contracts';
import type { InboundRecord } from '@pitwall/messaging';
import type { RunningService } from '@pitwall/runtime';
import { eventually } from '@pitwall/testing';
import { featuresOf, firstCopies, textOf } from './features-record.js';
import { GOLDEN_FLIGHTS } from './flight-models.js';
import {
  answering,
  declareFallback,
  LIMITS_MS,
  modelHealth,
  ServiceUnderTest,
  spoilGoldenRows,
} from './service-under-test.js';

jest.setTimeout(LIMITS_MS.test);

let test: ServiceUnderTest;
let service: RunningService;
let predictions: readonly InboundRecord[];
let deadLetters: readonly InboundRecord[];

beforeAll(async () => {
  test = await ServiceUnderTest.provision((folder) => {
    declareFallback(folder, null);
    spoilGoldenRows(folder, 'champion');
  });
  predictions = await test.watch(predictionsTopic.name(test.pipeline.name));
  deadLetters = await test.watch(deadLettersTopic.name(test.pipeline.name));
  service = await test.start();
});
afterAll(() => test?.end());

describe('inference with a champion that scores its golden rows otherwise', () => {
  it('without a fallback is not ready, says why, holds the events, and scores all of them in order once a sound version is deployed', async () => {
    const { name } = test.pipeline;
    await test.send(GOLDEN_FLIGHTS.map((flight) => featuresOf(name, { flight, run: 'held' })));
    const health = await eventually(
      async () => {
        const found = await modelHealth(service);
        return String(found['reason']).includes('golden rows') ? found : null;
      },
      { what: 'the reason in /readyz', timeoutMs: LIMITS_MS.wait },
    );
    expect(health['reason']).toContain(
      `${name}: The model champion@1.0.0 cannot be served: 16 golden rows score otherwise`,
    );
    expect((await fetch(`${service.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${service.url}/livez`)).status).toBe(200);
    // Handed to the handler at least once by now, and given back.
    await eventually(async () => (await (await fetch(`${service.url}/metrics`)).text()).includes('model_unavailable'), {
      what: 'a batch that was given back',
      timeoutMs: LIMITS_MS.wait,
    });
    expect(predictions).toHaveLength(0);

    await test.deploy('candidate-a', 2);
    await answering(service, name, 'candidate-a');
    await eventually(() => firstCopies(predictions).length >= 100, {
      what: 'all predictions',
      timeoutMs: LIMITS_MS.wait,
    });
    for (const partition of [0, 1, 2]) {
      const ids = firstCopies(predictions)
        .filter((record) => record.partition === partition)
        .map((record) => textOf(record, HEADER.ceId));
      expect(ids).toEqual(
        GOLDEN_FLIGHTS.flatMap(({ flightId }, at) => (at % 3 === partition ? [`held:${flightId}`] : [])),
      );
    }
    expect(deadLetters).toHaveLength(0);
  });
});
