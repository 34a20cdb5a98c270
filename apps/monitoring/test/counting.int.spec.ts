import { resultIdOf } from '@pitwall/contracts';
import { anAssignment, aRecord, batchOf, type RecordBatch } from '@pitwall/messaging';
import { type Database, openDatabase, PartitionClaims } from '@pitwall/persistence';
import { logBinOf, type PerformanceState } from '@pitwall/statistics';
import { startTelemetry } from '@pitwall/telemetry';
import { type FreshDatabase, freshDatabase } from '@pitwall/testing';
import { MIGRATIONS } from '../src/migrations/index.js';
import type { Countable } from '../src/windows/countable.js';
import { type CountedLabel } from '../src/windows/counted-labels.js';
import { CountingService } from '../src/windows/counting.service.js';
import { LabelsRepository } from '../src/windows/labels.repository.js';
import { countLatencies, NO_LATENCIES } from '../src/windows/latencies.js';
import { addCounts, increment, noCounts, type WindowCounts } from '../src/windows/window-counts.js';
import { WindowsRepository } from '../src/windows/windows.repository.js';

const HOUR_MS = 3_600_000;
const START = Date.UTC(2013, 3, 1);
const TOPIC = 'flight-delay.predictions.v1';
const GROUP = 'pitwall.monitoring.predictions.flight-delay';

let fresh: FreshDatabase;
let database: Database;

beforeEach(async () => {
  fresh = await freshDatabase();
  database = await openDatabase({
    url: fresh.databaseUrl,
    schema: 'monitoring',
    entities: [],
    migrations: MIGRATIONS,
    applicationName: 'test',
  });
});

afterEach(async () => {
  await database.close();
  await fresh.drop();
});

/** One running service: its own claims and its own memory of windows. */
function aService(): CountingService {
  return new CountingService(database, new PartitionClaims(database), new WindowsRepository(database));
}

/** The nth event: six of them an hour, every third one late. */
function countable(n: number): Countable {
  return {
    id: resultIdOf('flight-delay', { source: '/flight-delay', id: String(n) }),
    time: START + (n * HOUR_MS) / 6,
    latencies: NO_LATENCIES,
    count: (into) => {
      increment(into.totals, 'predictions');
      if (n % 3 === 0) increment(into.totals, 'late');
    },
  };
}

function batch(from: number, to: number, assignmentId = 1): RecordBatch {
  const records = Array.from({ length: to - from }, (_, index) => aRecord({ topic: TOPIC, offset: from + index }));
  const assignment = anAssignment({ id: assignmentId });
  return batchOf('flight-delay', records as [ReturnType<typeof aRecord>], { assignment }).batch;
}

function input(from: number, to: number, assignmentId = 1): Parameters<CountingService['count']>[0] {
  return {
    owner: { pipeline: 'flight-delay', kind: 'prediction', partition: 0 },
    group: GROUP,
    windowMs: HOUR_MS,
    replayedHistory: true,
    batch: batch(from, to, assignmentId),
    countables: Array.from({ length: to - from }, (_, index) => countable(from + index)),
  };
}

async function windows(): Promise<ReadonlyMap<number, WindowCounts>> {
  const range = { from: null, to: null, limit: 1_000 };
  const stored = await new WindowsRepository(database).read('flight-delay', ['prediction'], range);
  return new Map(stored.map(({ from, counts }) => [from, counts]));
}

async function total(): Promise<WindowCounts['totals']> {
  const sum = noCounts();
  for (const counts of (await windows()).values()) addCounts(sum, counts);
  return sum.totals;
}

it('counts each record into the window of its event time', async () => {
  await aService().count(input(0, 12));
  const counted = await windows();
  expect([...counted.keys()].toSorted((a, b) => a - b)).toEqual([START, START + HOUR_MS]);
  expect(counted.get(START)?.totals).toEqual({ predictions: 6, late: 2 });
});

