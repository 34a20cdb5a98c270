import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PitwallError } from '@pitwall/contracts';
import { kafkaClient, type MessagingClient } from '@pitwall/messaging';
import { loadPipeline, type PipelineDefinition } from '@pitwall/pipeline';
import { clientLog, type ServiceName, serviceSpecs } from '@pitwall/platform';
import { provision } from '@pitwall/provision';
import { type ChildControl, type ChildExit, type Stack, startStack } from '@pitwall/stack';

/** What to start, and who is told. */
export interface BenchPlatformOptions {
  /** Gives up starting when aborted. */
  readonly signal: AbortSignal;
  /** Gets a line per step. */
  readonly print: (line: string) => void;
  /** Told of every child that ends. */
  readonly onExit: (exit: ChildExit) => void;
}

/** A Kafka and a PostgreSQL of its own in a temporary folder, the topics of one pipeline, and services when they are asked for. */
export interface BenchPlatform {
  readonly stack: Stack;
  readonly client: MessagingClient;
  readonly pipeline: PipelineDefinition;
  /** Starts services side by side and waits until they are ready. */
  startServices(names: readonly ServiceName[], environment?: ServiceEnvironment): Promise<void>;
  stop(): Promise<void>;
}

/** Environment variables of a service besides those that it cannot do without. */
export type ServiceEnvironment = (name: ServiceName) => Readonly<Record<string, string>>;

const PIPELINE_FOLDER = fileURLToPath(new URL('../../../pipelines/flight-delay', import.meta.url));
const SESSION_TIMEOUT_MS = 10_000;

/** Starts everything but the services. Nothing is left running when it rejects. */
export async function startBenchPlatform(options: BenchPlatformOptions): Promise<BenchPlatform> {
  const { signal, print, onExit } = options;
  const pipeline = await loadPipeline(PIPELINE_FOLDER);
  const stack = await startStack({ ports: 'free', signal, log: print, onExit });
  try {
    const client = kafkaClient(
      { brokers: stack.kafkaBrokers, clientId: 'pitwall-bench', sessionTimeoutMs: SESSION_TIMEOUT_MS },
      clientLog(join(stack.home, 'logs', 'bench.log')),
    );
    await provision({ client, pipelines: [pipeline], replicationFactor: -1, announcedAt: new Date() });
    return {
      stack,
      client,
      pipeline,
      startServices: (names, environment) => startServices(stack, names, environment),
      stop: () => stack.stop(),
    };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

async function startServices(
  stack: Stack,
  names: readonly ServiceName[],
  environment: ServiceEnvironment = () => ({}),
): Promise<void> {
  const specs = serviceSpecs({
    ports: stack.ports,
    kafkaBrokers: stack.kafkaBrokers,
    databaseUrl: stack.databaseUrl,
    pipelineFolders: [PIPELINE_FOLDER],
    otlpEndpoint: null,
    traceRatio: 0,
    logLevel: 'info',
    environment,
  });
  const wanted = specs.filter(({ name }) => names.some((one) => one === name));
  const children = await Promise.all(wanted.map((spec) => stack.services.launch(spec)));
  await Promise.all(children.map((child) => child.waitUntilReady()));
}

/** A child that ended while it was needed: rejects the run, and says how it ended and where to look. */
export function endedTooEarly({ name, code, signal }: ChildExit, control?: ChildControl): PitwallError {
  const how = signal === null ? `with code ${code}` : `by ${signal}`;
  const log = control === undefined ? '' : ` Its log: ${control.logFile}`;
  return new PitwallError(`${name} ended ${how} in the middle of the run.${log}`, { code: 'child_ended' });
}
