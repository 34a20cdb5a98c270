import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  outcomeMessageSchema,
  predictionsTopic,
  type RecoveryReport,
  resultMessageSchema,
  resultsTopic,
} from '@pitwall/contracts';
import { backUpSchema, eventually, type SchemaBackup } from '@pitwall/testing';
import { deleteRecords } from './delete-records.js';
import { copiesBy, type ReadRecord } from './read-record.js';
import { ResultsProcess } from './results-process.js';
import { ResultsWorld } from './results-world.js';
import { runProgram, runRecover } from './run-recover.js';

const LONG = { timeoutMs: 120_000, everyMs: 250 };
const BEFORE = 300;
const AFTER = 600;
const WHILE_DOWN = 700;
const AT_THE_END = 760;

let world: ResultsWorld;
let backup: SchemaBackup;

const eventIdOf = ({ value }: ReadRecord): string => resultMessageSchema.parse(JSON.parse(value)).event.id;
const outcomeIdOf = ({ value }: ReadRecord): string => outcomeMessageSchema.parse(JSON.parse(value)).outcomeId;
const deadIdOf = (record: ReadRecord): string =>
  String(JSON.parse(record.header('pitwall-dead-letter') ?? '{}').deadLetterId);

/** What was published in more than one form. */
const tornIn = (copies: ReadonlyMap<string, readonly string[]>): string[] =>
  [...copies].filter(([, bytes]) => new Set(bytes).size !== 1).map(([id]) => id);

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);

async function resultsOf(events: number): Promise<void> {
  await eventually(() => copiesBy(eventIdOf, world.results).size === events, { ...LONG, what: `${events} results` });
}

async function outcomesOf(labels: number): Promise<void> {
  await eventually(() => copiesBy(outcomeIdOf, world.outcomes).size === labels, {
    ...LONG,
    what: `${labels} outcomes`,
  });
}

/** All that must be as it was, by id; rows as their digests. */
interface Stored {
  readonly decisions: Readonly<Record<string, string>>;
  readonly outcomes: Readonly<Record<string, string>>;
  readonly progress: Readonly<Record<string, string>>;
}

async function stored(): Promise<Stored> {
  const byId = async (query: string): Promise<Record<string, string>> => {
    const { rows } = await world.pool.query<{ id: string; row: string }>(query);
    return Object.fromEntries(rows.map(({ id, row }) => [id, row]));
  };
  return {
    // Which generation a row is written into is its own time. As jsonb a prediction would not be what came any more.
    decisions: await byId(`
      SELECT event_id AS id, md5((to_jsonb(decisions) - 'generation' - 'prediction')::text || prediction::text) AS row
      FROM decisions`),
    outcomes: await byId(
      "SELECT outcome_id AS id, md5((to_jsonb(outcomes) - 'generation')::text) AS row FROM outcomes",
    ),
    progress: await byId(
      "SELECT concat_ws(' ', consumer_group, topic, partition) AS id, next_offset AS row FROM partition_progress",
    ),
  };
}

const recover = (...args: readonly string[]): ReturnType<typeof runRecover> => runRecover(world.environment, args);
const brokers = (): string[] => (world.environment['KAFKA_BROKERS'] ?? '').split(',');

const importsOf = ({ imports }: RecoveryReport): Record<string, number> =>
  Object.fromEntries(imports.map(({ what, rows }) => [what, rows]));

const againOf = ({ groups }: RecoveryReport, kind: string): number =>
  groups
    .filter(({ group }) => group.startsWith(`pitwall.results.${kind}.`))
    .flatMap(({ partitions }) => partitions)
    .reduce((sum, { again }) => sum + again, 0);

/** The program looks at the same positions, so it can say that there is nothing left to read. */
async function everythingToBeRead(): Promise<void> {
  const isRead = async (): Promise<boolean> => {
    const { report } = await recover();
    const partitions = report.groups.flatMap((group) => group.partitions);
    return partitions.every(({ committedOffset, endOffset }) => (committedOffset ?? 0) === endOffset);
  };
  await eventually(isRead, { timeoutMs: 120_000, everyMs: 1_000, what: 'everything to be read' });
}

