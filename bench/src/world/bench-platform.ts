import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kafkaClient, type MessagingClient } from '@pitwall/messaging';
import { loadPipeline, type PipelineDefinition } from '@pitwall/pipeline';
import { clientLog, type ServiceName, type ServiceSettings, serviceSpecs } from '@pitwall/platform';
import { provision } from '@pitwall/provision';
import { type ChildExit, type ProxiedListener, type ServiceSpec, type Stack, startStack } from '@pitwall/stack';

/** What to start, and who is told. */
export interface BenchPlatformOptions {
  /** Gives up starting when aborted. */
  readonly signal: AbortSignal;
  /** Gets a line per step. */
  readonly print: (line: string) => void;
  /** Told of every child that ends. */
  readonly onExit: (exit: ChildExit) => void;
  /** An empty folder for all data and logs, removed at the end; absent: one that is made for it. */
  readonly home?: string | undefined;
  /** Folder of the definition; absent: {@link PIPELINE_FOLDER}. */
  readonly definition?: string | undefined;
  /** A second listener of Kafka, for a proxy; null: none. */
  readonly proxiedKafka?: ProxiedListener | null;
}

/** A Kafka and a PostgreSQL of its own in a temporary folder, and the topics of one pipeline. Services come on top. */
export interface BenchPlatform {
  readonly stack: Stack;
  readonly client: MessagingClient;
  readonly pipeline: PipelineDefinition;
  /** How to start each service here; addresses that differ from those of the stack, and further variables, can be given. */
  specs(settings?: Partial<ServiceSettings>): readonly ServiceSpec[];
  stop(): Promise<void>;
}

/** The definition that is run as a rule. */
export const PIPELINE_FOLDER = fileURLToPath(new URL('../../../pipelines/flight-delay', import.meta.url));
const SESSION_TIMEOUT_MS = 10_000;

/** Starts everything but the services. Nothing is left running when it rejects. */
export async function startBenchPlatform(options: BenchPlatformOptions): Promise<BenchPlatform> {
  const { signal, print, onExit, home, definition = PIPELINE_FOLDER, proxiedKafka = null } = options;
  const pipeline = await loadPipeline(definition);
  const stack = await startStack({
    ports: 'free',
    signal,
    log: print,
    onExit,
    isTemporary: true,
    ...(home === undefined ? {} : { home }),
    ...(proxiedKafka === null ? {} : { proxiedKafka }),
  });
  try {
    const client = kafkaClient(
      { brokers: stack.kafkaBrokers, clientId: 'pitwall-bench', sessionTimeoutMs: SESSION_TIMEOUT_MS },
      clientLog(join(stack.home, 'logs', 'bench.log')),
    );
    await provision({ client, pipelines: [pipeline], replicationFactor: -1, announcedAt: new Date() });
    const settings = settingsOf(stack, definition);
    return {
      stack,
      client,
      pipeline,
      specs: (given) => serviceSpecs({ ...settings, ...given }),
      stop: () => stack.stop(),
    };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/** Starts services side by side and waits until they are ready. */
export async function startServices(
  platform: BenchPlatform,
  names: readonly ServiceName[],
  environment: NonNullable<ServiceSettings['environment']>,
): Promise<void> {
  const wanted = platform.specs({ environment }).filter(({ name }) => names.some((one) => one === name));
  const children = await Promise.all(wanted.map((spec) => platform.stack.services.launch(spec)));
  await Promise.all(children.map((child) => child.waitUntilReady()));
}

function settingsOf(stack: Stack, definition: string): ServiceSettings {
  return {
    ports: stack.ports,
    kafkaBrokers: stack.kafkaBrokers,
    databaseUrl: stack.databaseUrl,
    pipelineFolders: [definition],
    otlpEndpoint: null,
    traceRatio: 0,
    logLevel: 'info',
  };
}
