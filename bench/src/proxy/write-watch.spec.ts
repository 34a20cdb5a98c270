import fc from 'fast-check';
import { CommitWatch, ProduceWatch } from './write-watch.js';

const aRequest = (apiKey: number, bodyBytes: number): Buffer => {
  const frame = Buffer.alloc(4 + 2 + bodyBytes);
  frame.writeInt32BE(2 + bodyBytes, 0);
  frame.writeInt16BE(apiKey, 4);
  return frame;
};

describe('ProduceWatch', () => {
  it('sees produce requests among others', () => {
    const watch = new ProduceWatch();
    expect(watch.sees(aRequest(3, 10))).toBe(false);
    expect(watch.sees(Buffer.concat([aRequest(1, 5), aRequest(0, 500)]))).toBe(true);
    expect(watch.sees(aRequest(12, 0))).toBe(false);
  });

  it('counts as many, wherever the stream is cut', () => {
    const requests = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 40 })), {
      maxLength: 20,
    });
    const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 });
    fc.assert(
      fc.property(requests, cuts, (given, sizes) => {
        const stream = Buffer.concat(given.map(([key, bytes]) => aRequest(key, bytes)));
        const watch = new ProduceWatch();
        let isSeen = false;
        for (let from = 0, cut = 0; from < stream.length; cut += 1) {
          const to = from + (sizes[cut % sizes.length] ?? 1);
          isSeen = watch.sees(stream.subarray(from, to)) || isSeen;
          from = to;
        }
        expect(isSeen).toBe(given.some(([key]) => key === 0));
      }),
    );
  });
});

describe('CommitWatch', () => {
  it('sees the query that commits', () => {
    const watch = new CommitWatch();
    expect(watch.sees(Buffer.from('Q\0\0\0\x0bCOMMIT\0'))).toBe(true);
    expect(watch.sees(Buffer.from('Q\0\0\0\x0aBEGIN\0'))).toBe(false);
  });
});