it('counts a copy of a record, in the same batch or in a later one, only once', async () => {
  const service = aService();
  const twice = input(0, 6);
  await service.count({ ...twice, countables: [...twice.countables, ...twice.countables] });
  await service.count(input(3, 9));
  expect(await total()).toEqual({ predictions: 9, late: 3 });
});

it('counts the first copy of a record, in the same batch too, where a later one says otherwise', async () => {
  const { countables, ...rest } = input(1, 3);
  const late = countables.map((one): Countable => ({ ...one, count: (into) => increment(into.totals, 'late') }));
  await aService().count({ ...rest, countables: [...countables, ...late] });
  expect(await total()).toEqual({ predictions: 2 });
});

describe('batches of several partitions that come together', () => {
  /** Partition by partition, as lanes hand them over side by side. */
  function onPartitions(partitions: readonly number[], assignmentId = 1): ReturnType<typeof input>[] {
    return partitions.map((partition) => {
      const { batch: records, owner, ...rest } = input(partition * 6, partition * 6 + 6, assignmentId);
      return { ...rest, owner: { ...owner, partition }, batch: { ...records, partition } };
    });
  }

  it('are counted as if each had come alone', async () => {
    const service = aService();
    await Promise.all(onPartitions([0, 1, 2]).map((one) => service.count(one)));
    await Promise.all(onPartitions([0, 1, 2]).map((one) => service.count(one)));
    expect(await total()).toEqual({ predictions: 18, late: 6 });
  });

  it('count a record once that comes on two of them', async () => {
    const [first, second] = onPartitions([0, 1]) as [ReturnType<typeof input>, ReturnType<typeof input>];
    const service = aService();
    await Promise.all([service.count(first), service.count({ ...second, countables: first.countables })]);
    expect(await total()).toEqual({ predictions: 6, late: 2 });
  });

  it('do no harm to each other where one was claimed by another process', async () => {
    const zombie = aService();
    await Promise.all(onPartitions([0, 1]).map((one) => zombie.count({ ...one, countables: [] })));
    const [, stolen] = onPartitions([0, 1], 2) as [ReturnType<typeof input>, ReturnType<typeof input>];
    await aService().count({ ...stolen, countables: [] });
    const results = await Promise.allSettled(onPartitions([0, 1]).map((one) => zombie.count(one)));
    expect(results).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected', reason: { code: 'stale_claim' } }]);
    expect(await total()).toEqual({ predictions: 6, late: 2 });
  });
});

it('goes on where another run of the service was stopped, whatever the batch cuts', async () => {
  await aService().count(input(0, 5, 1));
  await aService().count(input(2, 30, 2));
  expect(await total()).toEqual({ predictions: 30, late: 10 });
  expect((await windows()).get(START)?.totals).toEqual({ predictions: 6, late: 2 });
});

it('refuses a zombie, and nothing of its batch is counted', async () => {
  const [zombie, successor] = [aService(), aService()];
  await zombie.count(input(0, 6));
  await successor.count(input(6, 12));
  await expect(zombie.count(input(12, 18))).rejects.toMatchObject({ code: 'stale_claim' });
  expect(await total()).toEqual({ predictions: 12, late: 4 });
  await successor.count(input(12, 18));
  expect(await total()).toEqual({ predictions: 18, late: 6 });
});

it('forgets what a failed transaction has touched in memory', async () => {
  const service = aService();
  await service.count(input(0, 3));
  const broken: Countable = {
    ...countable(4),
    count: (into) => {
      increment(into.totals, 'predictions');
      throw new Error('cut off');
    },
  };
  await expect(service.count({ ...input(3, 6), countables: [countable(3), broken] })).rejects.toThrow('cut off');
  await service.count(input(3, 6));
  expect(await total()).toEqual({ predictions: 6, late: 2 });
});

