import {
  contentDigest,
  eventsTopic,
  type FeedbackMessage,
  feedbackTopic,
  formatOrigin,
  HEADER,
  outcomesTopic,
  predictionsTopic,
} from '@pitwall/contracts';
import {
  aRecord,
  batchOf,
  type Header,
  type InboundRecord,
  type Message,
  type Outcome,
  type OutboundRecord,
  textHeader,
} from '@pitwall/messaging';
import { type Database, PartitionClaims } from '@pitwall/persistence';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { createLogger } from '@pitwall/telemetry';
import { DecisionsConsumer } from '../src/decisions/decisions.consumer.js';
import { DecisionsService } from '../src/decisions/decisions.service.js';
import { FeedbackConsumer } from '../src/feedback/feedback.consumer.js';
import { FeedbackService } from '../src/feedback/feedback.service.js';
import { OutcomesService } from '../src/outcomes/outcomes.service.js';
import { BatchStore } from '../src/storage/batch-store.service.js';
import { aPrediction, POLICY } from './a-prediction.js';

/** The pipeline of these tests. */
export const FLIGHTS = {
  name: 'flights',
  partitions: 6,
  decision: POLICY,
  feedback: { horizonMs: 172_800_000, labelSources: null },
  event: { replayedHistory: true },
} as unknown as PipelineDefinition;

const NOW = Date.UTC(2026, 10, 23);

/** A prediction of the event `id`, as a record at `offset`. */
export function predictionRecord(id: string, offset: number, parts: Partial<InboundRecord> = {}): InboundRecord {
  const origin = {
    topic: eventsTopic.name('flights'),
    partition: 2,
    offset,
    appendedAt: NOW,
    digest: contentDigest(null, Buffer.from(id)),
  };
  return aRecord({
    topic: predictionsTopic.name('flights'),
    offset,
    key: Buffer.from('N14228'),
    value: Buffer.from(JSON.stringify(aPrediction({ id }))),
    headers: [textHeader(HEADER.origin, formatOrigin(origin))],
    ...parts,
  });
}

/** Feedback as a record at `offset`. What is given as a Buffer is sent as it is. */
export function feedbackRecord(
  feedback: FeedbackInput | Buffer,
  offset: number,
  headers: readonly Header[] = [],
): InboundRecord {
  const value = Buffer.isBuffer(feedback) ? feedback : Buffer.from(JSON.stringify(feedback));
  return aRecord({ topic: feedbackTopic.name('flights'), offset, appendedAt: NOW, value, headers });
}

type FeedbackInput = Partial<FeedbackMessage> | Readonly<Record<string, unknown>>;

/** A label of the event `id`: it was late. */
export function aLabel(id: string, fields: FeedbackInput = {}): FeedbackInput {
  return { kind: 'label', id, label: 'late', observedAt: '2013-04-01T14:15:00Z', ...fields };
}

/** An override of the decision on `E-1`. */
export const anAction = (fields: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  kind: 'action',
  id: 'E-1',
  action: 'overridden',
  at: '2013-04-01T11:00:00Z',
  by: 'dispatcher',
  reason: 'crew change',
  ...fields,
});

/** What the consumers of a process do before their next step on the database. */
export interface Pace {
  readonly before: (step: 'commit' | 'read') => Promise<void>;
}

class PacedStore extends BatchStore {
  constructor(
    parts: { readonly database: Database; readonly claims: PartitionClaims },
    private readonly pace: Pace,
  ) {
    super(parts.database, parts.claims);
  }

  override async commit<Result>(...[progress, work]: Parameters<BatchStore['commit']>): Promise<Result> {
    await this.pace.before('commit');
    return super.commit(progress, work) as Promise<Result>;
  }

  override async read<Result>(work: Parameters<BatchStore['read']>[0]): Promise<Result> {
    await this.pace.before('read');
    return super.read(work) as Promise<Result>;
  }
}

export interface DeskOptions {
  readonly definition?: PipelineDefinition;
  /** Partition of both topics that it reads. */
  readonly partition?: number;
  readonly pace?: Pace;
  /** Given to what it makes: two desks at different times make different bytes. */
  readonly now?: number;
}

/** The consumers of one process of results on a real database, fed by hand. */
export class ResultsDesk {
  private readonly decisions: DecisionsConsumer;
  private readonly feedback: FeedbackConsumer;
  private readonly partition: number;

  constructor(database: Database, options: DeskOptions = {}) {
    const { definition = FLIGHTS, pace = { before: () => Promise.resolve() }, now = NOW } = options;
    this.partition = options.partition ?? 0;
    const store = new PacedStore({ database, claims: new PartitionClaims(database) }, pace);
    const clock = { now: () => now, monotonic: () => 0 };
    const outcomes = new OutcomesService(store, clock, createLogger({ service: 'results', level: 'fatal' }));
    this.decisions = new DecisionsConsumer(new DecisionsService(store, clock, outcomes), [definition], clock);
    this.feedback = new FeedbackConsumer(new FeedbackService(store, outcomes), [definition]);
  }

  decide(records: readonly InboundRecord[]): Promise<readonly Outcome[]> {
    return this.decisions.decide(this.batch(records));
  }

  take(records: readonly InboundRecord[], parts: Partial<Message> = {}): Promise<readonly Outcome[]> {
    const batch = this.batch(records);
    return this.feedback.take({ ...batch, messages: batch.messages.map((message) => ({ ...message, ...parts })) });
  }

  private batch(records: readonly InboundRecord[]): ReturnType<typeof batchOf> {
    const placed = records.map((record) => ({ ...record, partition: this.partition }));
    return batchOf('flights', placed as [InboundRecord, ...InboundRecord[]]);
  }
}

/** What is sent to the outcomes topic, in order. */
export function outcomesIn(outcomes: readonly Outcome[]): OutboundRecord[] {
  return outcomes
    .flatMap((outcome) => (outcome.kind === 'done' ? outcome.outputs : []))
    .filter(({ topic }) => topic === outcomesTopic.name('flights'));
}

/** All bytes of a record, to compare copies by. */
export function bytesOf({ topic, partition, key, value, headers }: OutboundRecord): string {
  const pairs = headers.map((header) => [header.name, String(header.value)]);
  return JSON.stringify([topic, partition, String(key), String(value), pairs]);
}
