import { decisionViewSchema, problemSchema, resultMessageSchema } from '@pitwall/contracts';
import { eventually } from '@pitwall/testing';
import { type ReadRecord, type ResultsProcess, ResultsWorld } from './results-world.js';

let world: ResultsWorld;

beforeAll(async () => {
  world = await ResultsWorld.open();
});

afterAll(() => world.close());

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);
const idOf = ({ value }: ReadRecord): string => resultMessageSchema.parse(JSON.parse(value)).event.id;
const bytesOf = ({ partition, key, headers, value }: ReadRecord): string =>
  JSON.stringify([partition, key, headers, value]);

/** Every version of the bytes that was published of each event. */
function copiesById(records: readonly ReadRecord[]): Map<string, string[]> {
  const copies = new Map<string, string[]>();
  for (const record of records) {
    const id = idOf(record);
    copies.set(id, [...(copies.get(id) ?? []), bytesOf(record)]);
  }
  return copies;
}

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
    await world.predict([prediction]);
    await eventually(() => world.results.some((record) => idOf(record) === 'again'), { what: 'the first result' });
    await world.predict([prediction]);
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
    await world.predict([
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
    await world.predict([
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
    await world.predict([world.prediction(501, { id })]);
    const url = `${service.url}/v1/pipelines/${world.pipeline}/decisions/${encodeURIComponent(id)}?source=${encodeURIComponent('/flights')}`;
    const response = await eventually(async () => [await fetch(url)].find(({ ok }) => ok), { what: 'the decision' });
    const view = decisionViewSchema.parse(await response.json());
    expect(view.result).toMatchObject({ event: { id }, decision: 'intervene', score: 0.75 });
    expect(view.origin).toMatchObject({ topic: `${world.pipeline}.events.v1`, offset: 501 });
  });

  it('answers a problem for a decision that is not there', async () => {
    const response = await fetch(`${service.url}/v1/pipelines/${world.pipeline}/decisions/nobody`);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(problemSchema.parse(await response.json()).detail).toContain('"nobody"');
  });
});

describe('kill -9 in the middle of batches', () => {
  const TOTAL = 6000;
  const FIRST = 10_000;
  const STEP = 50;

  it('loses nothing, decides nothing twice and publishes only identical copies', async () => {
    const before = await storedRows();
    const sent = range(FIRST, FIRST + TOTAL);
    const load = (async () => {
      for (let at = 0; at < TOTAL; at += STEP)
        await world.predict(sent.slice(at, at + STEP).map((offset) => world.prediction(offset)));
    })();
    for (const share of [0.1, 0.3, 0.6]) {
      const service = await world.start();
      await eventually(async () => (await storedRows()) >= before + TOTAL * share, {
        what: `${share} of the rows`,
        timeoutMs: 60_000,
        everyMs: 5,
      });
      service.kill();
    }
    await load;
    const last = await world.start();
    const ids = new Set(sent.map((offset) => `E-${offset}`));
    const published = (): ReadRecord[] => world.results.filter((record) => ids.has(idOf(record)));
    await eventually(() => copiesById(published()).size === TOTAL, {
      what: 'every result',
      timeoutMs: 60_000,
      everyMs: 500,
    });
    expect(await last.stop()).toBe(0);

    expect(await storedRows()).toBe(before + TOTAL);
    const copies = copiesById(published());
    const torn = [...copies].filter(([, bytes]) => new Set(bytes).size !== 1);
    expect(torn).toEqual([]);
    // Otherwise the kills hit nothing, and this test shows nothing.
    expect(published().length).toBeGreaterThan(TOTAL);
  }, 180_000);
});
