import { PitwallError } from '@pitwall/contracts';
import { type ClientLogger, kafkaClient } from '@pitwall/messaging';
import { loadPipeline } from '@pitwall/pipeline';
import { readConfig } from '../config.js';
import { replayStart } from '../flights/selection.js';
import { type DemoOptions, parseOptions } from '../options.js';
import { PIPELINE_FOLDER } from '../platform/platform.js';
import { Pacer } from './pacer.js';
import type { OutboundTurn } from './replay.js';
import { replayFlights } from './start-replay.js';

const SESSION_TIMEOUT_MS = 10_000;
const SAY_EVERY_MS = 5_000;
const FAILED = 1;
const USAGE_ERROR = 2;

/**
 * The replay alone, into services that run elsewhere, e.g. in containers: takes `KAFKA_BROKERS` and the flags of `npm start`
 * that say what is replayed and how fast. Topics and services must be there. Gives the exit code.
 */
export async function replayIntoServices(given: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const parsed = parseOptions(given, env);
  if (parsed.kind === 'end') {
    (parsed.exitCode === 0 ? process.stdout : process.stderr).write(parsed.text);
    return parsed.exitCode;
  }
  const { kafkaBrokers } = readConfig(env);
  if (kafkaBrokers === null) {
    process.stderr.write('KAFKA_BROKERS is not set, expected host:port of each broker, separated by commas.\n');
    return USAGE_ERROR;
  }
  try {
    await replay(parsed.options, kafkaBrokers);
    return 0;
  } catch (error) {
    if (!(error instanceof PitwallError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return FAILED;
  }
}

async function replay(options: DemoOptions, brokers: readonly string[]): Promise<void> {
  const pipeline = await loadPipeline(PIPELINE_FOLDER);
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
  const client = kafkaClient({ brokers, clientId: 'pitwall-replay', sessionTimeoutMs: SESSION_TIMEOUT_MS }, WARNINGS);
  let sent = 0;
  let lastEventTimeMs: number | null = null;
  const say = (): void => {
    const at =
      lastEventTimeMs === null ? 'nothing' : `${sent} records, up to ${new Date(lastEventTimeMs).toISOString()}`;
    print(`sent ${at}`);
  };
  const saying = setInterval(say, SAY_EVERY_MS);
  try {
    await replayFlights({
      platform: { client, pipeline },
      options,
      pacer: new Pacer(options.speed, () => performance.now()),
      start: replayStart(options, null),
      labelsAfterEnd: 'sent',
      signal: stop.signal,
      onAcknowledged: (batch: readonly OutboundTurn[]) => {
        sent += batch.reduce((sum, { records }) => sum + records.length, 0);
        lastEventTimeMs = batch.at(-1)?.turn.atMs ?? lastEventTimeMs;
      },
      print,
    });
  } finally {
    clearInterval(saying);
    say();
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const WARNINGS: ClientLogger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (_fields, message) => void process.stderr.write(`${message}\n`),
  error: (_fields, message) => void process.stderr.write(`${message}\n`),
};
