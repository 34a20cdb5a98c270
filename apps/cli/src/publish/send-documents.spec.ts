import { setTimeout as sleep } from 'node:timers/promises';
import { sendDocuments } from './send-documents.js';

const never = new AbortController().signal;

async function* numbered(count: number, failAt = Infinity): AsyncGenerator<string> {
  for (let index = 0; index < count; index += 1) {
    if (index === failAt) throw new Error('cannot be read');
    yield String(index);
  }
}

describe('sendDocuments', () => {
  it('sends everything in its order, one batch at a time, and a flood in large ones', async () => {
    const batches: (readonly string[])[] = [];
    let inHand = 0;
    const send = async (batch: readonly string[]): Promise<void> => {
      inHand += 1;
      expect(inHand).toBe(1);
      batches.push(batch);
      await Promise.resolve();
      inHand -= 1;
    };
    await sendDocuments(numbered(12_345), send, never);
    expect(batches.flat()).toEqual(Array.from({ length: 12_345 }, (_, index) => String(index)));
    expect(Math.max(...batches.map(({ length }) => length))).toBe(500);
    expect(batches.length).toBeLessThan(40);
  });

  it('does not keep back what has come while more may come', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    async function* trickle(): AsyncGenerator<string> {
      yield 'first';
      await promise;
      yield 'second';
    }
    const sent: string[] = [];
    await sendDocuments(
      trickle(),
      async (batch) => {
        sent.push(...batch);
        resolve();
      },
      never,
    );
    expect(sent).toEqual(['first', 'second']);
  });

  it('ends with the first failure, of the input or of the send', async () => {
    await expect(sendDocuments(numbered(5, 3), async () => undefined, never)).rejects.toThrow('cannot be read');
    const failing = sendDocuments(numbered(5), () => Promise.reject(new Error('refused')), never);
    await expect(failing).rejects.toThrow('refused');
  });

  it('finishes what it has taken after the signal, and takes no more', async () => {
    const stop = new AbortController();
    const sent: string[] = [];
    async function* endless(): AsyncGenerator<string> {
      for (let index = 0; ; index += 1) {
        yield String(index);
        await sleep(0);
        if (index === 3) stop.abort();
      }
    }
    await sendDocuments(endless(), async (batch) => void sent.push(...batch), stop.signal);
    expect(sent).toEqual(['0', '1', '2', '3']);
  });
});
