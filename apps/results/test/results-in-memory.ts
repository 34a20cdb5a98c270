import { join } from 'node:path';
import { type Problem, TOPICS } from '@pitwall/contracts';
import { InMemoryBroker, type OutboundRecord } from '@pitwall/messaging';
import { loadPipeline, type PipelineDefinition } from '@pitwall/pipeline';
import { readConfig, type RunningService, startService } from '@pitwall/runtime';
import { createLogger } from '@pitwall/telemetry';
import { type FreshDatabase, freshDatabase } from '@pitwall/testing';
import { Pool } from 'pg';
import { AppModule } from '../src/app.module.js';
import { configSchema, MAX_BODY_BYTES } from '../src/config.js';
import { DATABASE_OF_RESULTS } from '../src/database.js';

const FOLDER = join(import.meta.dirname, '../../../pipelines/flight-delay');

/** An answer over HTTP. */
export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

/** The results service in this process: real PostgreSQL, and a broker in memory that the test can look into. */
export class ResultsInMemory {
  private constructor(
    readonly broker: InMemoryBroker,
    readonly pool: Pool,
    readonly definition: PipelineDefinition,
    private readonly service: RunningService,
    private readonly database: FreshDatabase,
  ) {}

  static async start(environment: Readonly<Record<string, string>> = {}): Promise<ResultsInMemory> {
    const [broker, database, definition] = [new InMemoryBroker(), await freshDatabase(), await loadPipeline(FOLDER)];
    for (const { name, partitions } of TOPICS) {
      broker.createTopic(name(definition.name), partitions === 'pipeline' ? definition.partitions : partitions);
    }
    const pool = new Pool({ connectionString: database.databaseUrl, options: '-c search_path=results' });
    const reading = readConfig(configSchema, {
      KAFKA_BROKERS: 'in.memory:9092',
      PITWALL_PIPELINES: FOLDER,
      HTTP_PORT: '0',
      OTEL_TRACES_SAMPLER_ARG: '0',
      DATABASE_URL: database.databaseUrl,
      ...environment,
    });
    if (!reading.isValid) throw new Error(reading.problems.join());
    const service = await startService(
      {
        name: 'results',
        configSchema,
        module: AppModule,
        http: { bodies: 'raw', maxBodyBytes: MAX_BODY_BYTES },
        database: DATABASE_OF_RESULTS,
      },
      {
        config: reading.config,
        version: '0.0.0',
        logger: createLogger({ service: 'results', level: 'fatal' }),
        messaging: broker.client(),
        onFailure: (error) => {
          throw error;
        },
      },
    );
    await service.started;
    return new ResultsInMemory(broker, pool, definition, service, database);
  }

  async send(records: readonly OutboundRecord[]): Promise<void> {
    const publisher = await this.broker.client().publisher();
    await publisher.send(records);
    await publisher.close();
  }

  get<Body = Problem>(path: string): Promise<Answer<Body>> {
    return this.ask<Body>(path, {});
  }

  post<Body = Problem>(path: string, body: object | string, type = 'application/json'): Promise<Answer<Body>> {
    const content = typeof body === 'string' ? body : JSON.stringify(body);
    return this.ask<Body>(path, { method: 'POST', headers: { 'content-type': type }, body: content });
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await this.pool.end();
    await this.database.drop();
  }

  private async ask<Body>(path: string, request: RequestInit): Promise<Answer<Body>> {
    const url = `${this.service.url}/v1/pipelines/${this.definition.name}${path}`;
    const response = await fetch(url, request);
    return { status: response.status, body: (await response.json()) as Body };
  }
}
