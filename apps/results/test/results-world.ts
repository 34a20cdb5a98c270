import { once } from 'node:events';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  CE_TYPE,
  contentDigest,
  deadLettersTopic,
  eventsTopic,
  feedbackTopic,
  outcomesTopic,
  type PredictionMessage,
  predictionsTopic,
  resultsTopic,
  type TopicSpec,
} from '@pitwall/contracts';
import {
  type ClientLogger,
  cloudEventHeaders,
  kafkaClient,
  type MessagingClient,
  type OutboundRecord,
  partitionFor,
  type Publisher,
  type Subscription,
} from '@pitwall/messaging';
import { loadPipeline } from '@pitwall/pipeline';
import { provision } from '@pitwall/provision';
import { type FreshDatabase, freshDatabase, stackForTests, uniquePipelineName } from '@pitwall/testing';
import { Pool } from 'pg';
import { aPrediction } from './a-prediction.js';
import { readRecord, type ReadRecord } from './read-record.js';
import { ResultsProcess } from './results-process.js';

const DEFINITION = fileURLToPath(new URL('../../../pipelines/flight-delay/', import.meta.url));
const PARTITIONS = 6;
const SESSION_TIMEOUT_MS = 6000;
const STEPS_PER_SECOND = 10;

const silent: ClientLogger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** What is to be special about a prediction. */
export interface PredictionFields {
  readonly id?: string;
  /** Of the raw record; by default its id. */
  readonly content?: string;
  /** Where the raw record says it stood; by default where it does. */
  readonly originPartition?: number;
}

/** What is sent while a test does other things. */
export interface Load {
  /** The first offset. */
  readonly from: number;
  readonly perSecond: number;
  readonly recordsOf: (offset: number) => readonly OutboundRecord[];
}

/** A pipeline of its own on real Kafka and PostgreSQL, and the built service to be run on it. */
export class ResultsWorld {
  readonly results: ReadRecord[] = [];
  readonly outcomes: ReadRecord[] = [];
  readonly deadLetters: ReadRecord[] = [];
  private readonly services = new Set<ResultsProcess>();

  private constructor(
    readonly pipeline: string,
    readonly pool: Pool,
    private readonly parts: {
      readonly folder: string;
      readonly environment: Readonly<Record<string, string>>;
      readonly database: FreshDatabase;
      readonly client: MessagingClient;
      readonly publisher: Publisher;
      readonly subscriptions: Subscription[];
    },
  ) {}

  static async open(): Promise<ResultsWorld> {
    const [stack, database] = [await stackForTests(), await freshDatabase()];
    const pipeline = uniquePipelineName();
    const folder = aDefinitionNamed(pipeline);
    const connection = { brokers: stack.kafkaBrokers, clientId: pipeline, sessionTimeoutMs: SESSION_TIMEOUT_MS };
    const client = kafkaClient(connection, silent);
    const definition = await loadPipeline(folder);
    await provision({ client, pipelines: [definition], replicationFactor: 1, announcedAt: new Date() });
    const subscriptions: Subscription[] = [];
    const environment = {
      KAFKA_BROKERS: stack.kafkaBrokers.join(','),
      KAFKA_SESSION_TIMEOUT_MS: String(SESSION_TIMEOUT_MS),
      DATABASE_URL: database.databaseUrl,
      PITWALL_PIPELINES: folder,
      HTTP_PORT: '0',
    };
    const publisher = await client.publisher();
    const pool = new Pool({ connectionString: database.databaseUrl, options: '-c search_path=results' });
    const world = new ResultsWorld(pipeline, pool, { folder, environment, database, client, publisher, subscriptions });
    subscriptions.push(await world.read(client, resultsTopic.name(pipeline), world.results));
    subscriptions.push(await world.read(client, outcomesTopic.name(pipeline), world.outcomes));
    subscriptions.push(await world.read(client, deadLettersTopic.name(pipeline), world.deadLetters));
    return world;
  }

  /** The variables that the service is started with. */
  get environment(): Readonly<Record<string, string>> {
    return this.parts.environment;
  }

  /** Starts the built service; resolves when it says that it is ready. */
  async start(more: Readonly<Record<string, string>> = {}): Promise<ResultsProcess> {
    const service = await ResultsProcess.start({ ...this.parts.environment, ...more });
    this.services.add(service);
    return service;
  }

  /** Runs the built service until it ends by itself; answers the signal that has ended it. */
  async runToItsEnd(more: Readonly<Record<string, string>>): Promise<NodeJS.Signals | null> {
    const service = ResultsProcess.spawn({ ...this.parts.environment, ...more });
    this.services.add(service);
    return service.ended();
  }

  /** What comes by on another topic of the pipeline, from its start on. */
  async follow(topic: TopicSpec): Promise<readonly ReadRecord[]> {
    const records: ReadRecord[] = [];
    this.parts.subscriptions.push(await this.read(this.parts.client, topic.name(this.pipeline), records));
    return records;
  }

  /** Sends predictions and feedback, all acknowledged when it resolves. */
  async send(records: readonly OutboundRecord[]): Promise<void> {
    await this.parts.publisher.send(records);
  }

