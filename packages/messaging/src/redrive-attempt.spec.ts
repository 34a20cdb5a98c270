import { HEADER } from '@pitwall/contracts';
import { textHeader } from './headers.js';
import { redriveAttemptOf } from './redrive-attempt.js';

const attempt = (text: string) => [textHeader(HEADER.redriveAttempt, text)];

describe('redriveAttemptOf', () => {
  it.each([
    ['1', 1],
    ['27', 27],
    ['9999', 9999],
  ])('reads %j', (text, expected) => {
    expect(redriveAttemptOf(attempt(text))).toBe(expected);
  });

  it.each(['', '0', '01', '-1', '1.5', '1e3', '10000', ' 1', 'one'])('takes %j for a record never redriven', (text) => {
    expect(redriveAttemptOf(attempt(text))).toBe(0);
  });

  it('is 0 without the header, with a null one, and by the first where there are several', () => {
    expect(redriveAttemptOf([])).toBe(0);
    expect(redriveAttemptOf([{ name: HEADER.redriveAttempt, value: null }])).toBe(0);
    expect(redriveAttemptOf([...attempt('2'), ...attempt('3')])).toBe(2);
  });
});
