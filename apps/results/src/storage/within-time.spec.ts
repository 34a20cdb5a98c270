import { PitwallError } from '@pitwall/contracts';
import { ProblemError } from '@pitwall/runtime';
import { withinTime } from './within-time.js';

const cancelled = Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' });
const wrapped = new PitwallError('cannot be used', { code: 'database_unavailable', cause: cancelled });

describe('withinTime', () => {
  it.each([cancelled, wrapped])('says how to ask for less where a statement takes too long', async (error) => {
    const asked = withinTime(() => Promise.reject(error));
    await expect(asked).rejects.toMatchObject({ status: 422, cause: error });
    await expect(asked).rejects.toBeInstanceOf(ProblemError);
  });

  it('gives answers and other errors on as they are', async () => {
    await expect(withinTime(() => Promise.resolve(7))).resolves.toBe(7);
    const other = Object.assign(new Error('no'), { code: '57P01' });
    await expect(withinTime(() => Promise.reject(other))).rejects.toBe(other);
  });
});
