import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deploymentsTopic } from '@pitwall/contracts';
import { type InboundRecord, kafkaClient, type MessagingClient, type OutboundRecord } from '@pitwall/messaging';
import { loadPipeline, type PipelineDefinition } from '@pitwall/pipeline';
import { provision } from '@pitwall/provision';
import { type RunningService, startService } from '@pitwall/runtime';
import { createLogger } from '@pitwall/telemetry';
import { eventually, stackForTests, uniquePipelineName } from '@pitwall/testing';
import { AppModule } from '../src/app.module.js';
import { configSchema } from '../src/config.js';
import { ChampionsService } from '../src/deployments/champions.service.js';

const SOURCE = fileURLToPath(new URL('../../../pipelines/flight-delay', import.meta.url));

const logger = createLogger({ service: 'inference', level: 'silent' });

/** The flights under a name of their own, so that topics and groups are this test's alone. */
async function aPipeline(edit: (folder: string) => void): Promise<PipelineDefinition> {
  const folder = mkdtempSync(join(tmpdir(), 'pitwall-pipeline-'));
  for (const part of ['pipeline.yaml', 'event.schema.json', 'models']) {
    cpSync(join(SOURCE, part), join(folder, part), { recursive: true });
  }
  const file = join(folder, 'pipeline.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('name: flight-delay', `name: ${uniquePipelineName()}`));
  edit(folder);
  return loadPipeline(folder);
}

/** Makes the golden rows of a model in a pipeline's folder say other scores than the model. */
export function spoilGoldenRows(folder: string, model: string): void {
  const file = join(folder, `models/${model}.manifest.json`);
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { golden: { rows: { score: number }[] } };
  for (const row of manifest.golden.rows) row.score = 1 - row.score;
  writeFileSync(file, JSON.stringify(manifest));
}

/** inference with a pipeline of its own on the stack of the tests. */
export class ServiceUnderTest {
  private readonly cleaning: (() => Promise<unknown> | void)[] = [];

  private constructor(
    readonly pipeline: PipelineDefinition,
    readonly client: MessagingClient,
    private readonly brokers: readonly string[],
  ) {}

  /** Topics made and the champion announced; the service is not started yet. `edit` may change the pipeline's folder before. */
  static async provision(edit: (folder: string) => void = () => undefined): Promise<ServiceUnderTest> {
    const { kafkaBrokers } = await stackForTests();
    const pipeline = await aPipeline(edit);
    const client = kafkaClient({ brokers: kafkaBrokers, clientId: 'test', sessionTimeoutMs: 6_000 }, logger);
    await provision({ client, pipelines: [pipeline], replicationFactor: 1, announcedAt: new Date() });
    const test = new ServiceUnderTest(pipeline, client, kafkaBrokers);
    test.cleaning.push(() => rmSync(pipeline.folder, { recursive: true }));
    return test;
  }

  async start(): Promise<RunningService> {
    const config = configSchema.parse({
      KAFKA_BROKERS: this.brokers.join(','),
      KAFKA_SESSION_TIMEOUT_MS: '6000',
      HTTP_PORT: '0',
      PITWALL_PIPELINES: this.pipeline.folder,
    });
    const service = await startService(
      { name: 'inference', configSchema, module: AppModule },
      { config, version: '0.0.0', logger, onFailure: (error) => logger.fatal(error) },
    );
    this.cleaning.push(() => service.stop());
    await service.started;
    return service;
  }

  /** Process ids of the model children. */
  static async modelPids(service: RunningService, pipeline: string): Promise<readonly number[]> {
    const champions = (await service.started).get(ChampionsService);
    const lease = await champions.acquire(pipeline, () => Promise.resolve());
    lease.release();
    return lease.champion.pool.pids;
  }

  async send(records: readonly OutboundRecord[]): Promise<void> {
    const publisher = await this.client.publisher();
    await publisher.send(records);
    await publisher.close();
  }

  /** Has `name@1.0.0` answer, by this revision. */
  async deploy(name: string, revision: number, digest?: string): Promise<void> {
    const known = this.pipeline.models.get(`${name}@1.0.0`)?.manifest.artifact.sha256;
    const deployment = {
      pipeline: this.pipeline.name,
      revision,
      champion: { model: name, version: '1.0.0', digest: digest ?? known },
      announcedAt: new Date().toISOString(),
      announcedBy: 'test',
    };
    await this.send([
      {
        topic: deploymentsTopic.name(''),
        partition: 0,
        key: Buffer.from(this.pipeline.name),
        value: Buffer.from(JSON.stringify(deployment)),
        headers: [],
      },
    ]);
  }

  /** Everything that a topic holds from now on read, in the order of arrival per partition. */
  async watch(topic: string): Promise<readonly InboundRecord[]> {
    const records: InboundRecord[] = [];
    const subscription = await this.client.consume({
      groupId: `test.${this.pipeline.name}.${topic}`,
      topics: [topic],
      concurrency: 1,
      onBatch: (batch) => {
        records.push(...batch.records);
        return Promise.resolve();
      },
      onState: () => undefined,
    });
    this.cleaning.push(() => subscription.stop());
    return records;
  }

  async end(): Promise<void> {
    for (const clean of this.cleaning.toReversed()) await clean();
  }
}

/** What `/readyz` says of the check `model`. */
export async function modelHealth(service: RunningService): Promise<Record<string, unknown>> {
  const response = await fetch(`${service.url}/readyz`);
  const report = (await response.json()) as { readonly checks: Record<string, Record<string, unknown>> };
  return report.checks['model'] ?? {};
}

/** Waits until this model answers. */
export async function answering(service: RunningService, pipeline: string, model: string): Promise<void> {
  await eventually(
    async () => {
      const { facts } = (await modelHealth(service)) as { facts?: Record<string, { model: string }> };
      return facts?.[pipeline]?.model === model;
    },
    { what: `${model} to answer for ${pipeline}`, timeoutMs: 30_000 },
  );
}
