import { once } from 'node:events';
import type { OutboundRecord } from '@pitwall/messaging';
import { LoadGenerator } from './generator.js';
import type { LoadRecord } from './planned-load.js';

const anEvent = (name: string): LoadRecord => ({
  kind: 'event',
  record: { topic: 't', partition: 0, key: Buffer.from(name), value: null, headers: [] },
  endings: [null],
});

async function* turns(): AsyncGenerator<readonly LoadRecord[], void> {
  for (let at = 0; ; at += 1) yield [anEvent(`planned ${at}`)];
}

describe('LoadGenerator', () => {
  it('sends what is slipped in once, written down like the rest, and says when it is acknowledged', async () => {
    const sent: string[] = [];
    const intended: string[] = [];
    const namesOf = (records: readonly OutboundRecord[]): string[] => records.map(({ key }) => String(key));
    const generator = new LoadGenerator({
      turns: turns(),
      rate: 1_000,
      publisher: { send: (records) => Promise.resolve(void sent.push(...namesOf(records))) },
      ledger: {
        intend: (records) => intended.push(...namesOf(records.map(({ record }) => record))) - 1,
        acknowledge: () => undefined,
      },
      signal: new AbortController().signal,
    });
    await generator.slipIn([anEvent('first'), anEvent('second')]);
    const at = sent.indexOf('first');
    expect(sent.slice(at, at + 2)).toEqual(['first', 'second']);
    await generator.stop();
    expect(sent.filter((name) => name === 'first')).toHaveLength(1);
    expect(intended).toEqual(sent);
    expect(generator.counts.acknowledged).toBe(sent.length);
  });

  it('sends again what is refused, and gives up when the end is asked for', async () => {
    const end = new AbortController();
    let tries = 0;
    const generator = new LoadGenerator({
      turns: turns(),
      rate: 1_000,
      publisher: {
        send: () => {
          tries += 1;
          if (tries === 2) end.abort();
          return Promise.reject(new Error('too large'));
        },
      },
      ledger: { intend: () => 0, acknowledge: () => undefined },
      signal: end.signal,
    });
    await once(end.signal, 'abort');
    await expect(generator.stop()).rejects.toThrow('too large');
    expect([tries, generator.counts.refusals]).toEqual([2, 2]);
  });
});
