import { eventually } from './eventually.js';

const QUICK = { what: 'the answer', timeoutMs: 20, everyMs: 1 };
/** For conditions that come true: long enough for a busy machine. */
const PATIENT = { ...QUICK, timeoutMs: 10_000 };

describe('eventually', () => {
  it('gives what the condition gives as soon as it gives something', async () => {
    const looks = [undefined, null, false, 'there', 'too late'];
    await expect(eventually(() => looks.shift(), PATIENT)).resolves.toBe('there');
    expect(looks).toEqual(['too late']);
  });

  it('takes 0 and the empty text for something', async () => {
    await expect(eventually(() => 0, QUICK)).resolves.toBe(0);
    await expect(eventually(() => '', QUICK)).resolves.toBe('');
  });

  it('takes a throw for not yet', async () => {
    let looks = 0;
    const value = await eventually(() => {
      looks += 1;
      if (looks < 3) throw new Error('connection refused');
      return looks;
    }, PATIENT);
    expect(value).toBe(3);
  });

  it('says what it waited for and what it saw last', async () => {
    await expect(eventually(() => false, QUICK)).rejects.toThrow(
      'Waited 20 ms for the answer; the last look gave false.',
    );
    await expect(eventually(() => Promise.reject(new Error('no route')), QUICK)).rejects.toThrow(
      'the last look threw no route.',
    );
  });
});
