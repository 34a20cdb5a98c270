import { Breaker } from './breaker.js';

function after(...verdicts: readonly (string | number)[]): Breaker {
  const breaker = new Breaker();
  verdicts.forEach((verdict, at) => {
    if (typeof verdict === 'number') breaker.succeeded(verdict);
    else breaker.failed(verdict, `record ${at}`);
  });
  return breaker;
}

const times = (count: number, reason = 'x'): string[] => Array.from({ length: count }, () => reason);

describe('Breaker', () => {
  it.each<[string, boolean, Breaker]>([
    ['nothing', false, after()],
    ['19 failures', false, after(...times(19))],
    ['20 failures', true, after(...times(20))],
    ['20 failures among 40', false, after(20, ...times(20))],
    ['21 failures among 40', true, after(20, ...times(21))],
    ['20 failures for two reasons', false, after(...times(10, 'x'), ...times(10, 'y'))],
    ['11 of 20 for one reason', true, after(...times(9, 'y'), ...times(11, 'x'))],
    ['20 failures, thousands of successes ago', false, after(...times(19), 5_000, ...times(19))],
  ])('after %s it is open: %s', (_, isOpen, breaker) => {
    expect(breaker.isOpen).toBe(isOpen);
  });

  it('stays open until it is closed, and then begins anew', () => {
    const breaker = after(...times(20));
    breaker.succeeded(1_000);
    expect(breaker.isOpen).toBe(true);
    expect(breaker.reason).toBe('x');
    breaker.close();
    times(19).forEach((reason, at) => breaker.failed(reason, `record ${at}`));
    expect(breaker.isOpen).toBe(false);
  });

  it('counts a record once, however often it comes and fails', () => {
    const breaker = after(...times(19));
    for (let again = 0; again < 20; again += 1) breaker.failed('x', `record ${again % 3}`);
    expect(breaker.isOpen).toBe(false);
    breaker.failed('x', 'record 19');
    expect(breaker.isOpen).toBe(true);
  });
});
