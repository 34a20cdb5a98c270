import { decisionViewSchema, problemSchema, resultMessageSchema } from '@pitwall/contracts';
import { eventually } from '@pitwall/testing';
import { bytesOf, copiesBy, type ReadRecord } from './read-record.js';
import type { ResultsProcess } from './results-process.js';
import { ResultsWorld } from './results-world.js';

let world: ResultsWorld;

beforeAll(async () => {
  world = await ResultsWorld.open();
});

afterAll(() => world.close());

const idOf = ({ value }: ReadRecord): string => resultMessageSchema.parse(JSON.parse(value)).event.id;

async function storedRows(): Promise<number> {
  // The table is there only after the service's first start.
  const { rows } = await world.pool
    .query<{ count: string }>('SELECT count(*) FROM decisions')
    .catch(() => ({ rows: [] }));
  return Number(rows[0]?.count ?? 0);
}

describe('the built service', () => {
  let service: ResultsProcess;

  beforeAll(async () => {
    service = await world.start();
  });

  afterAll(async () => {
    expect(await service.stop()).toBe(0);
  });

  it('publishes the same bytes for a prediction that is redelivered', async () => {
    const prediction = world.prediction(1, { id: 'again' });
    await world.send([prediction]);
    await eventually(() => world.results.some((record) => idOf(record) === 'again'), { what: 'the first result' });
    await world.send([prediction]);
    const copies = await eventually(
      () => {
        const found = world.results.filter((record) => idOf(record) === 'again');
        return found.length === 2 && found;
      },
      { what: 'the copy' },
    );
    expect(new Set(copies.map(bytesOf)).size).toBe(1);
    expect(copies[0]?.partition).toBe(prediction.partition);
  });

  it('drops a duplicate record and dead-letters a reused id', async () => {
    await world.send([
      world.prediction(101, { id: 'twice' }),
      world.prediction(141, { id: 'twice' }),
      world.prediction(181, { id: 'twice', content: 'something else' }),
      world.prediction(221, { id: 'after' }),
    ]);
    await eventually(() => world.results.some((record) => idOf(record) === 'after'), { what: 'the last result' });
    expect(world.results.filter((record) => idOf(record) === 'twice')).toHaveLength(1);
    const letter = await eventually(() => world.deadLetters.find(({ value }) => value.includes('"twice"')), {
      what: 'the dead letter',
    });
    expect(JSON.parse(letter.header('pitwall-dead-letter') ?? '')).toMatchObject({
      stage: 'results',
      reason: 'id_reused',
      identity: { source: '/flights', id: 'twice' },
      origin: { offset: 181 },
    });
  });

  it('dead-letters what it cannot read or store, and goes on', async () => {
    const notJson = { ...world.prediction(301), value: Buffer.from('{') };
    await world.send([
      notJson,
      world.prediction(341, { originPartition: 2 ** 32 }),
      { ...world.prediction(381), headers: [] },
      world.prediction(421, { id: 'good' }),
    ]);
    await eventually(() => world.results.some((record) => idOf(record) === 'good'), { what: 'the good result' });
    const reasons = await eventually(
      () => {
        const letters = world.deadLetters.map((record) => JSON.parse(record.header('pitwall-dead-letter') ?? '{}'));
        const found = letters.filter(({ reason }) => reason !== 'id_reused').map(({ reason }) => String(reason));
        return found.length === 3 && found;
      },
      { what: 'three dead letters' },
    );
    expect(reasons.toSorted()).toEqual(['contract_violation', 'contract_violation', 'storage_refused']);
  });

  it('shows a decision over HTTP, whatever the id is made of', async () => {
    const id = `${'long '.repeat(60)}/?#%2F "ü"`;
    await world.send([world.prediction(501, { id })]);
    const url = `${service.url}/v1/pipelines/${world.pipeline}/decisions/${encodeURIComponent(id)}?source=${encodeURIComponent('/flights')}`;
    const response = await eventually(async () => [await fetch(url)].find(({ ok }) => ok), { what: 'the decision' });
    const view = decisionViewSchema.parse(await response.json());
    expect(view.result).toMatchObject({ event: { id }, decision: 'intervene', score: 0.75 });
    expect(view.origin).toMatchObject({ topic: `${world.pipeline}.events.v1`, offset: 501 });
  });

  it('counts what became of the predictions', async () => {
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    const counted = (settlement: string): boolean =>
      metrics
        .split('\n')
        .some((line) => line.startsWith('pitwall_decisions_total{') && line.includes(`"${settlement}"`));
    expect(['inserted', 'redelivered', 'duplicate', 'reused', 'refused'].filter((kind) => !counted(kind))).toEqual([]);
    expect(metrics).toContain('pitwall_decisions_transaction_duration_bucket{');
  });

  it('answers a problem for a decision that is not there', async () => {
    const response = await fetch(`${service.url}/v1/pipelines/${world.pipeline}/decisions/nobody`);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(problemSchema.parse(await response.json()).detail).toContain('"nobody"');
  });
});

describe('kill -9 between the commit in PostgreSQL and that of the offsets', () => {
  it('loses nothing, decides nothing twice and publishes only identical copies', async () => {
    const before = await storedRows();
    const load = world.startLoad({
      from: 10_000,
      perSecond: 500,
      recordsOf: (offset) => [world.prediction(offset)],
    });
    const unpublished: number[] = [];
    for (const kill of [1, 2, 3]) {
      const service = await world.start();
      await world.untilCommitOf(before + kill * 500);
      service.kill();
      unpublished.push(await world.offsetsBehindProgress());
    }
    const sent = await load.stop();
    const last = await world.start();
    await eventually(() => copiesBy(idOf, publishedOf(sent)).size === sent.length, {
      what: 'every result',
      timeoutMs: 60_000,
      everyMs: 500,
    });
    expect(await last.stop()).toBe(0);

    expect(await storedRows()).toBe(before + sent.length);
    const torn = [...copiesBy(idOf, publishedOf(sent))].filter(([, copies]) => new Set(copies).size !== 1);
    expect(torn).toEqual([]);
    await expect(world.offsetsBehindProgress()).resolves.toBe(0);
    // Otherwise the kills came at quiet moments, and this test shows nothing.
    expect(Math.max(...unpublished)).toBeGreaterThan(0);
  }, 180_000);

  function publishedOf(offsets: readonly number[]): ReadRecord[] {
    const ids = new Set(offsets.map((offset) => `E-${offset}`));
    return world.results.filter((record) => ids.has(idOf(record)));
  }
});