/** A pipeline that has decided, was backed up, decided more, and whose database was restored then. */
async function aRestoredWorld(): Promise<Stored> {
  const service = await world.start();
  await world.send(numbers(0, BEFORE).map((offset) => world.prediction(offset)));
  await world.send(numbers(0, 40).map((offset) => world.label(`E-${offset}`)));
  await outcomesOf(40);
  await resultsOf(BEFORE);
  backup = await backUpSchema(world.environment['DATABASE_URL'] ?? '', 'results');

  await world.send(numbers(BEFORE, AFTER).map((offset) => world.prediction(offset)));
  await world.send([
    // Copies, other content under the same id, and what cannot be read: none of them has a row of its own.
    world.prediction(BEFORE + 1),
    world.prediction(10_001, { id: 'E-1' }),
    world.prediction(10_002, { id: `E-${BEFORE + 2}`, content: 'something else' }),
    { ...world.prediction(10_003), value: Buffer.from('{') },
    // Its row is refused, as its position is none: it has neither a decision nor a result, but a dead letter.
    world.prediction(10_004, { originPartition: 2 ** 32 }),
  ]);
  await world.send([...numbers(30, 60), ...numbers(AFTER - 20, AFTER)].map((offset) => world.label(`E-${offset}`)));
  await world.send(numbers(0, 5).map((offset) => world.label(`E-${offset}`, { label: 'on-time', revision: 1 })));
  await outcomesOf(40 + 20 + 20 + 5);
  await resultsOf(AFTER);
  await eventually(() => copiesBy(deadIdOf, world.deadLetters).size === 3, { ...LONG, what: 'the dead letters' });
  expect(await service.stop()).toBe(0);
  const before = await stored();
  await backup.restore();
  return before;
}

/** The service says what to do, and as long as it does the groups are not moved under it. */
async function refuses(): Promise<void> {
  const service = ResultsProcess.spawn(world.environment);
  try {
    await eventually(
      async () => {
        const answer = await fetch(`${service.url}/readyz`);
        return answer.status === 503 && (await answer.text()).includes('run pitwall recover');
      },
      { ...LONG, what: 'the service to say what to do' },
    );
    const applied = await recover('--apply');
    expect(applied).toMatchObject({ exitCode: 1, report: { isApplied: false } });
    expect(applied.report.problems.join('\n')).toContain('results is running. Stop it');
    expect(await service.stop()).toBe(0);
  } finally {
    service.kill();
  }
}

beforeAll(async () => {
  world = await ResultsWorld.open();
}, 120_000);

afterAll(() => world.close());

