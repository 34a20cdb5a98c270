import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { deadLettersTopic, HEADER, predictionMessageSchema, predictionsTopic } from '@pitwall/contracts';
import { type InboundRecord, type OutboundRecord, textHeader } from '@pitwall/messaging';
import type { RunningService } from '@pitwall/runtime';
import { eventually } from '@pitwall/testing';
import { featuresOf, firstCopies, textOf } from './features-record.js';
import { GOLDEN_FLIGHTS, type GoldenFlight } from './flight-models.js';
import { LIMITS_MS, ServiceUnderTest } from './service-under-test.js';

jest.setTimeout(LIMITS_MS.test);

/** Longer than a busy machine can take for what is sent as fresh. */
const LIVES_MS = 3_600_000;

let test: ServiceUnderTest;
let service: RunningService;
let predictions: readonly InboundRecord[];
let deadLetters: readonly InboundRecord[];

function declareTimeToLive(folder: string): void {
  const file = join(folder, 'pipeline.yaml');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/^event:\n/m, `event:\n  timeToLiveMs: ${LIVES_MS}\n`));
}

beforeAll(async () => {
  test = await ServiceUnderTest.provision(declareTimeToLive);
  predictions = await test.watch(predictionsTopic.name(test.pipeline.name));
  deadLetters = await test.watch(deadLettersTopic.name(test.pipeline.name));
  service = await test.start();
});
afterAll(() => test?.end());

const redriven = (record: OutboundRecord): OutboundRecord => ({
  ...record,
  headers: [...record.headers, textHeader(HEADER.redriveAttempt, '1')],
});

describe('events that have waited longer than they live', () => {
  it('get the fallback decision, in the order of their partition, while fresh and redriven ones are scored', async () => {
    const flights = GOLDEN_FLIGHTS.slice(0, 30);
    const { name } = test.pipeline;
    const of = (run: string, rawAppendedAt: number) => (flight: GoldenFlight) =>
      featuresOf(name, { flight, run, rawAppendedAt });
    const now = Math.round(performance.timeOrigin + performance.now());
    const records = flights.flatMap((flight) => [
      of('old', now - 2 * LIVES_MS)(flight),
      of('fresh', now)(flight),
      redriven(of('redriven', now - 2 * LIVES_MS)(flight)),
    ]);
    await test.send(records);
    const answers = await eventually(
      () => {
        const first = firstCopies(predictions);
        return first.length === records.length ? first : null;
      },
      { what: 'a prediction of each event', timeoutMs: LIMITS_MS.wait },
    );
    const said = answers.map((record) => {
      const { fallback, scores } = predictionMessageSchema.parse(JSON.parse(String(record.value)));
      return `${textOf(record, HEADER.ceId)?.split(':')[0]}: ${fallback ?? `${scores.length} score`}`;
    });
    expect(new Set(said)).toEqual(new Set(['old: event_too_old', 'fresh: 1 score', 'redriven: 1 score']));
    const orderOf = (partition: number, all: readonly Pick<InboundRecord, 'partition' | 'headers'>[]) =>
      all.filter((record) => record.partition === partition).map((record) => textOf(record, HEADER.ceId));
    for (const partition of [0, 1, 2]) expect(orderOf(partition, answers)).toEqual(orderOf(partition, records));
    expect(deadLetters).toHaveLength(0);

    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toMatch(/pitwall_fallback_predictions_total\{[^}]*event_too_old[^}]*\} \d+/);
    expect(metrics).toMatch(/pitwall_event_age_bucket\{[^}]*le="21600"[^}]*\} \d+/);
    expect(metrics).toMatch(new RegExp(`pitwall_fallback_active\\{[^}]*${name}[^}]*\\} 0`));
  });
});
