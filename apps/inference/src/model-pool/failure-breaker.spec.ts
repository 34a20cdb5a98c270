import { FailureBreaker } from './failure-breaker.js';

describe('FailureBreaker', () => {
  it('calls 19 failures poison, whatever their share', () => {
    const breaker = new FailureBreaker();
    breaker.record({ scored: 0, failed: 19 });
    expect(breaker.isOpen).toBe(false);
  });

  it('calls the model broken at 20 rows of which more than half failed', () => {
    const breaker = new FailureBreaker();
    breaker.record({ scored: 9, failed: 0 });
    breaker.record({ scored: 0, failed: 10 });
    expect(breaker.isOpen).toBe(false);
    breaker.record({ scored: 0, failed: 1 });
    expect(breaker.isOpen).toBe(true);
  });

  it('stays closed at half', () => {
    const breaker = new FailureBreaker();
    for (let row = 0; row < 100; row += 1) breaker.record({ scored: 1, failed: 1 });
    expect(breaker.isOpen).toBe(false);
  });

  it('forgets what lies more than 40 rows back', () => {
    const breaker = new FailureBreaker();
    breaker.record({ scored: 1_000_000, failed: 0 });
    breaker.record({ scored: 0, failed: 21 });
    expect(breaker.isOpen).toBe(true);
    breaker.record({ scored: 19, failed: 0 });
    expect(breaker.isOpen).toBe(true);
    breaker.record({ scored: 1, failed: 0 });
    expect(breaker.isOpen).toBe(false);
  });

  it('starts anew after a reset', () => {
    const breaker = new FailureBreaker();
    breaker.record({ scored: 0, failed: 40 });
    breaker.reset();
    expect(breaker.isOpen).toBe(false);
    breaker.record({ scored: 0, failed: 19 });
    expect(breaker.isOpen).toBe(false);
  });
});
