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
  type PredictionMessage,
  predictionsTopic,
  resultsTopic,
} from '@pitwall/contracts';
import {
  type ClientLogger,
  cloudEventHeaders,
  type InboundRecord,
  kafkaClient,
  type MessagingClient,
  type OutboundRecord,
  type Publisher,
  type Subscription,
} from '@pitwall/messaging';
import { loadPipeline } from '@pitwall/pipeline';
import { provision } from '@pitwall/provision';
import { type FreshDatabase, freshDatabase, stackForTests, uniquePipelineName } from '@pitwall/testing';
import { Pool } from 'pg';
import { aPrediction } from './a-prediction.js';
import { ResultsProcess } from './results-process.js';

const DEFINITION = fileURLToPath(new URL('../../../pipelines/flight-delay/', import.meta.url));
const PARTITIONS = 6;
const SESSION_TIMEOUT_MS = 6000;
const STEPS_PER_SECOND = 10;

const silent: ClientLogger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A record that a consumer of the test has read. */
export interface ReadRecord {
  readonly partition: number;
  readonly key: string;
  readonly value: string;
  /** Names and values in their order. */
  readonly headers: string;
  readonly header: (name: string) => string | undefined;
}

/** What is to be special about a prediction. */
export interface PredictionFields {
  readonly id?: string;
  /** Of the raw record; by default its id. */
  readonly content?: string;
  /** Where the raw record says it stood; by default where it does. */
  readonly originPartition?: number;
}

/** A pipeline of its own on real Kafka and PostgreSQL, and the built service to be run on it. */
export class ResultsWorld {
  readonly results: ReadRecord[] = [];
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
    subscriptions.push(await world.read(client, deadLettersTopic.name(pipeline), world.deadLetters));
    return world;
  }

  /** Starts the built service; resolves when it says that it is ready. */
  async start(): Promise<ResultsProcess> {
    const service = await ResultsProcess.start(this.parts.environment);
    this.services.add(service);
    return service;
  }

  /** Sends predictions, all acknowledged when it resolves. */
  async predict(predictions: readonly OutboundRecord[]): Promise<void> {
    await this.parts.publisher.send(predictions);
  }

  /** Sends predictions at a steady rate until it is stopped; answers the offsets of all that were acknowledged. */
  startLoad({ from, perSecond }: { from: number; perSecond: number }): { stop: () => Promise<readonly number[]> } {
    const sent: number[] = [];
    const stopping = new AbortController();
    const step = perSecond / STEPS_PER_SECOND;
    const running = (async () => {
      while (!stopping.signal.aborted) {
        const offsets = Array.from({ length: step }, (_, at) => from + sent.length + at);
        await this.predict(offsets.map((offset) => this.prediction(offset)));
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

  /** Resolves the moment PostgreSQL has committed this many decisions. */
  async untilCommitOf(rows: number): Promise<void> {
    const client = await this.pool.connect();
    try {
      await client.query(`
        CREATE OR REPLACE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NOTIFY decided; RETURN NULL; END $$;
        CREATE OR REPLACE TRIGGER tell AFTER INSERT ON decisions EXECUTE FUNCTION tell();
        LISTEN decided`);
      for (;;) {
        const committed = once(client, 'notification');
        const stored = await client.query<{ count: string }>('SELECT count(*) FROM decisions');
        await committed;
        if (Number(stored.rows[0]?.count) >= rows) return;
      }
    } finally {
      client.release(true);
    }
  }

  /** How many predictions the database has progressed over whose offsets are not committed. */
  async offsetsBehindProgress(): Promise<number> {
    const { rows } = await this.pool.query<{ sum: string }>('SELECT sum(next_offset) FROM partition_progress');
    const topic = predictionsTopic.name(this.pipeline);
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

  private record(
    prediction: PredictionMessage,
    raw: { offset: number; content: string; originPartition: number | undefined },
  ): OutboundRecord {
    const partition = Number(prediction.entity.slice(1)) % PARTITIONS;
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

function readRecord({ partition, key, value, headers }: InboundRecord): ReadRecord {
  const pairs = headers.map((header) => [header.name, header.value?.toString('utf8')] as const);
  return {
    partition,
    key: String(key),
    value: String(value),
    headers: JSON.stringify(pairs),
    header: (name) => pairs.find(([other]) => other === name)?.[1],
  };
}

/** The definition of the flights under another name, without its data. */
function aDefinitionNamed(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'pitwall-results-'));
  cpSync(join(DEFINITION, 'models'), join(folder, 'models'), { recursive: true });
  copyFileSync(join(DEFINITION, 'event.schema.json'), join(folder, 'event.schema.json'));
  const definition = readFileSync(join(DEFINITION, 'pipeline.yaml'), 'utf8');
  writeFileSync(join(folder, 'pipeline.yaml'), definition.replace(/^name: .*$/m, `name: ${name}`));
  return folder;
}
