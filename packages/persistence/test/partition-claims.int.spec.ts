import {
  type ClaimRequest,
  CreatePartitionProgress1767225600000,
  type Database,
  openDatabase,
  PartitionClaims,
  readStoredProgress,
  restartProgress,
} from '../src/index.js';
import { ownPostgres, type OwnPostgres } from './own-postgres.js';

let server: OwnPostgres;
let database: Database;
let topics = 0;

beforeAll(async () => {
  server = await ownPostgres();
  database = await openDatabase({
    url: server.url,
    schema: 'claims',
    entities: [],
    migrations: [CreatePartitionProgress1767225600000],
    applicationName: 'spec',
  });
  await database.pool.query('CREATE TABLE effect (text text)');
});
afterAll(async () => {
  await database.close();
  await server.remove();
});

function aRequest(assignment: Partial<ClaimRequest['assignment']> = {}): ClaimRequest {
  topics += 1;
  return {
    group: 'pitwall.results.predictions.flights',
    topic: `flights-${topics}.predictions.v1`,
    partition: 3,
    assignment: { id: 1, committedOffset: null, logStartOffset: 0, isHeld: () => true, ...assignment },
  };
}

async function progressOf(request: ClaimRequest): Promise<number | null> {
  const { rows } = await database.pool.query<{ next_offset: string }>(
    'SELECT next_offset FROM partition_progress WHERE topic = $1',
    [request.topic],
  );
  return rows[0] === undefined ? null : Number(rows[0].next_offset);
}