it('counts and shows latencies once, and only of what is counted', async () => {
  const telemetry = startTelemetry({ service: 'monitoring', version: '0', sampleRatio: 0 });
  const service = aService();
  const tells = (n: number): Countable => {
    const latencies = { event: 40, results: 8 };
    return { ...countable(n), latencies, count: (into) => countLatencies(into, latencies) };
  };
  await service.count({ ...input(0, 2), countables: [tells(0), tells(0), tells(1)] });
  const broken: Countable = {
    ...tells(2),
    count: () => {
      throw new Error('cut off');
    },
  };
  await expect(service.count({ ...input(2, 4), countables: [tells(1), broken] })).rejects.toThrow('cut off');
  await service.count({ ...input(2, 4), countables: [tells(1), tells(2)] });
  const counts = (await windows()).get(START);
  const binOf = (ms: number): string => String(logBinOf(ms));
  expect(counts?.latencyMs).toEqual({ [binOf(40)]: 3 });
  expect(counts?.hopLatencyMs.results).toEqual({ [binOf(8)]: 3 });
  const text = await telemetry.metricsText();
  await telemetry.shutdown();
  expect(text).toMatch(/pitwall_event_latency_count\{[^}]*"flight-delay"[^}]*\} 3\n/);
  expect(text).toMatch(/pitwall_event_latency_sum\{[^}]*\} 0\.12\n/);
  expect(text).toMatch(/pitwall_hop_latency_count\{[^}]*pitwall_hop="results"[^}]*\} 3\n/);
  expect(text).not.toContain('pitwall_hop="features"');
});

it('keeps the progress even where nothing was to be counted', async () => {
  await aService().count({ ...input(0, 4), countables: [] });
  const { rows } = await database.pool.query('SELECT next_offset::int AS next FROM partition_progress');
  expect(rows).toEqual([{ next: 4 }]);
});

describe('labels', () => {
  const outcome = (n: number, revision: number, saw: 'late' | 'on time'): CountedLabel => ({
    resultId: resultIdOf('flight-delay', { source: '/flight-delay', id: String(n) }),
    eventTime: START,
    model: 'champion@1.0.0',
    labelSource: 'arrivals',
    revision,
    decision: {
      score: 0.7,
      isPositive: saw === 'late',
      isActed: true,
      value: saw === 'late' ? 8_000 : -4_000,
      labelDelayMs: 0,
    },
  });

  async function countLabels(service: CountingService, labels: readonly CountedLabel[], offset: number): Promise<void> {
    const repository = new LabelsRepository();
    const idOf = ({ resultId, revision }: CountedLabel): string =>
      resultIdOf(resultId, { source: 'outcome', id: String(revision) });
    const byId = new Map(labels.map((label) => [idOf(label), label]));
    await service.count({
      ...input(offset, offset + 1),
      owner: { pipeline: 'flight-delay', kind: 'outcome', partition: 0 },
      countables: [...byId.keys()].map((id) => ({ id, time: START, latencies: NO_LATENCIES, count: () => undefined })),
      settle: (client, ids) =>
        repository.settle(
          client,
          'flight-delay',
          [...ids].map((id) => byId.get(id) as CountedLabel),
        ),
    });
  }

  async function performance(): Promise<PerformanceState['totals'] | undefined> {
    const stored = await new WindowsRepository(database).read('flight-delay', ['outcome'], {
      from: null,
      to: null,
      limit: 10,
    });
    return stored[0]?.counts.performance['champion@1.0.0']?.totals;
  }

  it('are counted once, and a correction takes back what it corrects, also after a restart', async () => {
    await countLabels(aService(), [outcome(1, 0, 'late'), outcome(2, 0, 'late')], 0);
    await countLabels(aService(), [outcome(1, 0, 'late'), outcome(1, 1, 'on time')], 1);
    expect(await performance()).toMatchObject({ truePositives: 1, falsePositives: 1, value: 4_000 });
  });
});
