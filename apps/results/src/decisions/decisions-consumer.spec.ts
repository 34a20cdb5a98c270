import { contentDigest, formatOrigin, HEADER, type PredictionMessage } from '@pitwall/contracts';
import { aRecord, aTrace, batchOf, type InboundRecord, type MessageBatch, textHeader } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { ATTR } from '@pitwall/telemetry';
import { aPrediction, POLICY } from '../../test/a-prediction.js';
import type { Decision } from './decision.js';
import { DecisionsConsumer } from './decisions.consumer.js';
import type { DecisionsService } from './decisions.service.js';
import type { Settlement } from './settlement.js';

const NOW = Date.UTC(2026, 10, 23);
const FLIGHTS = { name: 'flights', decision: POLICY } as PipelineDefinition;

type Settle = (decision: Decision) => Settlement;
const insert: Settle = ({ publication }) => ({ kind: 'inserted', publication });

/** A consumer whose transaction settles each decision as told. */
function aConsumer(settle: Settle = insert): { consumer: DecisionsConsumer; settled: Decision[] } {
  const settled: Decision[] = [];
  const service = {
    settle: (_: MessageBatch, decisions: readonly Decision[]) => {
      settled.push(...decisions);
      return Promise.resolve(decisions.map(settle));
    },
    joinLabels: () => Promise.resolve(new Map()),
  } as unknown as DecisionsService;
  let clock = NOW;
  const now = (): number => clock++;
  return { consumer: new DecisionsConsumer(service, [FLIGHTS], { now, monotonic: () => 0 }), settled };
}

function record(offset: number, prediction: Partial<PredictionMessage> = {}): InboundRecord {
  const origin = {
    topic: 'flights.events.v1',
    partition: 2,
    offset,
    appendedAt: NOW,
    digest: contentDigest(null, null),
  };
  return aRecord({
    topic: 'flights.predictions.v1',
    partition: 2,
    offset,
    key: Buffer.from('N14228'),
    value: Buffer.from(JSON.stringify(aPrediction({ id: `E-${offset}`, ...prediction }))),
    headers: [textHeader(HEADER.origin, formatOrigin(origin))],
  });
}

const broken = (offset: number): InboundRecord => ({ ...record(offset), value: Buffer.from('{') });

describe('DecisionsConsumer', () => {
  it('answers one outcome per message in order, dead ones among them', async () => {
    const { consumer, settled } = aConsumer(({ identity, publication }) =>
      identity.id === 'E-3' ? { kind: 'duplicate' } : { kind: 'inserted', publication },
    );
    const outcomes = await consumer.decide(batchOf('flights', [broken(0), record(1), broken(2), record(3), record(4)]));
    expect(settled.map(({ identity }) => identity.id)).toEqual(['E-1', 'E-3', 'E-4']);
    expect(outcomes).toMatchObject([
      { kind: 'dead', reason: 'contract_violation' },
      { kind: 'done', outputs: [{ topic: 'flights.results.v1', partition: 2, value: settled[0]?.publication.value }] },
      { kind: 'dead', reason: 'contract_violation' },
      { kind: 'done', outputs: [] },
      { kind: 'done', outputs: [{ value: settled[2]?.publication.value }] },
    ]);
  });

  it('settles a batch without any decision, so that its progress is written', async () => {
    let calls = 0;
    const service = {
      settle: () => Promise.resolve([]).finally(() => (calls += 1)),
      joinLabels: () => Promise.resolve(new Map()),
    } as unknown as DecisionsService;
    const consumer = new DecisionsConsumer(service, [FLIGHTS], { now: () => NOW, monotonic: () => 0 });
    await consumer.decide(batchOf('flights', [broken(0)]));
    expect(calls).toBe(1);
  });

  it('decides all of a batch at one time', async () => {
    const { consumer, settled } = aConsumer();
    await consumer.decide(batchOf('flights', [record(1), record(2)]));
    expect(settled.map(({ decidedAt }) => decidedAt)).toEqual([NOW, NOW]);
  });

  it.each([
    ['of another pipeline', record(1, { pipeline: 'trains' }), /belongs to the pipeline trains, expected flights/],
    [
      'that does not say where it comes from',
      { ...record(1), headers: [] },
      /does not say which record of flights\.events\.v1/,
    ],
  ])('refuses a prediction %s', async (_, refused, message) => {
    const { consumer, settled } = aConsumer();
    const outcomes = await consumer.decide(batchOf('flights', [refused]));
    expect(outcomes).toMatchObject([
      { kind: 'dead', reason: 'contract_violation', message: expect.stringMatching(message) },
    ]);
    expect(settled).toEqual([]);
  });

  it('gives the batch back when the transaction fails', async () => {
    const { consumer } = aConsumer(() => {
      throw new Error('database down');
    });
    await expect(consumer.decide(batchOf('flights', [record(1)]))).rejects.toThrow('database down');
  });

  it.each([
    ['inserted', insert, { [ATTR.settlement]: 'inserted', [ATTR.decision]: 'intervene', [ATTR.modelName]: 'champion' }],
    ['a duplicate', (): Settlement => ({ kind: 'duplicate' }), { [ATTR.settlement]: 'duplicate' }],
  ])('says on the span of a sampled record what became of it: %s', async (_, settle, expected) => {
    const attributes: Record<string, unknown> = {};
    const trace = aTrace({
      sampled: true,
      setAttribute: (name, value) => {
        attributes[name] = value;
      },
    });
    const { consumer, settled } = aConsumer(settle);
    const batch = batchOf('flights', [record(1)]);
    await consumer.decide({ ...batch, messages: batch.messages.map((message) => ({ ...message, trace })) });
    expect(attributes).toMatchObject({ ...expected, [ATTR.resultId]: settled[0]?.resultId });
    expect(ATTR.decision in attributes).toBe(ATTR.decision in expected);
  });
});
