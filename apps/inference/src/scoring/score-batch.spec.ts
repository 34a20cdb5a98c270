import { CE_TYPE, type FeaturesMessage, HEADER, predictionMessageSchema } from '@pitwall/contracts';
import {
  aRecord,
  aTrace,
  cloudEventHeaders,
  headerOf,
  inputAppendedAtOf,
  type Message,
  messageOf,
  type Outcome,
} from '@pitwall/messaging';
import fc from 'fast-check';
import type { Champion } from '../deployments/champion-slot.js';
import type { InputBatch } from '../model-child/protocol.js';
import { FailureBreaker } from '../model-pool/failure-breaker.js';
import type { BatchAnswer } from '../model-pool/model-pool.js';
import type { ServedModel } from '../model-pool/served-model.js';
import { fallBack } from './fall-back.js';
import { PredictionWriter } from './prediction-record.js';
import { scoreMessages } from './score-batch.js';

const PIPELINE = 'card-fraud';
const POISON = -1;

const theModel = {
  name: 'champion',
  version: '1.0.0',
  digest: 'a'.repeat(64),
  inputs: [{ name: 'x', type: 'float32', columns: ['amount'] }],
  maxBatchSize: 4,
  timeBudgetMs: 100,
  memoryBudgetMb: 512,
} as unknown as ServedModel;

/** Scores an amount as a thousandth of it, and fails any batch with poison in it. */
class FakePool {
  readonly runs: number[][] = [];
  readonly notReadyReason = null;
  readonly queued = 0;
  readonly rssBytes = 0;
  readonly pids = [];
  close = () => Promise.resolve();
  score = (batch: InputBatch): Promise<BatchAnswer> => {
    const amounts = batch.tensors[0]?.data as Float32Array;
    this.runs.push([...amounts]);
    if (amounts.includes(POISON)) return Promise.resolve({ kind: 'failed', cause: 'error', message: 'poison' });
    return Promise.resolve({ kind: 'scores', scores: amounts.map((amount) => amount / 1000), elapsedMs: 1.23456 });
  };
}

const aFeatures = (offset: number, amount: number | string | null): FeaturesMessage => ({
  pipeline: PIPELINE,
  source: '/shop',
  id: `order ${offset}`,
  entity: 'customer ü',
  eventTime: '2026-01-01T00:00:00Z',
  late: false,
  future: false,
  definitionVersion: 3,
  features: { amount },
  notes: [],
});

