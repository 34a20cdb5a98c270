import type { Flight } from '@pitwall/flights';
import { type LoadSpec, STEADY } from './load-spec.js';
import { type LoadRecord, planLoad } from './planned-load.js';

const PIPELINE = { name: 'flights', partitions: 6, event: { type: 't' } };

async function* flights(count: number): AsyncGenerator<Flight> {
  for (let index = 0; index < count; index += 1) {
    const id = `f${index}`;
    const text = JSON.stringify({ flight_id: id, tailnum: `N${index % 9}`, carrier: 'UA' });
    yield { index, id, eventTimeMs: index * 60_000, entity: `N${index % 9}`, text };
  }
}

const COUNT = 400;

const planned = async (given: Partial<LoadSpec>, seed = 1): Promise<LoadRecord[][]> => {
  const spec = { ...STEADY, ...given };
  const turns: LoadRecord[][] = [];
  for await (const turn of planLoad({ flights: flights(COUNT), spec, pipeline: PIPELINE, seed })) turns.push([...turn]);
  return turns;
};

const fieldsOf = ({ record }: LoadRecord): Record<string, unknown> => JSON.parse(String(record.value));

describe('planLoad', () => {
  it('is what the flights say, where nothing else is wanted', async () => {
    const turns = await planned({});
    expect(turns).toHaveLength(COUNT);
    expect(turns.flat().every((one) => one.kind === 'event' && one.endings.join() === '')).toBe(true);
  });

  it('is the same for a seed, and another for another', async () => {
    const noise = { duplicateShare: 0.2, poisonShare: 0.1, reusedIdShare: 0.1, hotShare: 0.3 };
    const bytes = async (seed: number): Promise<string> =>
      (await planned(noise, seed))
        .flat()
        .map(({ record }) => String(record.value))
        .join('\n');
    expect(await bytes(1)).toBe(await bytes(1));
    expect(await bytes(1)).not.toBe(await bytes(2));
  });

  it('has poison in every other block, where blocks are to be compared', async () => {
    const isPoison = (await planned({ poisonShare: 1, poisonBlockFlights: 100 }))
      .flat()
      .map((one) => one.kind === 'event' && !one.endings.includes(null));
    const expected = Array.from({ length: COUNT }, (_, at) =>
      Math.floor(at / 100) % 2 === 0 ? [false] : [false, true],
    );
    expect(isPoison).toEqual(expected.flat());
  });

  it('reuses an id right behind it, with other content under the same key', async () => {
    const pairs = (await planned({ reusedIdShare: 0.25 })).filter((turn) => turn.length === 2);
    expect(pairs.length).toBeGreaterThan(COUNT / 8);
    for (const [event, reused] of pairs as [LoadRecord, LoadRecord][]) {
      expect(reused).toMatchObject({ endings: ['id_reused'] });
      expect(reused.record.key).toEqual(event.record.key);
      expect(reused.record.value).not.toEqual(event.record.value);
      expect(fieldsOf(reused)['flight_id']).toBe(fieldsOf(event)['flight_id']);
    }
  });

  it('lets one of two twins win, on whatever partition', async () => {
    const pairs = (await planned({ twinShare: 1 })) as [LoadRecord, LoadRecord][];
    for (const [event, twin] of pairs) {
      expect([event, twin]).toMatchObject([{ endings: [null, 'id_reused'] }, { endings: [null, 'id_reused'] }]);
      expect(twin.record.key).not.toEqual(event.record.key);
      expect(fieldsOf(twin)['flight_id']).toBe(fieldsOf(event)['flight_id']);
    }
    expect(pairs.some(([event, twin]) => event.record.partition !== twin.record.partition)).toBe(true);
  });

  it('sends labels before and after their events', async () => {
    const turns = await planned({ labelShare: 1 });
    const orders = new Set(turns.map((turn) => turn.map(({ kind }) => kind).join()));
    expect(orders).toEqual(new Set(['label,event', 'event,label']));
    for (const turn of turns) {
      const [label, event] = [turn.find(({ kind }) => kind === 'label'), turn.find(({ kind }) => kind === 'event')];
      expect(label && fieldsOf(label)['id']).toBe(event && fieldsOf(event)['flight_id']);
    }
  });

  it('has producers with traces of their own, sampled or not', async () => {
    const contexts = (await planned({ tracedShare: 0.5 }))
      .flat()
      .flatMap(({ record }) => record.headers.filter(({ name }) => name === 'traceparent'))
      .map(({ value }) => String(value));
    expect(contexts.length / COUNT).toBeCloseTo(0.5, 0);
    expect(new Set(contexts).size).toBe(contexts.length);
    for (const context of contexts) expect(context).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
    expect(new Set(contexts.map((context) => context.slice(-2)))).toEqual(new Set(['00', '01']));
  });

  it('says of poison why it is refused', async () => {
    const records = (await planned({ poisonShare: 1 })).flat();
    const refused = records.filter((one) => one.kind === 'event' && !one.endings.includes(null));
    expect(refused).toHaveLength(COUNT);
  });

  it('makes one aircraft hot and events heavy', async () => {
    const records = (await planned({ hotShare: 0.5, paddingBytes: 2_000 })).flat();
    const hot = records.filter(({ record }) => String(record.key) === 'N-HOT');
    expect(hot.length / COUNT).toBeCloseTo(0.5, 0);
    expect(Math.min(...records.map(({ record }) => record.value?.length ?? 0))).toBeGreaterThan(2_000);
  });
});
