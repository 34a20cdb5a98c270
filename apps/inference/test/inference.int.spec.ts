import { jest } from '@jest/globals';
import {
  CE_TYPE,
  type DeadLetter,
  deadLettersTopic,
  type FeaturesMessage,
  HEADER,
  type PredictionMessage,
  predictionMessageSchema,
  predictionsTopic,
} from '@pitwall/contracts';
import type { InboundRecord, OutboundRecord } from '@pitwall/messaging';
import type { RunningService } from '@pitwall/runtime';
import { eventually, routesOf } from '@pitwall/testing';
import { featuresOf, firstCopies, textOf, TRACE_ID } from './features-record.js';
import { GOLDEN_FLIGHTS, GOLDEN_TOLERANCE, type GoldenFlight } from './flight-models.js';
import { answering, LIMITS_MS, modelHealth, ServiceUnderTest } from './service-under-test.js';

jest.setTimeout(LIMITS_MS.test);

let test: ServiceUnderTest;
let service: RunningService;
let predictions: readonly InboundRecord[];
let deadLetters: readonly InboundRecord[];

beforeAll(async () => {
  test = await ServiceUnderTest.provision();
  predictions = await test.watch(predictionsTopic.name(test.pipeline.name));
  deadLetters = await test.watch(deadLettersTopic.name(test.pipeline.name));
  service = await test.start();
  await answering(service, test.pipeline.name, 'champion');
});
afterAll(() => test?.end());

/** The features message of a flight, see {@link featuresOf}. */
const featuresRecord = (flight: GoldenFlight, run: string, change: Partial<FeaturesMessage> = {}): OutboundRecord =>
  featuresOf(test.pipeline.name, { flight, run, change });

const idsOf = (run: string): readonly string[] => GOLDEN_FLIGHTS.map(({ flightId }) => `${run}:${flightId}`);

const ofRun = (run: string): readonly InboundRecord[] =>
  firstCopies(predictions).filter((record) => textOf(record, HEADER.ceId)?.startsWith(`${run}:`));

/** The predictions of a run by event id, once there are as many as that. */
async function predictionsOf(run: string, count: number): Promise<ReadonlyMap<string, PredictionMessage>> {
  const found = await eventually(
    () => {
      const soFar = ofRun(run);
      return soFar.length >= count ? soFar : null;
    },
    { what: `${count} predictions of ${run}`, timeoutMs: LIMITS_MS.wait },
  );
  return new Map(
    found.map((record) => {
      const prediction = predictionMessageSchema.parse(JSON.parse(String(record.value)));
      return [prediction.id, prediction];
    }),
  );
}

const scoreOf = (prediction: PredictionMessage | undefined): number => prediction?.scores[0]?.score ?? Number.NaN;

it('documents every route that it serves, and no other', async () => {
  const { served, documented } = await routesOf(service);
  expect(served).toEqual(documented);
  expect(served).toContain('GET /readyz');
});