describe('a database that was restored to an earlier time', () => {
  it('is recovered: nothing is lost, nothing decided otherwise, and every copy has the same bytes', async () => {
    const before = await aRestoredWorld();
    await world.send(numbers(AFTER, WHILE_DOWN).map((offset) => world.prediction(offset)));

    await refuses();

    const restored = await stored();
    const dryRun = await recover();
    expect(dryRun).toMatchObject({ exitCode: 0, report: { isApplied: false, problems: [] } });
    expect(importsOf(dryRun.report)).toEqual({ decisions: AFTER - BEFORE, outcomes: 20 + 20 + 5 });
    expect(againOf(dryRun.report, 'predictions')).toBe(AFTER - BEFORE + 5);
    expect(againOf(dryRun.report, 'feedback')).toBe(30 + 20 + 5);
    expect(await stored()).toEqual(restored);

    const applied = await recover('--apply');
    expect(applied).toMatchObject({ exitCode: 0, report: { isApplied: true, problems: [] } });
    expect(importsOf(applied.report)).toEqual(importsOf(dryRun.report));
    const recovered = await stored();
    expect(recovered.decisions).toEqual(before.decisions);
    expect(recovered.outcomes).toEqual(before.outcomes);

    const service = await world.start();
    await resultsOf(WHILE_DOWN);
    await everythingToBeRead();
    expect(await service.stop()).toBe(0);
    const after = await stored();
    expect(Object.keys(after.decisions)).toHaveLength(WHILE_DOWN);
    expect(after.decisions).toMatchObject(before.decisions);
    expect(tornIn(copiesBy(eventIdOf, world.results))).toEqual([]);
    expect(tornIn(copiesBy(outcomeIdOf, world.outcomes))).toEqual([]);
    expect(copiesBy(outcomeIdOf, world.outcomes).size).toBe(40 + 20 + 20 + 5);
    expect(copiesBy(deadIdOf, world.deadLetters).size).toBe(3);

    const again = await recover();
    expect(again).toMatchObject({ exitCode: 0, report: { problems: [] } });
    expect(againOf(again.report, 'predictions') + againOf(again.report, 'feedback')).toBe(0);
    expect(importsOf(again.report)['decisions'] ?? 0).toBe(0);
  }, 240_000);

  it('is recovered where it was lost as a whole', async () => {
    const before = await stored();
    await world.pool.query('DROP SCHEMA results CASCADE');
    const dryRun = await runProgram(world.environment, []);
    expect([dryRun.exitCode, dryRun.stdout]).toEqual([1, '']);
    expect(dryRun.stderr).toMatch(/schema results does not exist .* --migrate/);
    expect((await world.pool.query("SELECT FROM pg_namespace WHERE nspname = 'results'")).rowCount).toBe(0);
    const applied = await recover('--apply');
    expect(applied).toMatchObject({ exitCode: 0, report: { isApplied: true, problems: [] } });
    expect(importsOf(applied.report)).toEqual({ decisions: WHILE_DOWN, outcomes: 40 + 20 + 20 + 5 });
    const service = await world.start();
    await everythingToBeRead();
    expect(await service.stop()).toBe(0);
    const after = await stored();
    expect([after.decisions, after.outcomes]).toEqual([before.decisions, before.outcomes]);
  }, 240_000);

  it('takes back what was published right before a crash and is committed nowhere', async () => {
    const earlier = await backUpSchema(world.environment['DATABASE_URL'] ?? '', 'results');
    await world.send(numbers(WHILE_DOWN, AT_THE_END).map((offset) => world.prediction(offset)));
    const log = join(tmpdir(), `${world.pipeline}.jsonl`);
    const crash = { PITWALL_FAILPOINTS: 'before_offset_commit=kill@1', PITWALL_FAILPOINT_LOG: log };
    expect(await world.runToItsEnd(crash)).toBe('SIGKILL');
    rmSync(log);
    await earlier.restore();
    const nobodyReads = async (): Promise<boolean> => (await recover()).report.problems.length === 0;
    await eventually(nobodyReads, { timeoutMs: 120_000, everyMs: 1_000, what: 'the session of the killed one to end' });

    const { report } = await recover('--apply');
    // No partition is behind: the service would have started, and decided these anew.
    expect(againOf(report, 'predictions')).toBe(0);
    expect(importsOf(report)['decisions']).toBeGreaterThan(0);
    const service = await world.start();
    await resultsOf(AT_THE_END);
    expect(await service.stop()).toBe(0);
    expect(tornIn(copiesBy(eventIdOf, world.results))).toEqual([]);
  }, 240_000);

  it('is not recovered by deciding anew what was published and is gone from the log, unless that is accepted', async () => {
    await backup.restore();
    const restored = await stored();
    await deleteRecords(brokers(), resultsTopic.name(world.pipeline));
    const refused = await recover('--apply');
    expect(refused).toMatchObject({ exitCode: 1, report: { isApplied: false } });
    expect(refused.report.problems.join('\n')).toMatch(
      /\d+ predictions of .* had been settled, but .* do not hold any more/,
    );
    expect((await stored()).progress).toEqual(restored.progress);

    await deleteRecords(brokers(), predictionsTopic.name(world.pipeline));
    const gone = await recover('--apply');
    expect(gone).toMatchObject({ exitCode: 1, report: { isApplied: false } });
    expect(gone.report.problems.join('\n')).toMatch(/begins at offset \d+, but the database knows offset \d+/);

    expect(await recover('--apply', '--accept-gaps')).toMatchObject({ exitCode: 0, report: { isApplied: true } });
    const service = await world.start();
    expect(await service.stop()).toBe(0);
  }, 120_000);
});
