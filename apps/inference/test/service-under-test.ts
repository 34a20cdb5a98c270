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

/**
 * How long a test waits for what must come true, and how long it may take in all. Far beyond what it takes: on a machine that
 * does ten other things at once, a process starts in seconds and not in tenths of one.
 */
export const LIMITS_MS = { wait: 60_000, test: 240_000 } as const;

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

/** What the definition in a pipeline's folder says of the fallback; null takes it away, and the pipeline waits for a model. */
export function declareFallback(folder: string, afterMs: number | null): void {
  const file = join(folder, 'pipeline.yaml');
  const text = readFileSync(file, 'utf8');
  const edited = text.replace(
    /^ {2}fallback: .*\n/m,
    afterMs === null ? '' : `  fallback: { decision: proceed, afterMs: ${afterMs} }\n`,
  );
  if (edited === text) throw new Error(`${file} declares no fallback any more.`);
  writeFileSync(file, edited);
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

  /**
   * Topics made and the champion announced; the service is not started yet. `edit` may change the pipeline's folder before: by
   * default it takes the fallback away, so that a machine that is slow enough to cause one fails no test of scores.
   */
  static async provision(
    edit: (folder: string) => void = (folder) => declareFallback(folder, null),
  ): Promise<ServiceUnderTest> {
    const { kafkaBrokers } = await stackForTests();
    const pipeline = await aPipeline(edit);
    const client = kafkaClient({ brokers: kafkaBrokers, clientId: 'test', sessionTimeoutMs: 10_000 }, logger);
    await provision({ client, pipelines: [pipeline], replicationFactor: 1, announcedAt: new Date() });
    const test = new ServiceUnderTest(pipeline, client, kafkaBrokers);
    test.cleaning.push(() => rmSync(pipeline.folder, { recursive: true }));
    return test;
  }

  async start(): Promise<RunningService> {
    const config = configSchema.parse({
      KAFKA_BROKERS: this.brokers.join(','),
      MODEL_LOAD_BUDGET_MS: '60000',
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

  /** Everything that a topic holds, also from now on, each record once, in the order of arrival per partition. */
  async watch(topic: string): Promise<readonly InboundRecord[]> {
    const records: InboundRecord[] = [];
    const nextOffsets = new Map<number, number>();
    const subscription = await this.client.consume({
      groupId: `test.${this.pipeline.name}.${topic}`,
      topics: [topic],
      concurrency: 1,
      onBatch: (batch) => {
        // After a rebalance of this consumer it is handed records again.
        const next = nextOffsets.get(batch.partition) ?? 0;
        records.push(...batch.records.filter(({ offset }) => offset >= next));
        nextOffsets.set(batch.partition, Math.max(next, (batch.records.at(-1)?.offset ?? -1) + 1));
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
    { what: `${model} to answer for ${pipeline}`, timeoutMs: LIMITS_MS.wait },
  );
}