describe('PartitionClaims', () => {
  const claims = new PartitionClaims({ transaction: (work) => database.transaction(work) });

  it('raises the epoch with every claim', async () => {
    const request = aRequest();
    const epochs = [await claims.claim(request), await claims.claim(request), await claims.claim(request)];
    expect(epochs.map((claim) => claim.epoch)).toEqual([1, 2, 3]);
  });

  it('gives each of many claims at the same time an epoch of its own', async () => {
    const request = aRequest();
    const made = await Promise.all(Array.from({ length: 6 }, () => claims.claim(request)));
    expect(made.map((claim) => claim.epoch).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('advances the progress under its own epoch', async () => {
    const request = aRequest();
    const claim = await claims.claim(request);
    await database.transaction((client) => claims.advance(client, { claim, nextOffset: 42 }));
    expect(await progressOf(request)).toBe(42);
    expect((await claims.claim(request)).nextOffset).toBe(42);
  });

  it('takes a lower offset from its owner: a batch that came again may be cut otherwise', async () => {
    const request = aRequest();
    const claim = await claims.claim(request);
    for (const nextOffset of [42, 17])
      await database.transaction((client) => claims.advance(client, { claim, nextOffset }));
    expect(await progressOf(request)).toBe(17);
  });

  it('refuses a zombie and rolls back what it did', async () => {
    const request = aRequest();
    const zombie = await claims.claim(request);
    const successor = await claims.claim(request);
    await database.transaction((client) => claims.advance(client, { claim: successor, nextOffset: 7 }));
    const work = database.transaction(async (client) => {
      await client.query(`INSERT INTO effect VALUES ('of the zombie')`);
      await claims.advance(client, { claim: zombie, nextOffset: 99 });
    });
    await expect(work).rejects.toMatchObject({ code: 'stale_claim', retriable: true });
    expect((await database.pool.query('SELECT * FROM effect')).rowCount).toBe(0);
    expect(await progressOf(request)).toBe(7);
  });

  it('refuses the claim of one that was overtaken before it had claimed, and the successor goes on', async () => {
    const request = aRequest();
    const successor = await claims.claim(request);
    await database.transaction((client) => claims.advance(client, { claim: successor, nextOffset: 62 }));
    const late = claims.claim({ ...request, assignment: { ...request.assignment, isHeld: () => false } });
    await expect(late).rejects.toMatchObject({ code: 'stale_claim', retriable: true });
    await database.transaction((client) => claims.advance(client, { claim: successor, nextOffset: 63 }));
    expect(await progressOf(request)).toBe(63);
  });

  it('makes a successor wait for the transaction in hand, so that nothing comes after its claim', async () => {
    const request = aRequest();
    const first = await claims.claim(request);
    const order: string[] = [];
    let claimed: Promise<void> | undefined;
    await database.transaction(async (client) => {
      await claims.advance(client, { claim: first, nextOffset: 10 });
      claimed = claims.claim(request).then(({ nextOffset }) => void order.push(`claimed at ${nextOffset}`));
      await database.pool.query('SELECT pg_sleep(0.2)');
      order.push('committing');
    });
    await claimed;
    expect(order).toEqual(['committing', 'claimed at 10']);
  });

  it('says progress_behind when the group has committed more than the database knows, and changes nothing', async () => {
    const request = aRequest();
    const claim = await claims.claim(request);
    await database.transaction((client) => claims.advance(client, { claim, nextOffset: 10 }));
    const restored = { ...request, assignment: { ...request.assignment, id: 2, committedOffset: 11 } };
    await expect(claims.claim(restored)).rejects.toMatchObject({
      code: 'progress_behind',
      retriable: false,
      message: expect.stringMatching(/committed offset 11.*knows offset 10.*run pitwall recover/),
      details: { committedOffset: 11, knownOffset: 10 },
    });
    await expect(
      database.transaction((client) => claims.advance(client, { claim, nextOffset: 11 })),
    ).resolves.toBeUndefined();
  });

  it('says progress_behind again and again when the database was lost', async () => {
    const request = aRequest({ committedOffset: 500, logStartOffset: 100 });
    const expected = { code: 'progress_behind', message: expect.stringContaining('knows nothing of it') };
    await expect(claims.claim(request)).rejects.toMatchObject(expected);
    await expect(claims.claim(request)).rejects.toMatchObject(expected);
    expect(await progressOf(request)).toBeNull();
  });

  it.each([
    ['nothing was ever committed', { committedOffset: null, logStartOffset: 100 }, 100],
    ['only the start of the log was committed', { committedOffset: 100, logStartOffset: 100 }, 100],
  ])('takes an empty database for a new one where %s', async (_case, assignment, expected) => {
    const request = aRequest(assignment);
    expect(await claims.claim(request)).toMatchObject({ epoch: 1, nextOffset: expected });
  });

  it('takes over where offsets were not committed any more after the last transaction', async () => {
    const request = aRequest();
    const claim = await claims.claim(request);
    await database.transaction((client) => claims.advance(client, { claim, nextOffset: 10 }));
    const assignment = { ...request.assignment, id: 2, committedOffset: 4 };
    expect(await claims.claim({ ...request, assignment })).toMatchObject({ epoch: 2, nextOffset: 10 });
  });

  describe('claimFor', () => {
    const { group } = aRequest();

    it('claims once per assignment', async () => {
      const { topic, partition, assignment } = aRequest();
      const batch = { topic, partition, assignment };
      const epochs = [
        ...(await Promise.all([claims.claimFor(batch, group), claims.claimFor(batch, group)])),
        await claims.claimFor({ ...batch, assignment: { ...assignment, id: 2 } }, group),
      ];
      expect(epochs.map((claim) => claim.epoch)).toEqual([1, 1, 2]);
    });

    it('does not claim again under an assignment that was overtaken', async () => {
      const { topic, partition, assignment } = aRequest();
      const batch = { topic, partition, assignment };
      const mine = await claims.claimFor(batch, group);
      await claims.claim({ group, ...batch });
      const work = database.transaction((client) => claims.advance(client, { claim: mine, nextOffset: 1 }));
      await expect(work).rejects.toMatchObject({ code: 'stale_claim' });
      await expect(claims.claimFor(batch, group)).resolves.toBe(mine);
    });

    it('tries again after a claim that failed', async () => {
      let fails = true;
      const shaky = new PartitionClaims({
        transaction: (work) => {
          const failing = fails;
          fails = false;
          return failing ? Promise.reject(new Error('down')) : database.transaction(work);
        },
      });
      const { topic, partition, assignment } = aRequest();
      await expect(shaky.claimFor({ topic, partition, assignment }, group)).rejects.toThrow('down');
      await expect(shaky.claimFor({ topic, partition, assignment }, group)).resolves.toMatchObject({ epoch: 1 });
    });
  });
});

describe('the stored progress of a group', () => {
  const claims = new PartitionClaims({ transaction: (work) => database.transaction(work) });

  it('is read by partition, and only that of the group and topic', async () => {
    const { group, topic, assignment } = aRequest();
    expect(await readStoredProgress(database, { group, topic })).toEqual(new Map());
    for (const partition of [0, 2]) {
      const claim = await claims.claim({ group, topic, partition, assignment });
      await database.transaction((client) => claims.advance(client, { claim, nextOffset: 10 + partition }));
    }
    await claims.claim({ group: `${group}.other`, topic, partition: 1, assignment });
    expect(await readStoredProgress(database, { group, topic })).toEqual(
      new Map([
        [0, 10],
        [2, 12],
      ]),
    );
  });

  it('is restarted: an epoch from before the restore is not valid again, however often the partition is claimed', async () => {
    const { group, topic, assignment } = aRequest();
    const other = { group: `${group}.other`, topic, partition: 0, assignment };
    await claims.claim(other);
    const early = await claims.claim({ group, topic, partition: 0, assignment });
    await claims.claim({ group, topic, partition: 1, assignment });
    const zombie = { ...early, epoch: early.epoch + 7 };
    await restartProgress(database, { group, topic }, new Map([[0, 5]]));
    expect(await readStoredProgress(database, { group, topic })).toEqual(
      new Map([
        [0, 5],
        [1, 0],
      ]),
    );
    for (let claimed = 0; claimed < 10; claimed += 1) await claims.claim({ group, topic, partition: 0, assignment });
    const work = database.transaction((client) => claims.advance(client, { claim: zombie, nextOffset: 99 }));
    await expect(work).rejects.toMatchObject({ code: 'stale_claim' });
    expect(await claims.claim(other)).toMatchObject({ epoch: 2 });
  });
});
