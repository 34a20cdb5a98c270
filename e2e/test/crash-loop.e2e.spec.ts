import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deadLettersTopic, eventsTopic, featuresTopic, HEADER } from '@pitwall/contracts';
import { headerOf, kafkaClient, type MessagingClient, type OutboundRecord, textHeader } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { provision } from '@pitwall/provision';
import { eventually, stackForTests } from '@pitwall/testing';
import { aFlight, cloudEvent } from './flight-events.js';
import { pipelineOfItsOwn } from './test-platform.js';
import { TopicLog } from './topic-log.js';

const INGESTION = fileURLToPath(new URL('../../apps/ingestion/dist/main.js', import.meta.url));
const HOOK = new URL('dies-of-a-record.mjs', import.meta.url).href;
const FLIGHTS = 40;
const DEADLY = 'deadly';
/** Each of seven deaths is followed by the session of the dead member, 6 s, before anybody is given its partitions. */
const LIMIT_MS = 420_000;

const silent = (): void => undefined;
const SILENT = { debug: silent, info: silent, warn: silent, error: silent };

/** Starts the built service again whenever it ends, as any supervisor does. */
class Supervised {
  /** The signals that have ended it. */
  readonly deaths: (NodeJS.Signals | null)[] = [];
  private child: ChildProcess | null = null;
  private isOver = false;

  constructor(private readonly environment: Readonly<Record<string, string>>) {
    this.start();
  }

  async stop(): Promise<void> {
    this.isOver = true;
    const { child } = this;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  private start(): void {
    const env = { ...this.environment, NODE_OPTIONS: `--import=${HOOK}` };
    this.child = spawn(process.execPath, [INGESTION], { env, stdio: 'ignore' });
    this.child.once('exit', (_, signal) => {
      if (this.isOver) return;
      this.deaths.push(signal);
      this.start();
    });
  }
}

describe('a record of which the process dies, whoever reads it', () => {
  let pipeline: PipelineDefinition;
  let client: MessagingClient;
  let log: TopicLog;
  let ingestion: Supervised | null = null;

  beforeAll(async () => {
    const { kafkaBrokers } = await stackForTests();
    pipeline = await pipelineOfItsOwn();
    client = kafkaClient({ brokers: kafkaBrokers, clientId: 'e2e', sessionTimeoutMs: 10_000 }, SILENT);
    await provision({ client, pipelines: [pipeline], replicationFactor: 1, announcedAt: new Date() });
    const topics = [featuresTopic, deadLettersTopic].map((topic) => topic.name(pipeline.name));
    log = await TopicLog.follow(client, topics);
    const publisher = await client.publisher();
    await publisher.send(
      Array.from({ length: FLIGHTS + 1 }, (_, at) => recordOf(at === FLIGHTS / 2 ? DEADLY : `flight-${at}`)),
    );
    await publisher.close();
    ingestion = new Supervised({
      KAFKA_BROKERS: kafkaBrokers.join(','),
      PITWALL_PIPELINES: pipeline.folder,
      HTTP_PORT: '0',
      KAFKA_SESSION_TIMEOUT_MS: '6000',
    });
  }, LIMIT_MS);

  afterAll(async () => {
    await ingestion?.stop();
    await log.stop();
    rmSync(pipeline.folder, { recursive: true });
  });

  it(
    'is a dead letter in the end, it alone, and all others go on in their order',
    async () => {
      await eventually(() => log.deadLetters.length > 0 && new Set(passed()).size === FLIGHTS, {
        what: 'the end of every record',
        timeoutMs: LIMIT_MS,
        everyMs: 500,
      });
      expect(log.deadLetters).toMatchObject([{ reason: 'crash_loop', origin: { partition: 0, offset: FLIGHTS / 2 } }]);
      expect(log.deadLettersOf(DEADLY)).toHaveLength(1);
      // Copies are allowed: those before it were sent by processes that died before they could commit.
      const ids = Array.from({ length: FLIGHTS + 1 }, (_, at) => `flight-${at}`);
      expect([...new Set(passed())]).toEqual(ids.filter((_, at) => at !== FLIGHTS / 2));
      expect(new Set(ingestion?.deaths)).toEqual(new Set(['SIGABRT']));
    },
    LIMIT_MS + 30_000,
  );

  function recordOf(id: string): OutboundRecord {
    const headers = Object.entries(cloudEvent({ pipeline }, id)).map(([name, text]) => textHeader(name, text));
    const value = Buffer.from(JSON.stringify(aFlight({ flight_id: id })));
    return { topic: eventsTopic.name(pipeline.name), partition: 0, key: Buffer.from('N001XX'), value, headers };
  }

  /** Ids of the events that ingestion has passed on, copies too. */
  function passed(): readonly string[] {
    return log.records
      .filter(({ topic }) => topic === featuresTopic.name(pipeline.name))
      .map(({ headers }) => String(headerOf(headers, HEADER.ceId)));
  }
});
