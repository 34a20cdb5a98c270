import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deadLettersTopic, eventsTopic, outcomesTopic, resultsTopic } from '@pitwall/contracts';
import { kafkaClient, type MessagingClient } from '@pitwall/messaging';
import { startTraceReceiver, type TraceReceiver } from '@pitwall/otlp-receiver';
import { loadPipeline, type PipelineDefinition } from '@pitwall/pipeline';
import { type ServiceName, serviceSpecs, serviceUrl } from '@pitwall/platform';
import { provision } from '@pitwall/provision';
import { type ChildControl, type ChildExit, type Stack, startStack } from '@pitwall/stack';
import { freshDatabase, stackForTests, uniquePipelineName } from '@pitwall/testing';
import { TopicLog } from './topic-log.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The four built services on the stack of the tests, with a pipeline and a database of their own. */
export interface TestPlatform {
  readonly brokers: readonly string[];
  readonly databaseUrl: string;
  readonly pipeline: PipelineDefinition;
  readonly eventsTopic: string;
  readonly client: MessagingClient;
  /** Results, outcomes and dead letters. */
  readonly log: TopicLog;
  readonly traces: TraceReceiver;
  /** Every end of a service so far. */
  readonly exits: readonly ChildExit[];
  url(service: ServiceName): string;
  service(service: ServiceName): ChildControl;
  stop(): Promise<void>;
}

const silent = (): void => undefined;
const SILENT = { debug: silent, info: silent, warn: silent, error: silent };

/** Starts the built services and waits until they are ready. */
export async function startTestPlatform(): Promise<TestPlatform> {
  const { kafkaBrokers: brokers } = await stackForTests();
  const database = await freshDatabase();
  const pipeline = await pipelineOfItsOwn();
  const traces = await startTraceReceiver({ port: 0 });
  const exits: ChildExit[] = [];
  const stack = await startStack({
    ports: 'free',
    kafkaBrokers: brokers,
    databaseUrl: database.databaseUrl,
    onExit: (exit) => exits.push(exit),
  });
  const client = kafkaClient({ brokers, clientId: 'e2e', sessionTimeoutMs: 10_000 }, SILENT);
  await provision({ client, pipelines: [pipeline], replicationFactor: 1, announcedAt: new Date() });
  await startServices(stack, { pipeline, otlpEndpoint: traces.url });
  const log = await TopicLog.follow(
    client,
    [resultsTopic, outcomesTopic, deadLettersTopic].map((topic) => topic.name(pipeline.name)),
  );
  return {
    brokers,
    databaseUrl: database.databaseUrl,
    pipeline,
    eventsTopic: eventsTopic.name(pipeline.name),
    client,
    log,
    traces,
    exits,
    url: (service) => serviceUrl(service, stack.ports),
    service: (service) => stack.services.services.get(service) as ChildControl,
    stop: async () => {
      await log.stop();
      await stack.stop();
      await traces.close();
      await database.drop();
      rmSync(pipeline.folder, { recursive: true, force: true });
    },
  };
}

/** The flights under another name, so that topics and groups are this run's own. */
export async function pipelineOfItsOwn(): Promise<PipelineDefinition> {
  const folder = mkdtempSync(join(tmpdir(), 'pitwall-e2e-'));
  const original = join(ROOT, 'pipelines/flight-delay');
  for (const part of ['models', 'event.schema.json'])
    cpSync(join(original, part), join(folder, part), { recursive: true });
  const definition = readFileSync(join(original, 'pipeline.yaml'), 'utf8');
  writeFileSync(join(folder, 'pipeline.yaml'), definition.replace(/^name: .*$/m, `name: ${uniquePipelineName()}`));
  return loadPipeline(folder);
}

async function startServices(
  stack: Stack,
  { pipeline, otlpEndpoint }: { readonly pipeline: PipelineDefinition; readonly otlpEndpoint: string },
): Promise<void> {
  const specs = serviceSpecs({
    ports: stack.ports,
    kafkaBrokers: stack.kafkaBrokers,
    databaseUrl: stack.databaseUrl,
    pipelineFolders: [pipeline.folder],
    otlpEndpoint,
    traceRatio: 0,
    logLevel: 'info',
    // How long the partitions of a killed service stand still: the least that a broker allows.
    environment: () => ({ KAFKA_SESSION_TIMEOUT_MS: '6000' }),
  });
  const children = await Promise.all(specs.map((spec) => stack.services.launch(spec)));
  await Promise.all(children.map((child) => child.waitUntilReady()));
}
