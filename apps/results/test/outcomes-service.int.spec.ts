import { type OutcomeMessage, outcomeMessageSchema } from '@pitwall/contracts';
import { partitionFor } from '@pitwall/messaging';
import { eventually } from '@pitwall/testing';
import { bytesOf, copiesBy, type ReadRecord } from './read-record.js';
import type { ResultsProcess } from './results-process.js';
import { ResultsWorld } from './results-world.js';

let world: ResultsWorld;

beforeAll(async () => {
  world = await ResultsWorld.open();
});

afterAll(() => world.close());

const messageOf = ({ value }: ReadRecord): OutcomeMessage => outcomeMessageSchema.parse(JSON.parse(value));
const eventOf = (record: ReadRecord): string => messageOf(record).event.id;

/** The outcomes of an event; where label and decision found each other at the same moment, each has published its copy. */
function outcomesOf(id: string): ReadRecord[] {
  const records = world.outcomes.filter((record) => eventOf(record) === id);
  return [...new Map(records.map((record) => [messageOf(record).outcomeId, record])).values()];
}

/** Waits until so many outcomes of the event are on the topic. */
function untilOutcomes(id: string, count: number): Promise<ReadRecord[]> {
  return eventually(
    () => {
      const found = outcomesOf(id);
      return found.length === count && found;
    },
    { what: `${count} outcomes of ${id}`, timeoutMs: 20_000 },
  );
}

async function countOf(query: string): Promise<number> {
  const { rows } = await world.pool.query<{ count: string }>(`SELECT count(*) ${query}`);
  return Number(rows[0]?.count);
}

/** What a kill between the two transactions leaves behind. */
const unjoined = (): Promise<number> =>
  countOf(
    'FROM labels JOIN decisions USING (result_id) LEFT JOIN outcomes USING (outcome_id) WHERE outcomes.value IS NULL',
  );

describe('the built service', () => {
  let service: ResultsProcess;

  beforeAll(async () => {
    service = await world.start();
  });

  afterAll(async () => {
    expect(await service.stop()).toBe(0);
  });

  it('publishes the outcome of a label beside the result, whichever partition the label came on', async () => {
    await world.send([world.prediction(1, { id: 'labelled' })]);
    await eventually(() => world.results.some(({ value }) => value.includes('"labelled"')), { what: 'the result' });
    await world.send([{ ...world.label('labelled'), partition: 5 }]);
    const [outcome] = await untilOutcomes('labelled', 1);
    const result = world.results.find(({ value }) => value.includes('"labelled"'));
    expect([outcome?.partition, outcome?.key]).toEqual([result?.partition, result?.key]);
    expect(outcome?.partition).toBe(partitionFor(Buffer.from('N1'), 6));
    expect(outcome === undefined ? null : messageOf(outcome)).toMatchObject({ correct: true, value: { amount: 80 } });
  });

  it('publishes the outcome of a label that came before its decision', async () => {
    await world.send([world.label('early')]);
    await eventually(() => countOf('FROM waiting_labels').then((count) => count > 0), { what: 'the waiting label' });
    await world.send([world.prediction(2, { id: 'early' })]);
    await untilOutcomes('early', 1);
  });

  it('publishes a correction, and nothing more for a label that is sent again', async () => {
    await world.send([world.prediction(3, { id: 'corrected' }), world.label('corrected')]);
    await untilOutcomes('corrected', 1);
    await world.send([world.label('corrected', { revision: 1, label: 'on-time' })]);
    await untilOutcomes('corrected', 2);
    await world.send([world.label('corrected'), world.label('corrected', { revision: 2 })]);
    const all = await untilOutcomes('corrected', 3);
    expect(all.map((record) => [messageOf(record).revision, messageOf(record).value.amount])).toEqual([
      [0, 80],
      [1, -40],
      [2, 80],
    ]);
  });

  it('dead-letters a conflict with its own bytes, and goes on', async () => {
    const conflicting = world.label('corrected', { revision: 1, label: 'late' });
    await world.send([conflicting, world.label('labelled', { revision: 1 })]);
    await eventually(() => outcomesOf('labelled').some((record) => messageOf(record).revision === 1), {
      what: 'the label behind it',
    });
    const letter = await eventually(() => world.deadLetters.find(({ value }) => value === String(conflicting.value)), {
      what: 'the dead letter',
    });
    expect(JSON.parse(letter.header('pitwall-dead-letter') ?? '')).toMatchObject({
      stage: 'results',
      reason: 'label_conflict',
      identity: { source: '/flights', id: 'corrected' },
      origin: { topic: `${world.pipeline}.feedback.v1` },
    });
  });

  it('counts feedback, outcomes and how long labels took', async () => {
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    for (const name of ['pitwall_feedback_total', 'pitwall_outcomes_total', 'pitwall_label_delay_count']) {
      expect(metrics).toContain(`${name}{`);
    }
    expect(metrics).toMatch(/pitwall_labels_waiting\{[^}]*\} 0/);
  });
});

describe('kill -9 between the two transactions', () => {
  it('loses no outcome and publishes none in two forms', async () => {
    const before = await countOf('FROM outcomes');
    const load = world.startLoad({
      from: 10_000,
      perSecond: 400,
      // Every second label is on its way before its prediction.
      recordsOf: (offset) => {
        const [prediction, label] = [world.prediction(offset), world.label(`E-${offset}`)];
        return offset % 2 === 0 ? [prediction, label] : [label, prediction];
      },
    });
    const leftBehind: number[] = [];
    for (const kill of [1, 2, 3, 4]) {
      const service = await world.start();
      await world.untilCommitOf((await countOf('FROM labels')) + kill * 100, kill % 2 === 0 ? 'decisions' : 'labels');
      service.kill();
      leftBehind.push(await unjoined());
    }
    const sent = await load.stop();
    const last = await world.start();
    const ids = new Set(sent.map((offset) => `E-${offset}`));
    const published = (): ReadRecord[] => world.outcomes.filter((record) => ids.has(eventOf(record)));
    await eventually(() => copiesBy(eventOf, published()).size === sent.length, {
      what: 'every outcome',
      timeoutMs: 60_000,
      everyMs: 500,
    });
    expect(await last.stop()).toBe(0);
    expect(await countOf('FROM outcomes')).toBe(before + sent.length);
    expect(await unjoined()).toBe(0);
    const torn = [...copiesBy(eventOf, published())].filter(([, copies]) => new Set(copies).size !== 1);
    expect(torn).toEqual([]);
    // Otherwise the kills came at quiet moments, and this test shows nothing.
    expect(Math.max(...leftBehind)).toBeGreaterThan(0);
  }, 180_000);
});

it('has no two records with the same id and other bytes', () => {
  const copies = copiesBy((record) => messageOf(record).outcomeId, world.outcomes);
  expect([...copies].filter(([, bytes]) => new Set(bytes).size > 1)).toEqual([]);
  expect(world.outcomes.map(bytesOf).length).toBeGreaterThan(0);
});
