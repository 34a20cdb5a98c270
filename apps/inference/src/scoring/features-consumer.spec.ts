import { CE_TYPE, HEADER, PitwallError, type PredictionMessage, predictionMessageSchema } from '@pitwall/contracts';
import {
  aRecord,
  batchOf,
  cloudEventHeaders,
  type InboundRecord,
  inputAppendedAtHeader,
  type Message,
  messageOf,
  type Outcome,
} from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import type { Logger } from '@pitwall/telemetry';
import type { Champion } from '../deployments/champion-slot.js';
import type { ChampionsService } from '../deployments/champions.service.js';
import type { ModelPresence } from '../deployments/model-presence.js';
import { FallbackService } from '../fallback/fallback.service.js';
import type { InputBatch } from '../model-child/protocol.js';
import { FailureBreaker } from '../model-pool/failure-breaker.js';
import type { BatchAnswer } from '../model-pool/model-pool.js';
import type { ServedModel } from '../model-pool/served-model.js';
import { EventAgesService } from './event-ages.service.js';
import { FeaturesConsumer } from './features.consumer.js';

const PIPELINE = 'card-fraud';
const AFTER_MS = 30_000;
const HANG_MS = 2_000;
const TRY_EVERY_MS = 10_000;
const ROWS = 30;

const theModel = {
  name: 'champion',
  version: '1.0.0',
  digest: 'a'.repeat(64),
  inputs: [{ name: 'x', type: 'float32', columns: ['amount'] }],
  maxBatchSize: 64,
} as unknown as ServedModel;

