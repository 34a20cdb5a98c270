import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityOf, startStack } from '@pitwall/stack';

/** Real Kafka and real PostgreSQL that a test may use. Shared: make topics, schemas and databases of your own. */
export interface TestStack {
  readonly kafkaBrokers: readonly string[];
  readonly databaseUrl: string;
}

interface NotedStack extends TestStack {
  readonly startedBy: string | null;
}

let starting: Promise<TestStack> | undefined;

/**
 * The stack of this test process. `KAFKA_BROKERS` and `DATABASE_URL` are used when set; what is not set is started once per
 * jest worker, on free ports and in a temporary folder. All test files that run in the worker share it, and it stops when the worker ends,
 * however that happens. The first call takes seconds: put it into `beforeAll`.
 */
export function stackForTests(): Promise<TestStack> {
  starting ??= findOrStart();
  return starting;
}

async function findOrStart(): Promise<TestStack> {
  const { KAFKA_BROKERS: brokers, DATABASE_URL: databaseUrl } = process.env;
  if (brokers && databaseUrl) return { kafkaBrokers: brokers.split(','), databaseUrl };
  // Jest gives every test file its own modules, so what the files of one worker share lies in a folder named after the worker.
  const home = join(tmpdir(), `pitwall-tests-${process.pid}`);
  const noteFile = join(home, 'test-stack.json');
  const me = identityOf(process.pid);
  const noted = existsSync(noteFile) ? (JSON.parse(readFileSync(noteFile, 'utf8')) as NotedStack) : null;
  if (noted !== null && noted.startedBy === me) return noted;

  const stack = await startStack({
    home,
    isTemporary: true,
    ports: 'free',
    ...(brokers && { kafkaBrokers: brokers.split(',') }),
    ...(databaseUrl && { databaseUrl }),
  });
  const note: NotedStack = { kafkaBrokers: stack.kafkaBrokers, databaseUrl: stack.databaseUrl, startedBy: me };
  writeFileSync(noteFile, JSON.stringify(note), { mode: 0o600 });
  return note;
}
