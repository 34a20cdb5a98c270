import { draftOf, type PlannedFeedback, type PlannedRecord, type Turn } from '@pitwall/flights';
import type { OutboundRecord, Publisher } from '@pitwall/messaging';
import { Pacer } from './pacer.js';
import { type OutboundTurn, replay } from './replay.js';

/** Every other turn is that of a flight, with a duplicate; the others are those of labels. */
const aTurn = (index: number): Turn => {
  const flight = { index, id: `f${index}`, eventTimeMs: index, entity: 'N1', text: '{}' };
  const event: PlannedRecord = { kind: 'event', turn: flight, draft: draftOf(flight), expectedReason: null };
  const label: PlannedFeedback = { kind: 'label', entity: 'N1', value: Buffer.from(`l${index}`), expected: 'joined' };
  const isFlight = index % 2 === 0;
  return {
    atMs: index,
    events: isFlight ? [event, { ...event, kind: 'duplicate' }] : [],
    feedback: isFlight ? [] : [label],
    next: { flight: index + 1, label: index + 1 },
  };
};

async function* planOf(turns: number): AsyncGenerator<Turn> {
  for (let index = 0; index < turns; index += 1) yield aTurn(index);
}

const aRecord = (value: string): OutboundRecord => ({
  topic: 't',
  partition: 0,
  key: null,
  value: Buffer.from(value),
  headers: [],
});

const recordsOf = ({ events, feedback }: Turn): OutboundRecord[] => [
  ...events.map(({ draft }) => aRecord(draft.id)),
  ...feedback.map(({ value }) => aRecord(String(value))),
];

/** Refuses as many sends as it is told, then takes everything. */
class FakePublisher implements Publisher {
  readonly taken: string[] = [];
  #refusals: number;

  constructor(refusals = 0) {
    this.#refusals = refusals;
  }

  send(records: readonly OutboundRecord[]): Promise<void> {
    if (this.#refusals > 0) {
      this.#refusals -= 1;
      return Promise.reject(new Error('no leader'));
    }
    this.taken.push(...records.map(({ value }) => String(value)));
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const atFullSpeed = (): Pacer => new Pacer('max', () => 0);

describe('replay', () => {
  it('publishes everything in order and never cuts a turn', async () => {
    const publisher = new FakePublisher();
    const batches: (readonly OutboundTurn[])[] = [];
    await replay({
      plan: planOf(1_202),
      recordsOf,
      publisher,
      pacer: atFullSpeed(),
      signal: new AbortController().signal,
      onAcknowledged: (batch) => batches.push(batch),
      onTrouble: () => undefined,
    });
    const pairs = Array.from({ length: 601 }, (_, index) => 2 * index);
    expect(publisher.taken).toEqual(pairs.flatMap((index) => [`f${index}`, `f${index}`, `l${index + 1}`]));
    expect(batches.length).toBeGreaterThan(2);
    expect(batches.flat().map(({ turn }) => turn.atMs)).toEqual(Array.from({ length: 1_202 }, (_, index) => index));
    expect(batches.flat().flatMap(({ records }) => records.map(({ value }) => String(value)))).toEqual(publisher.taken);
  });

  it('sends a refused batch again and acknowledges it once', async () => {
    const publisher = new FakePublisher(1);
    const troubles: unknown[] = [];
    let acknowledged = 0;
    const signal = new AbortController();
    const done = replay({
      plan: planOf(1),
      recordsOf,
      publisher,
      pacer: atFullSpeed(),
      signal: signal.signal,
      onAcknowledged: (batch) => (acknowledged += batch.length),
      onTrouble: (error) => troubles.push(error),
    });
    await done;
    expect([publisher.taken, acknowledged, troubles.length]).toEqual([['f0', 'f0'], 1, 1]);
  });

  it('ends soon after the signal, whatever is still to come', async () => {
    const stop = new AbortController();
    const publisher = new FakePublisher();
    await replay({
      plan: planOf(5_000),
      recordsOf,
      publisher,
      pacer: atFullSpeed(),
      signal: stop.signal,
      onAcknowledged: () => stop.abort(),
      onTrouble: () => undefined,
    });
    expect(publisher.taken.length).toBeLessThan(1_100);
  });
});

describe('Pacer', () => {
  it('lets event time run so many times as fast as the clock', () => {
    let now = 1_000;
    const pacer = new Pacer(60, () => now);
    expect(pacer.dueInMs(500_000)).toBe(0);
    expect(pacer.dueInMs(500_000 + 60_000)).toBe(1_000);
    now += 1_500;
    expect(pacer.dueInMs(500_000 + 60_000)).toBe(-500);
    expect(pacer.eventTimeNowMs()).toBe(500_000 + 90_000);
  });

  it('never waits at full speed', () => {
    const pacer = new Pacer('max', () => 0);
    expect([pacer.dueInMs(1e12), pacer.eventTimeNowMs()]).toEqual([0, null]);
  });
});