  /** Sends what belongs to offsets at a steady rate until it is stopped; answers the offsets of all that was acknowledged. */
  startLoad({ from, perSecond, recordsOf }: Load): { stop: () => Promise<readonly number[]> } {
    const sent: number[] = [];
    const stopping = new AbortController();
    const step = perSecond / STEPS_PER_SECOND;
    const running = (async () => {
      while (!stopping.signal.aborted) {
        const offsets = Array.from({ length: step }, (_, at) => from + sent.length + at);
        await this.send(offsets.flatMap(recordsOf));
        sent.push(...offsets);
        await sleep(1000 / STEPS_PER_SECOND);
      }
      return sent;
    })();
    return {
      stop: () => {
        stopping.abort();
        return running;
      },
    };
  }

  /** Resolves the moment PostgreSQL has committed this many rows. */
  async untilCommitOf(rows: number, table: 'decisions' | 'labels' = 'decisions'): Promise<void> {
    const client = await this.pool.connect();
    try {
      await client.query(`
        CREATE OR REPLACE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NOTIFY committed; RETURN NULL; END $$;
        CREATE OR REPLACE TRIGGER tell AFTER INSERT ON ${table} EXECUTE FUNCTION tell();
        LISTEN committed`);
      for (;;) {
        const committed = once(client, 'notification');
        const stored = await client.query<{ count: string }>(`SELECT count(*) FROM ${table}`);
        await committed;
        if (Number(stored.rows[0]?.count) >= rows) return;
      }
    } finally {
      client.release(true);
    }
  }

  /** How many predictions the database has progressed over whose offsets are not committed. */
  async offsetsBehindProgress(): Promise<number> {
    const topic = predictionsTopic.name(this.pipeline);
    const text = 'SELECT sum(next_offset) FROM partition_progress WHERE topic = $1';
    const { rows } = await this.pool.query<{ sum: string }>(text, [topic]);
    const admin = await this.parts.client.admin();
    try {
      const committed = await admin.committedOffsets(`pitwall.results.predictions.${this.pipeline}`, topic);
      return Number(rows[0]?.sum) - [...committed.values()].reduce((sum, offset) => sum + offset, 0);
    } finally {
      await admin.close();
    }
  }

  /** The prediction of the raw record at `offset`. */
  prediction(offset: number, fields: PredictionFields = {}): OutboundRecord {
    const entity = `N${offset % 40}`;
    const { id = `E-${offset}`, content = id, originPartition } = fields;
    return this.record(
      { ...aPrediction({ id, entity, source: '/flights', pipeline: this.pipeline }) },
      { offset, content, originPartition },
    );
  }

  /** A label of the event `id`, on whatever partition the sender likes. */
  label(id: string, fields: Readonly<Record<string, unknown>> = {}): OutboundRecord {
    const feedback = {
      kind: 'label',
      id,
      source: '/flights',
      label: 'late',
      observedAt: '2013-04-01T16:00:00Z',
      ...fields,
    };
    const partition = partitionFor(Buffer.from(`${id} of somebody`), PARTITIONS);
    const value = Buffer.from(JSON.stringify(feedback));
    return { topic: feedbackTopic.name(this.pipeline), partition, key: null, value, headers: [] };
  }

  private record(
    prediction: PredictionMessage,
    raw: { offset: number; content: string; originPartition: number | undefined },
  ): OutboundRecord {
    const partition = partitionFor(Buffer.from(prediction.entity), PARTITIONS);
    const topic = eventsTopic.name(this.pipeline);
    const digest = contentDigest(Buffer.from(prediction.entity), Buffer.from(raw.content));
    const trace = raw.offset.toString(16).padStart(32, 'a');
    return {
      topic: predictionsTopic.name(this.pipeline),
      partition,
      key: Buffer.from(prediction.entity),
      value: Buffer.from(JSON.stringify(prediction)),
      headers: cloudEventHeaders({
        type: CE_TYPE.prediction,
        source: prediction.source,
        id: prediction.id,
        time: prediction.eventTime,
        subject: prediction.entity,
        traceparent: `00-${trace}-${trace.slice(16)}-01`,
        inputAppendedAt: Date.UTC(2026, 0, 1),
        origin: {
          topic,
          partition: raw.originPartition ?? partition,
          offset: raw.offset,
          appendedAt: Date.UTC(2026, 0, 1),
          digest,
        },
      }),
    };
  }

  async close(): Promise<void> {
    for (const service of this.services) service.kill();
    for (const subscription of this.parts.subscriptions) await subscription.stop();
    await this.parts.publisher.close();
    await this.pool.end();
    await this.parts.database.drop();
    rmSync(this.parts.folder, { recursive: true, force: true });
  }

  private read(client: MessagingClient, topic: string, into: ReadRecord[]): Promise<Subscription> {
    return client.consume({
      groupId: `test.${topic}`,
      topics: [topic],
      concurrency: 1,
      onBatch: ({ records }) => {
        into.push(...records.map(readRecord));
        return Promise.resolve();
      },
      onState: () => {},
    });
  }
}

/** The definition of the flights under another name, without its data. */
export function aDefinitionNamed(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'pitwall-results-'));
  cpSync(join(DEFINITION, 'models'), join(folder, 'models'), { recursive: true });
  copyFileSync(join(DEFINITION, 'event.schema.json'), join(folder, 'event.schema.json'));
  const definition = readFileSync(join(DEFINITION, 'pipeline.yaml'), 'utf8');
  writeFileSync(join(folder, 'pipeline.yaml'), definition.replace(/^name: .*$/m, `name: ${name}`));
  return folder;
}
