import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PitwallError } from '@pitwall/contracts';
import { kafkaClient, type MessagingClient } from '@pitwall/messaging';
import { startTraceReceiver, type TraceReceiver } from '@pitwall/otlp-receiver';
import { loadPipeline, type PipelineDefinition } from '@pitwall/pipeline';
import { clientLog, Restarts, SERVICES, serviceSpecs } from '@pitwall/platform';
import { differenceText, provision, remediesOf } from '@pitwall/provision';
import { type ChildControl, type ChildExit, type PortName, type Ports, type Stack, startStack } from '@pitwall/stack';
import type { DemoConfig } from '../config.js';

/** What to start. */
export interface PlatformOptions {
  readonly config: DemoConfig;
  /** The data folder; null: a temporary one on free ports, gone at the end. */
  readonly dataFolder: string | null;
  readonly ports: Partial<Ports>;
  readonly traceRatio: number;
  /** Gives up starting when aborted: what has been started is stopped, and the start rejects with `start_aborted`. */
  readonly signal: AbortSignal;
  /** Gets a line per step. */
  readonly print: (line: string) => void;
  /** A child ends again and again: nothing more is to be expected. */
  readonly onGivingUp: (name: string) => void;
}

/** Kafka, PostgreSQL and the services, ready. */
export interface Platform {
  readonly stack: Stack;
  readonly client: MessagingClient;
  readonly pipeline: PipelineDefinition;
  /** Null where traces go elsewhere. */
  readonly traces: TraceReceiver | null;
  /** Names of the children that have ended without being asked to. */
  readonly ended: ReadonlySet<string>;
  /** Services, Kafka, PostgreSQL, in this order. */
  stop(): Promise<void>;
}

/** The folder of the pipeline that the demo runs. */
export const PIPELINE_FOLDER = fileURLToPath(new URL('../../../../pipelines/flight-delay', import.meta.url));

const SESSION_TIMEOUT_MS = 10_000;

/** Starts everything and waits until it is ready. Rejects with a PitwallError; nothing is left running then. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { config, dataFolder, print, signal } = options;
  const pipeline = await loadPipeline(PIPELINE_FOLDER);
  const exits: ExitRelay = { to: () => undefined };
  const stack = await startStack({
    ...(dataFolder === null ? {} : { home: dataFolder }),
    ports: portsFor(options),
    checkedPorts: ownPorts(config),
    signal,
    ...(config.kafkaBrokers === null ? {} : { kafkaBrokers: config.kafkaBrokers }),
    ...(config.databaseUrl === null ? {} : { databaseUrl: config.databaseUrl }),
    log: print,
    onExit: (exit) => exits.to(exit),
  });
  const restarts = restartsOf(stack, options);
  const ended = new Set<string>();
  exits.to = (exit) => {
    if (!exit.expected) ended.add(exit.name);
    restarts.exited(exit);
  };
  let traces: TraceReceiver | null = null;
  const stop = async (): Promise<void> => {
    restarts.stop();
    await stack.stop();
    await traces?.close();
  };
  try {
    if (config.otlpEndpoint === null) traces = await startTraceReceiver({ port: stack.ports.otlp });
    const client = kafkaClient(
      { brokers: stack.kafkaBrokers, clientId: 'pitwall-demo', sessionTimeoutMs: SESSION_TIMEOUT_MS },
      clientLog(join(stack.home, 'logs', 'demo.log')),
    );
    const otlpEndpoint = config.otlpEndpoint ?? traces?.url ?? null;
    await unlessAborted(signal, async () => {
      await provisionTopics(client, pipeline, { print, brokers: stack.kafkaBrokers });
      await startServices(stack, { options, otlpEndpoint });
    });
    return { stack, client, pipeline, traces, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The work, or a rejection as soon as the signal comes; the work then goes on unheard until what it waits for is stopped. */
async function unlessAborted(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void =>
    aborted.reject(new PitwallError('The start was given up: the end was asked for.', { code: 'start_aborted' }));
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    await Promise.race([work(), aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Exits may be told of before the one who cares for them exists. */
interface ExitRelay {
  to: (exit: ChildExit) => void;
}

/** A passing stack must not meet one that runs: it takes free ports, unless it is told which. */
function portsFor({ dataFolder, ports }: PlatformOptions): 'free' | Partial<Ports> {
  return dataFolder === null && Object.keys(ports).length === 0 ? 'free' : ports;
}

/** What the demo itself listens on, or its services do. */
function ownPorts({ otlpEndpoint }: DemoConfig): readonly PortName[] {
  const names = SERVICES.map(({ name }) => name);
  return otlpEndpoint === null ? [...names, 'otlp'] : names;
}

function restartsOf(stack: Stack, { print, onGivingUp }: PlatformOptions): Restarts {
  const own: Readonly<Record<string, ChildControl | null>> = { kafka: stack.kafka, postgres: stack.postgres };
  return new Restarts({
    childOf: (name) => own[name] ?? stack.services.services.get(name),
    print,
    onGivingUp,
    monotonicMs: () => performance.now(),
  });
}

async function provisionTopics(
  client: MessagingClient,
  pipeline: PipelineDefinition,
  { print, brokers }: Pick<PlatformOptions, 'print'> & { readonly brokers: readonly string[] },
): Promise<void> {
  const { topics, announcements } = await provision({
    client,
    pipelines: [pipeline],
    replicationFactor: -1,
    announcedAt: new Date(),
  });
  const different = topics.filter(({ state }) => state === 'differs');
  if (different.length > 0) {
    const lines = different.flatMap(({ name, differences }) => [
      ...differences.map((difference) => `  ${name} ${differenceText(difference)}`),
      ...remediesOf(name, differences, brokers.join(',')).map((remedy) => `    ${remedy}`),
    ]);
    throw new PitwallError(
      `Topics are there already and are not what Pitwall needs. They were not changed.\n${lines.join('\n')}\nChange them, or use another cluster; the Kafka that npm start runs by itself begins anew after npm run reset, without what it holds.`,
      { code: 'topics_differ' },
    );
  }
  const created = topics.filter(({ state }) => state === 'created').length;
  if (created > 0) print(`Topics: ${created} created.`);
  for (const { deployment } of announcements) {
    print(
      `Champion of ${deployment.pipeline}: ${deployment.champion.model}@${deployment.champion.version} (revision ${deployment.revision}).`,
    );
  }
}

async function startServices(
  stack: Stack,
  { options, otlpEndpoint }: { options: PlatformOptions; otlpEndpoint: string | null },
): Promise<void> {
  const from = performance.now();
  const specs = serviceSpecs({
    ports: stack.ports,
    kafkaBrokers: stack.kafkaBrokers,
    databaseUrl: stack.databaseUrl,
    pipelineFolders: [PIPELINE_FOLDER],
    otlpEndpoint,
    traceRatio: options.traceRatio,
    logLevel: options.config.logLevel,
  });
  const children = await Promise.all(specs.map((spec) => stack.services.launch(spec)));
  await Promise.all(children.map((child) => child.waitUntilReady()));
  options.print(
    `The services ${specs.map(({ name }) => name).join(', ')} are ready after ${Math.round(performance.now() - from)} ms.`,
  );
}
