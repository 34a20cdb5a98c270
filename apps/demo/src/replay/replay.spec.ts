import { draftOf, type Flight, type PlannedRecord } from '@pitwall/flights';
import type { OutboundRecord, Publisher } from '@pitwall/messaging';
import { Pacer } from './pacer.js';
import { replay } from './replay.js';

const aFlight = (index: number): Flight => ({ index, id: `f${index}`, eventTimeMs: index, entity: 'N1', text: '{}' });

const aTurn = (index: number): PlannedRecord[] => {
  const turn = aFlight(index);
  const event: PlannedRecord = { kind: 'event', turn, draft: draftOf(turn), expectedReason: null };
  return [event, { ...event, kind: 'duplicate' }];
};

async function* planOf(turns: number): AsyncGenerator<PlannedRecord> {
  for (let index = 0; index < turns; index += 1) yield* aTurn(index);
}

const recordOf = ({ draft }: PlannedRecord): OutboundRecord => ({
  topic: 't',
  partition: 0,
  key: null,
  value: Buffer.from(draft.id),
  headers: [],
});

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
    const batches: (readonly PlannedRecord[])[] = [];
    await replay({
      plan: planOf(1_201),
      recordOf,
      publisher,
      pacer: atFullSpeed(),
      signal: new AbortController().signal,
      onAcknowledged: (batch) => batches.push(batch),
      onTrouble: () => undefined,
    });
    expect(publisher.taken).toEqual(Array.from({ length: 1_201 }, (_, index) => [`f${index}`, `f${index}`]).flat());
    expect(batches.length).toBeGreaterThan(2);
    const firstAndLastKinds = batches.map((batch) => [batch[0]?.kind, batch.at(-1)?.kind]);
    expect(firstAndLastKinds).toEqual(batches.map(() => ['event', 'duplicate']));
  });

  it('sends a refused batch again and acknowledges it once', async () => {
    const publisher = new FakePublisher(1);
    const troubles: unknown[] = [];
    let acknowledged = 0;
    const signal = new AbortController();
    const done = replay({
      plan: planOf(1),
      recordOf,
      publisher,
      pacer: atFullSpeed(),
      signal: signal.signal,
      onAcknowledged: (batch) => (acknowledged += batch.length),
      onTrouble: (error) => troubles.push(error),
    });
    await done;
    expect([publisher.taken, acknowledged, troubles.length]).toEqual([['f0', 'f0'], 2, 1]);
  });

  it('ends soon after the signal, whatever is still to come', async () => {
    const stop = new AbortController();
    const publisher = new FakePublisher();
    await replay({
      plan: planOf(5_000),
      recordOf,
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
