import { PitwallError } from '@pitwall/contracts';
import { ProblemError } from '@pitwall/runtime';
import { withinTime } from './within-time.js';

const cancelled = Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' });
const wrapped = new PitwallError('cannot be used', { code: 'database_unavailable', cause: cancelled });

/** Asks for what fails so. */
function failing(reason: Error): () => Promise<never> {
  return async () => {
    throw reason;
  };
}

describe('withinTime', () => {
  it.each([
    ['', cancelled],
    [' as a cause', wrapped],
  ])('says how to ask for less where a statement takes too long%s', async (_, error) => {
    const asked = withinTime(failing(error));
    await expect(asked).rejects.toBeInstanceOf(ProblemError);
    await expect(asked).rejects.toMatchObject({ status: 422, cause: error });
  });

  it('gives answers and other errors on as they are', async () => {
    await expect(withinTime(() => Promise.resolve(7))).resolves.toBe(7);
    const other = Object.assign(new Error('no'), { code: '57P01' });
    await expect(withinTime(failing(other))).rejects.toBe(other);
  });
});
