import fc from 'fast-check';
import { TokenBucket } from './token-bucket.js';

const RATE = { perSecond: 200, burst: 1_000 };

describe('TokenBucket', () => {
  it('gives a burst, and then what the rate allows', () => {
    const bucket = new TokenBucket(RATE, 0);
    expect(bucket.take(1_500, 0)).toBe(1_000);
    expect(bucket.take(10, 0)).toBe(0);
    expect(bucket.take(10, 5)).toBe(1);
    expect(bucket.take(10_000, 1_005)).toBe(200);
    expect(bucket.take(10_000, 1_000_000)).toBe(1_000);
  });

  it('says when so many will be there', () => {
    const bucket = new TokenBucket(RATE, 0);
    expect(bucket.msUntil(1, 0)).toBe(0);
    bucket.take(1_000, 0);
    expect(bucket.msUntil(20, 0)).toBe(100);
    expect(bucket.take(20, 99)).toBe(19);
    expect(bucket.msUntil(1_000_000, 99)).toBeLessThanOrEqual(5_000);
  });

  it('never gives more than burst and rate allow, however it is asked', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ waitMs: fc.nat(300), wanted: fc.nat(2_000) })), (asks) => {
        const bucket = new TokenBucket(RATE, 0);
        let now = 0;
        let given = 0;
        for (const { waitMs, wanted } of asks) {
          now += waitMs;
          given += bucket.take(wanted, now);
        }
        expect(given).toBeLessThanOrEqual(RATE.burst + (now / 1_000) * RATE.perSecond + 1e-6);
      }),
    );
  });
});