function aFeaturesRecord(offset: number): InboundRecord {
  const value = {
    pipeline: PIPELINE,
    source: '/shop',
    id: `order ${offset}`,
    entity: 'customer',
    eventTime: '2026-01-01T00:00:00Z',
    late: false,
    future: false,
    definitionVersion: 1,
    features: { amount: offset },
    notes: [],
  };
  const headers = cloudEventHeaders({
    type: CE_TYPE.features,
    source: value.source,
    id: value.id,
    time: value.eventTime,
    subject: value.entity,
    traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-00`,
    inputAppendedAt: 0,
    origin: { topic: `${PIPELINE}.events.v1`, partition: 0, offset, appendedAt: 0, digest: 'd'.repeat(64) },
  });
  return aRecord({ topic: `${PIPELINE}.features.v1`, offset, value: Buffer.from(JSON.stringify(value)), headers });
}

/** What the model does with whatever it is given; hanging takes time, as its child is killed after it. */
type Mood = 'well' | 'throws' | 'hangs';

/** The consumer of one pipeline, whose model and clock are the test's. Its records were appended at 0. */
function aConsumer(timeToLiveMs?: number) {
  let mood: Mood = 'well';
  let now = 0;
  let presence: ModelPresence = 'present';
  let runs = 0;
  const score = (batch: InputBatch): Promise<BatchAnswer> => {
    runs += 1;
    if (mood === 'hangs') now += HANG_MS;
    if (mood === 'hangs') return Promise.resolve({ kind: 'failed', cause: 'died', message: 'too long' });
    if (mood === 'throws') return Promise.resolve({ kind: 'failed', cause: 'error', message: 'bad index' });
    return Promise.resolve({ kind: 'scores', scores: new Float32Array(batch.rows).fill(0.5), elapsedMs: 1 });
  };
  const pool = { score, notReadyReason: null, queued: 0, rssBytes: 0, pids: [], close: () => Promise.resolve() };
  const champion: Champion = { model: theModel, pool, breaker: new FailureBreaker(), since: 0 };
  const champions = {
    onSwitch: () => undefined,
    presence: () => presence,
    notReadyReason: () => null,
    factsOf: () => null,
    acquire: () =>
      presence === 'present'
        ? Promise.resolve({ champion, release: () => undefined })
        : Promise.reject(new PitwallError('none', { code: 'model_unavailable', retriable: true })),
  } as unknown as ChampionsService;
  const definition = { name: PIPELINE, decision: { fallback: { decision: 'proceed', afterMs: AFTER_MS } } };
  const fallbacks = new FallbackService(
    [definition as unknown as PipelineDefinition],
    { monotonic: () => now, now: () => now },
    { info: () => undefined, warn: () => undefined } as unknown as Logger,
    champions,
  );
  const event = { timeToLiveMs } as PipelineDefinition['event'];
  const ages = new EventAgesService([{ name: PIPELINE, event }], { now: () => now });
  const consumer = new FeaturesConsumer(champions, fallbacks, ages);
  const others = Array.from({ length: ROWS - 1 }, (_, at) => aFeaturesRecord(at + 1));
  const batch = batchOf(PIPELINE, [aFeaturesRecord(0), ...others]);
  return {
    fallbacks,
    runs: () => runs,
    be: (next: Mood) => (mood = next),
    model: (is: ModelPresence) => (presence = is),
    pass: (ms: number) => (now += ms),
    score: (messages = batch.messages) => consumer.score({ ...batch, messages }),
  };
}

/** What all predictions of a batch have in common: the reason of the fallback, or the score. */
function answerOf(outcomes: readonly Outcome[]): string {
  const answers = outcomes.map((outcome) => {
    if (outcome.kind !== 'done') return outcome.reason;
    const prediction: PredictionMessage = predictionMessageSchema.parse(JSON.parse(String(outcome.outputs[0]?.value)));
    return prediction.fallback ?? `score ${prediction.scores[0]?.score}`;
  });
  return [...new Set(answers)].join(', ');
}

describe('FeaturesConsumer', () => {
  it('holds the events of a model that fails on all rows, then falls back, and scores again when it is well', async () => {
    const { be, pass, score, fallbacks } = aConsumer();
    expect(answerOf(await score())).toBe('score 0.5');
    be('throws');
    await expect(score()).rejects.toMatchObject({ code: 'model_failing' });
    pass(AFTER_MS - 1);
    await expect(score()).rejects.toMatchObject({ code: 'model_failing' });
    pass(1);
    expect(answerOf(await score())).toBe('model_failing');
    expect(fallbacks.check()[PIPELINE]?.fallback).toMatchObject({ why: 'model_failing' });
    be('well');
    expect(answerOf(await score())).toBe('model_failing');
    pass(TRY_EVERY_MS);
    expect(answerOf(await score())).toBe('score 0.5');
    expect(fallbacks.check()[PIPELINE]?.fallback).toBeUndefined();
  });

  it('does not try each row of a batch on a model that hangs, once the fallback is due', async () => {
    const { be, score, runs } = aConsumer();
    be('hangs');
    expect(answerOf(await score())).toBe('model_unavailable');
    // Not every row twice.
    expect(runs()).toBeLessThan(ROWS);
    expect(runs() * HANG_MS).toBeLessThan(AFTER_MS + 5 * HANG_MS);
  });

  it('asks a model that hangs little while the fallback is taken', async () => {
    const { be, pass, score, runs } = aConsumer();
    be('hangs');
    await score();
    const before = runs();
    pass(TRY_EVERY_MS);
    for (let batch = 0; batch < 20; batch += 1) expect(answerOf(await score())).toBe('model_unavailable');
    expect(runs() - before).toBeLessThanOrEqual(2);
  });

  it('falls back without asking while no model is there', async () => {
    const { model, pass, score, runs } = aConsumer();
    model({ code: 'model_unknown', message: 'not in the folder' });
    await expect(score()).rejects.toMatchObject({ code: 'model_unavailable' });
    pass(AFTER_MS);
    expect(answerOf(await score())).toBe('model_unknown');
    expect(runs()).toBe(0);
    model('present');
    expect(answerOf(await score())).toBe('score 0.5');
  });

  describe('where events have a time to live', () => {
    const LIVES_MS = 10_000;
    const appendedAt = (offset: number, ms: number): Message =>
      messageOf({
        ...aFeaturesRecord(offset),
        headers: [
          ...aFeaturesRecord(offset).headers.filter(({ name }) => name !== HEADER.inputAppendedAt),
          inputAppendedAtHeader(ms),
        ],
      });
    const each = (outcomes: readonly Outcome[]): readonly string[] => outcomes.map((outcome) => answerOf([outcome]));

    it('scores the fresh ones, and has the fallback decision taken for the others, each at its place', async () => {
      const { pass, score, runs } = aConsumer(LIVES_MS);
      pass(LIVES_MS + 5_000);
      const mixed = [0, 9_000, 4_999, 5_000].map((ms, offset) => appendedAt(offset, ms));
      expect(each(await score(mixed))).toEqual(['event_too_old', 'score 0.5', 'event_too_old', 'score 0.5']);
      expect(runs()).toBe(1);
    });

    it('asks no model for a batch that is too old as a whole, be there one or not', async () => {
      const { pass, score, runs, model } = aConsumer(LIVES_MS);
      pass(LIVES_MS + 1);
      expect(answerOf(await score())).toBe('event_too_old');
      model({ code: 'model_unknown', message: 'not in the folder' });
      expect(answerOf(await score())).toBe('event_too_old');
      expect(runs()).toBe(0);
    });

    it('holds all of a batch whose fresh events wait for a model', async () => {
      const { pass, score, model } = aConsumer(LIVES_MS);
      pass(LIVES_MS + 5_000);
      model({ code: 'model_unknown', message: 'not in the folder' });
      const mixed = [appendedAt(0, 0), appendedAt(1, 15_000)];
      await expect(score(mixed)).rejects.toMatchObject({ code: 'model_unavailable' });
    });

    it('dead-letters what it cannot read, however old', async () => {
      const { pass, score } = aConsumer(LIVES_MS);
      pass(LIVES_MS + 1);
      const broken = messageOf({ ...aFeaturesRecord(0), value: Buffer.from('{') });
      expect(each(await score([broken, appendedAt(1, 0)]))).toEqual(['contract_violation', 'event_too_old']);
    });
  });
});
