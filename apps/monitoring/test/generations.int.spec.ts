import { resultIdOf } from '@pitwall/contracts';
import { anAssignment, aRecord, batchOf } from '@pitwall/messaging';
import { type Database, GenerationKeeper, openDatabase, PartitionClaims } from '@pitwall/persistence';
import { type FreshDatabase, freshDatabase } from '@pitwall/testing';
import { FAMILIES } from '../src/families.js';
import { MIGRATIONS } from '../src/migrations/index.js';
import type { Countable } from '../src/windows/countable.js';
import { type CountingInput, CountingService } from '../src/windows/counting.service.js';
import { NO_LATENCIES } from '../src/windows/latencies.js';
import { increment } from '../src/windows/window-counts.js';
import { type StoredWindow, WindowsRepository } from '../src/windows/windows.repository.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let fresh: FreshDatabase;
let database: Database;
let keeper: GenerationKeeper;
/** First instant of the day on which the first generation began. */
let firstDay: number;

beforeEach(async () => {
  fresh = await freshDatabase();
  const options = { url: fresh.databaseUrl, schema: 'monitoring', entities: [], applicationName: 'test' };
  database = await openDatabase({ ...options, migrations: MIGRATIONS });
  keeper = new GenerationKeeper(database, FAMILIES);
  await keeper.adopt(FAMILIES.map(({ name }) => ({ family: name, pipeline: 'flight-delay', days: 4 })));
  firstDay = Date.parse((await keeper.kept())[0]?.generations[0] ?? '');
});

afterEach(async () => {
  await database.close();
  await fresh.drop();
});

const day = (after: number): string => new Date(firstDay + after * DAY_MS).toISOString().slice(0, 10);

/** The nth event, at this time. */
function countable(n: number, time: number): Countable {
  const id = resultIdOf('flight-delay', { source: '/flight-delay', id: String(n) });
  return { id, time, latencies: NO_LATENCIES, count: (into) => increment(into.totals, 'predictions') };
}

let offset = 0;

/** Counts by a service that remembers nothing. */
async function count(countables: readonly Countable[], parts: Partial<CountingInput> = {}): Promise<void> {
  offset += 1;
  const record = aRecord({ topic: 'flight-delay.predictions.v1', offset });
  const { batch } = batchOf('flight-delay', [record], { assignment: anAssignment({ id: offset }) });
  const service = new CountingService(database, new PartitionClaims(database), new WindowsRepository(database));
  await service.count({
    owner: { pipeline: 'flight-delay', kind: 'prediction', partition: 0 },
    group: 'pitwall.monitoring.predictions.flight-delay',
    windowMs: HOUR_MS,
    replayedHistory: false,
    batch,
    countables,
    ...parts,
  });
}

function windows(): Promise<readonly StoredWindow[]> {
  const range = { from: null, to: null, limit: 1_000 };
  return new WindowsRepository(database).read('flight-delay', ['prediction'], range);
}

const totals = async (): Promise<readonly (number | undefined)[]> =>
  (await windows()).map(({ counts }) => counts.totals['predictions']);

it('counts a record once, whatever the generation of its copies', async () => {
  await count([countable(1, firstDay), countable(2, firstDay)]);
  await keeper.turn(day(1));
  await count([countable(2, firstDay), countable(3, firstDay)]);
  await keeper.turn(day(2));
  await count([countable(1, firstDay), countable(3, firstDay), countable(4, firstDay)]);
  expect(await totals()).toEqual([4]);
});

it('goes on with a window in the generation in which it was begun', async () => {
  await count([countable(1, firstDay)]);
  await keeper.turn(day(1));
  await count([countable(2, firstDay), countable(3, firstDay + HOUR_MS)]);
  expect((await windows()).map(({ from, revision }) => [from - firstDay, revision])).toEqual(
    expect.arrayContaining([
      [0, 2],
      [HOUR_MS, 1],
    ]),
  );
  await expect(totals()).resolves.toHaveLength(2);
});

describe('an event whose window was dropped', () => {
  beforeEach(async () => {
    await count([countable(1, firstDay)]);
    await keeper.turn(day(1));
    await count([countable(2, firstDay + DAY_MS)]);
    const { dropped } = await keeper.turn(day(6));
    expect(dropped.map(({ table }) => table)).toContain('window_counts');
    await expect(totals()).resolves.toEqual([1]);
  });

  it('begins none that would say too little', async () => {
    await count([countable(3, firstDay + HOUR_MS), countable(4, firstDay + DAY_MS)]);
    await expect(totals()).resolves.toEqual([2]);
  });

  it('begins one where event times are history', async () => {
    await count([countable(3, firstDay + HOUR_MS)], { replayedHistory: true });
    await expect(totals()).resolves.toEqual([1, 1]);
  });
});
