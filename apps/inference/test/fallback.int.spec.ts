import { jest } from '@jest/globals';
import {
  deadLettersTopic,
  HEADER,
  type PredictionMessage,
  predictionMessageSchema,
  predictionsTopic,
} from '@pitwall/contracts';
import type { InboundRecord } from '@pitwall/messaging';
import type { RunningService } from '@pitwall/runtime';
import { eventually } from '@pitwall/testing';
import { featuresOf, firstCopies, textOf } from './features-record.js';
import { GOLDEN_FLIGHTS } from './flight-models.js';
import { answering, declareFallback, LIMITS_MS, modelHealth, ServiceUnderTest } from './service-under-test.js';

jest.setTimeout(LIMITS_MS.test);

const AFTER_MS = 1_500;

let test: ServiceUnderTest;
let service: RunningService;
let predictions: readonly InboundRecord[];
let deadLetters: readonly InboundRecord[];

beforeAll(async () => {
  test = await ServiceUnderTest.provision((folder) => declareFallback(folder, AFTER_MS));
  predictions = await test.watch(predictionsTopic.name(test.pipeline.name));
  deadLetters = await test.watch(deadLettersTopic.name(test.pipeline.name));
  await test.deploy('champion', 2, '0'.repeat(64));
  service = await test.start();
});
afterAll(() => test?.end());

/** What was predicted of a run, once there is something of each flight. */
async function predictionsOf(run: string): Promise<readonly PredictionMessage[]> {
  await test.send(GOLDEN_FLIGHTS.map((flight) => featuresOf(test.pipeline.name, { flight, run })));
  return eventually(
    () => {
      const ofRun = firstCopies(predictions).filter((record) => textOf(record, HEADER.ceId)?.startsWith(`${run}:`));
      if (ofRun.length < GOLDEN_FLIGHTS.length) return null;
      return ofRun.map((record) => predictionMessageSchema.parse(JSON.parse(String(record.value))));
    },
    { what: `predictions of ${run}`, timeoutMs: LIMITS_MS.wait },
  );
}

const metrics = async (): Promise<string> => (await fetch(`${service.url}/metrics`)).text();

describe('inference with a deployment that it has no model for, and a declared fallback', () => {
  it('has the fallback decision taken once it has waited, says so, and scores again when a model is deployed', async () => {
    const { name } = test.pipeline;
    const fellBack = await predictionsOf('without');
    expect(new Set(fellBack.map(({ fallback, scores }) => `${fallback}, ${scores.length} scores`))).toEqual(
      new Set(['model_unknown, 0 scores']),
    );
    expect(fellBack[0]?.features).toMatchObject({ plane_manufacturer: 'BOEING' });

    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
    const { facts } = (await modelHealth(service)) as { facts: Record<string, Record<string, unknown>> };
    expect(facts[name]).toEqual({
      fallback: {
        since: expect.stringMatching(/^\d{4}-.*Z$/),
        why: 'model_unknown',
        reason: expect.stringContaining(`with the digest ${'0'.repeat(64)}`),
      },
    });
    expect(await metrics()).toMatch(new RegExp(`pitwall_fallback_active\\{[^}]*${name}[^}]*\\} 1`));
    expect(await metrics()).toMatch(/pitwall_fallback_predictions_total\{[^}]*model_unknown[^}]*\} \d+/);

    await test.deploy('candidate-a', 3);
    await answering(service, name, 'candidate-a');
    const scored = await predictionsOf('with');
    expect(new Set(scored.map(({ fallback, scores }) => `${fallback}, ${scores[0]?.model}`))).toEqual(
      new Set(['null, candidate-a']),
    );
    const after = (await modelHealth(service)) as { facts: Record<string, Record<string, unknown>> };
    expect(after.facts[name]).toMatchObject({ model: 'candidate-a' });
    expect(after.facts[name]).not.toHaveProperty('fallback');
    expect(await metrics()).toMatch(new RegExp(`pitwall_fallback_active\\{[^}]*${name}[^}]*\\} 0`));
    expect(deadLetters).toHaveLength(0);
  });
});