function aMessage(offset: number, value: string, parts: Partial<Message> = {}): Message {
  const headers = cloudEventHeaders({
    type: CE_TYPE.features,
    source: '/shop',
    id: `order ${offset}`,
    time: '2026-01-01T00:00:00Z',
    subject: 'customer',
    traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-00`,
    inputAppendedAt: 0,
    origin: { topic: 'card-fraud.events.v1', partition: 0, offset, appendedAt: 0, digest: 'd'.repeat(64) },
  });
  const record = { topic: `${PIPELINE}.features.v1`, partition: 2, offset, key: Buffer.from('k'), headers };
  return messageOf(aRecord({ ...record, value: Buffer.from(value) }), parts);
}

async function score(messages: readonly Message[], pool = new FakePool()): Promise<readonly Outcome[]> {
  const breaker = new FailureBreaker();
  const champion: Champion = { model: theModel, pool, breaker, since: 0 };
  return scoreMessages(messages, {
    pipeline: PIPELINE,
    champion,
    breaker,
    writer: new PredictionWriter(PIPELINE, theModel),
    heartbeat: () => Promise.resolve(),
    ran: () => undefined,
  });
}

/** `score x`, or the reason of a dead letter. */
const summaryOf = (outcome: Outcome | undefined): string => {
  if (outcome?.kind !== 'done') return outcome?.reason ?? 'no outcome';
  const prediction = predictionMessageSchema.parse(JSON.parse(String(outcome.outputs[0]?.value)));
  return `${prediction.id}: ${prediction.scores[0]?.score.toFixed(3)}`;
};

describe('scoreMessages', () => {
  it('gives every message its own outcome, at its own place, whatever the messages are and however they are cut', async () => {
    const kind = fc.constantFrom('fine', 'fine', 'fine', 'poison', 'not JSON', 'no amount');
    // At most 19 fail, so that none of them is taken for a broken model.
    await fc.assert(
      fc.asyncProperty(fc.array(kind, { minLength: 1, maxLength: 19 }), async (kinds) => {
        const messages = kinds.map((one, at) => {
          if (one === 'not JSON') return aMessage(at, '{');
          const amount = one === 'poison' ? POISON : at;
          return aMessage(at, JSON.stringify(aFeatures(at, one === 'no amount' ? 'ten' : amount)));
        });
        const expected = kinds.map((one, at) => {
          if (one === 'fine') return `order ${at}: ${(at / 1000).toFixed(3)}`;
          return one === 'poison' ? 'model_row_failed' : 'contract_violation';
        });
        expect((await score(messages)).map(summaryOf)).toEqual(expected);
      }),
    );
  });

  it('runs at most as many rows together as the definition says', async () => {
    const pool = new FakePool();
    await score(
      Array.from({ length: 10 }, (_, at) => aMessage(at, JSON.stringify(aFeatures(at, at)))),
      pool,
    );
    expect(pool.runs.map(({ length }) => length)).toEqual([4, 4, 2]);
  });

  it('asks the model nothing when no message can be given to it', async () => {
    const pool = new FakePool();
    expect((await score([aMessage(0, '[]')], pool)).map(summaryOf)).toEqual(['contract_violation']);
    expect(pool.runs).toEqual([]);
  });

  it('refuses a message of another pipeline', async () => {
    const foreign = { ...aFeatures(0, 1), pipeline: 'flight-delay' };
    expect(await score([aMessage(0, JSON.stringify(foreign))])).toMatchObject([
      { kind: 'dead', reason: 'contract_violation', identity: { source: '/shop', id: 'order 0' } },
    ]);
  });

  it('adds the answer to the features without touching a byte of them', async () => {
    const text = `${JSON.stringify(aFeatures(0, 250)).replace('"late":false', '"late" : false, "unknown":1e0')} \n`;
    const [outcome] = await score([aMessage(0, text)]);
    const output = outcome?.kind === 'done' ? outcome.outputs[0] : undefined;
    const digest = 'a'.repeat(64);
    expect(String(output?.value)).toBe(
      `${text.trimEnd().slice(0, -1)},"scores":[{"role":"champion","model":"champion","version":"1.0.0","digest":"${digest}","score":0.25}],"fallback":null,"inferenceMs":1.235}`,
    );
  });

  it('keeps partition, key and headers, but for the type, the trace context and when the features were appended', async () => {
    const traceparent = `00-${'1'.repeat(32)}-${'3'.repeat(16)}-01`;
    const message = aMessage(7, JSON.stringify(aFeatures(7, 1)), {
      trace: aTrace({ send: (topic) => `${topic} ${traceparent}` }),
    });
    const [outcome] = await score([message]);
    const output = outcome?.kind === 'done' ? outcome.outputs[0] : undefined;
    expect(output).toMatchObject({ topic: 'card-fraud.predictions.v1', partition: 2, key: Buffer.from('k') });
    expect(output?.headers.map(({ name }) => name)).toEqual(message.record.headers.map(({ name }) => name));
    const changed = message.record.headers.filter(
      ({ name, value }) => !headerOf(output?.headers ?? [], name)?.equals(value ?? Buffer.alloc(0)),
    );
    expect(changed.map(({ name }) => name)).toEqual([HEADER.ceType, HEADER.inputAppendedAt, HEADER.traceparent]);
    expect(inputAppendedAtOf(output?.headers ?? [])).toBe(message.record.appendedAt);
    expect(String(headerOf(output?.headers ?? [], HEADER.ceType))).toBe(CE_TYPE.prediction);
    expect(String(headerOf(output?.headers ?? [], HEADER.traceparent))).toBe(
      `card-fraud.predictions.v1 ${traceparent}`,
    );
  });

  it.each([
    [true, 4],
    [false, 0],
  ])('says model and score on the span when the message is sampled (%s), else nothing', async (sampled, count) => {
    const attributes: string[] = [];
    const trace = aTrace({ sampled, setAttribute: (name, value) => attributes.push(`${name}=${value}`) });
    await score([aMessage(0, JSON.stringify(aFeatures(0, 500)), { trace })]);
    expect(attributes).toHaveLength(count);
    expect(attributes.includes('pitwall.score=0.5')).toBe(sampled);
  });

  it('has no outcome of any message when no model answers', async () => {
    const pool = new FakePool();
    pool.score = () => Promise.reject(new Error('no model'));
    const messages = Array.from({ length: 30 }, (_, at) => aMessage(at, JSON.stringify(aFeatures(at, at))));
    await expect(score(messages, pool)).rejects.toThrow('no model');
  });
});

describe('fallBack', () => {
  const fallBackOn = (messages: readonly Message[]) => fallBack(messages, { pipeline: PIPELINE, why: 'model_unknown' });

  it('adds to the features, untouched, that there is no score and why', () => {
    const text = JSON.stringify(aFeatures(3, 250));
    const [outcome] = fallBackOn([aMessage(3, text)]);
    const output = outcome?.kind === 'done' ? outcome.outputs[0] : undefined;
    expect(String(output?.value)).toBe(`${text.slice(0, -1)},"scores":[],"fallback":"model_unknown","inferenceMs":0}`);
    expect(predictionMessageSchema.parse(JSON.parse(String(output?.value)))).toMatchObject({
      scores: [],
      fallback: 'model_unknown',
    });
    expect(output).toMatchObject({ topic: 'card-fraud.predictions.v1', partition: 2, key: Buffer.from('k') });
    expect(String(headerOf(output?.headers ?? [], HEADER.ceType))).toBe(CE_TYPE.prediction);
  });

  it('dead-letters what is no features message of the pipeline, as ever', () => {
    const foreign = { ...aFeatures(1, 1), pipeline: 'flight-delay' };
    const outcomes = fallBackOn([aMessage(0, '{'), aMessage(1, JSON.stringify(foreign)), aMessage(2, '{"id":7}')]);
    expect(outcomes.map((outcome) => outcome.kind === 'dead' && outcome.reason)).toEqual(
      Array.from({ length: 3 }, () => 'contract_violation'),
    );
  });

  it('says on the span of a sampled message why there is no score', () => {
    const attributes: string[] = [];
    const trace = aTrace({ sampled: true, setAttribute: (name, value) => attributes.push(`${name}=${value}`) });
    fallBackOn([aMessage(0, JSON.stringify(aFeatures(0, 1)), { trace })]);
    expect(attributes).toEqual(['pitwall.fallback=model_unknown']);
  });
});
