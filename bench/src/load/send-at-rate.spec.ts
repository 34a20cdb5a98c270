import type { OutboundRecord } from '@pitwall/messaging';
import { sendAtRate } from './send-at-rate.js';

const aRecord = (partition: number): OutboundRecord => ({
  topic: 't',
  partition,
  key: null,
  value: null,
  headers: [],
});

describe('sendAtRate', () => {
  it('sends every record once and in order, and says when each was due', async () => {
    const sent: number[] = [];
    const publisher = {
      send: (records: readonly OutboundRecord[]) => {
        sent.push(...records.map(({ partition }) => partition));
        return Promise.resolve();
      },
    };
    const records = Array.from({ length: 20 }, (_, at) => aRecord(at));
    const due = await sendAtRate({ records, rate: 2_000, publisher, signal: new AbortController().signal });
    expect(sent).toEqual(records.map(({ partition }) => partition));
    expect((due[19] ?? 0) - (due[0] ?? 0)).toBeCloseTo(9.5, 3);
  });

  it('does not wait for what is not acknowledged yet', async () => {
    const gate = Promise.withResolvers<void>();
    let sent = 0;
    const publisher = {
      send: (records: readonly OutboundRecord[]) => {
        sent += records.length;
        if (sent === 10) gate.resolve();
        return gate.promise;
      },
    };
    const records = Array.from({ length: 10 }, (_, at) => aRecord(at));
    await sendAtRate({ records, rate: 500, publisher, signal: new AbortController().signal });
    expect(sent).toBe(10);
  });

  it('fails when a send does', async () => {
    const publisher = { send: () => Promise.reject(new Error('no broker')) };
    const sending = sendAtRate({ records: [aRecord(0)], rate: 1, publisher, signal: new AbortController().signal });
    await expect(sending).rejects.toThrow('no broker');
  });
});