describe('inference on Kafka', () => {
  it('scores the hundred golden flights as the trainer did, and carries features and notes along', async () => {
    const records = GOLDEN_FLIGHTS.map((flight) => featuresRecord(flight, 'golden'));
    await test.send(records);
    const found = await predictionsOf('golden', 100);
    for (const [at, flight] of GOLDEN_FLIGHTS.entries()) {
      const prediction = found.get(`golden:${flight.flightId}`);
      expect(Math.abs(scoreOf(prediction) - (flight.scores['champion'] ?? Number.NaN))).toBeLessThanOrEqual(
        GOLDEN_TOLERANCE,
      );
      const { scores, fallback, inferenceMs, ...features } = prediction as PredictionMessage;
      expect(features).toEqual(JSON.parse(String(records[at]?.value)));
      expect(scores).toMatchObject([{ role: 'champion', model: 'champion', version: '1.0.0' }]);
      expect(fallback).toBeNull();
      expect(inferenceMs).toBeGreaterThan(0);
    }
  });

  it('keeps partition, key, order and headers, and goes on with the trace', async () => {
    const records = GOLDEN_FLIGHTS.map((flight) => featuresRecord(flight, 'order'));
    await test.send(records);
    await predictionsOf('order', 100);
    const got = ofRun('order');
    for (const partition of [0, 1, 2]) {
      const given = records.filter((record) => record.partition === partition);
      const gotHere = got.filter((record) => record.partition === partition);
      expect(gotHere.map(({ key }) => String(key))).toEqual(given.map(({ key }) => String(key)));
      const own: readonly string[] = [HEADER.ceType, HEADER.traceparent, HEADER.inputAppendedAt];
      const untouched = ({ headers }: Pick<InboundRecord, 'headers'>) =>
        headers.filter(({ name }) => !own.includes(name)).map(({ name, value }) => `${name}: ${String(value)}`);
      expect(gotHere.map(untouched)).toEqual(given.map(untouched));
    }
    const traceparents = got.map((record) => textOf(record, HEADER.traceparent));
    expect(new Set(got.map((record) => textOf(record, HEADER.ceType)))).toEqual(new Set([CE_TYPE.prediction]));
    expect(new Set(traceparents.map((text) => text?.slice(3, 35)))).toEqual(new Set([TRACE_ID]));
    // A span of its own each, so that the next hop has its right parent.
    expect(new Set(traceparents).size).toBe(100);
  });

  it('gives an event that comes again the same score to the last bit, in whatever batches', async () => {
    const first = await predictionsOf('golden', 100);
    for (const flight of GOLDEN_FLIGHTS.slice(0, 12)) await test.send([featuresRecord(flight, 'again')]);
    await test.send(GOLDEN_FLIGHTS.slice(12).map((flight) => featuresRecord(flight, 'again')));
    const again = await predictionsOf('again', 100);
    expect(idsOf('again').map((id) => scoreOf(again.get(id)))).toEqual(
      idsOf('golden').map((id) => scoreOf(first.get(id))),
    );
  });

  it('dead-letters what cannot be given to the model, with its reason, and scores the rest', async () => {
    const [first, second, third, fourth] = GOLDEN_FLIGHTS as unknown as [
      GoldenFlight,
      GoldenFlight,
      GoldenFlight,
      GoldenFlight,
    ];
    await test.send([
      featuresRecord(first, 'mixed'),
      { ...featuresRecord(second, 'mixed'), partition: 0, value: Buffer.from('{"pipeline"') },
      { ...featuresRecord(third, 'mixed', { features: { ...third.features, temp_f: 'warm' } }), partition: 0 },
      { ...featuresRecord(fourth, 'mixed'), partition: 0 },
    ]);
    const scored = await predictionsOf('mixed', 2);
    expect([...scored.keys()]).toEqual([`mixed:${first.flightId}`, `mixed:${fourth.flightId}`]);
    const dead = await eventually(
      () => {
        const copies = firstCopies(deadLetters);
        return copies.length >= 2 ? copies : null;
      },
      { what: 'two dead letters', timeoutMs: LIMITS_MS.wait },
    );
    const letters = dead.map((record) => JSON.parse(textOf(record, HEADER.deadLetter) ?? '{}') as DeadLetter);
    expect(letters.map(({ stage, reason }) => `${stage} ${reason}`)).toEqual([
      'inference contract_violation',
      'inference contract_violation',
    ]);
    expect(letters[1]).toMatchObject({
      identity: { id: `mixed:${third.flightId}` },
      violations: [
        { pointer: '/features/temp_f', message: 'The feature temp_f is "warm", the model takes a number or null.' },
      ],
    });
    expect(String(dead[0]?.value)).toBe('{"pipeline"');
  });

  it('loses nothing when its model child is killed under load', async () => {
    const { name } = test.pipeline;
    const load = Array.from({ length: 8 }, (_, run) =>
      GOLDEN_FLIGHTS.map((flight) => featuresRecord(flight, `killed:${run}`)),
    );
    const killed = new Set<number>();
    for (const records of load) {
      const victim = await eventually(
        async () => (await ServiceUnderTest.modelPids(service, name)).find((pid) => !killed.has(pid)),
        { what: 'a model child', everyMs: 5, timeoutMs: LIMITS_MS.wait },
      );
      await test.send(records);
      process.kill(victim, 'SIGKILL');
      killed.add(victim);
    }
    expect(killed.size).toBe(8);
    const found = await predictionsOf('killed', 800);
    expect(found.size).toBe(800);
    expect(firstCopies(deadLetters)).toHaveLength(2);
    const champion = GOLDEN_FLIGHTS.map(({ scores }) => scores['champion'] ?? Number.NaN);
    for (const run of load.keys()) {
      const scores = idsOf(`killed:${run}`).map((id) => scoreOf(found.get(id)));
      expect(
        Math.max(...scores.map((score, at) => Math.abs(score - (champion[at] ?? Number.NaN)))),
      ).toBeLessThanOrEqual(GOLDEN_TOLERANCE);
    }
    await answering(service, name, 'champion');
  });

  it('says in /readyz which model answers, and shows its metrics', async () => {
    const { facts } = (await modelHealth(service)) as { facts: Record<string, Record<string, string>> };
    const digest = test.pipeline.champion.manifest.artifact.sha256;
    expect(facts[test.pipeline.name]).toMatchObject({ model: 'champion', version: '1.0.0', digest });
    expect(Date.parse(facts[test.pipeline.name]?.['since'] ?? '')).toBeGreaterThan(0);
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    for (const metric of ['rows_total', 'batch_rows', 'batch_duration', 'child_losses', 'child_memory', 'queue']) {
      expect(metrics).toContain(`pitwall_model_${metric}`);
    }
  });

  it('follows a new deployment without a restart, and none that it has no model for', async () => {
    const { name } = test.pipeline;
    await test.deploy('candidate-a', 2);
    await answering(service, name, 'candidate-a');
    await test.deploy('candidate-b', 3, '0'.repeat(64));
    await test.deploy('champion', 1);
    await test.send(GOLDEN_FLIGHTS.map((flight) => featuresRecord(flight, 'switched')));
    const found = await predictionsOf('switched', 100);
    for (const flight of GOLDEN_FLIGHTS) {
      const prediction = found.get(`switched:${flight.flightId}`);
      expect(prediction?.scores[0]?.model).toBe('candidate-a');
      expect(Math.abs(scoreOf(prediction) - (flight.scores['candidate-a'] ?? Number.NaN))).toBeLessThanOrEqual(
        GOLDEN_TOLERANCE,
      );
    }
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  });
});
