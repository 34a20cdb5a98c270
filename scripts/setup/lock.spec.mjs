import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLock } from './lock.mjs';

/** @type {string} */
let folder;
/** @type {string} */
let file;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pitwall-lock-'));
  file = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

const fail = () => {
  throw new Error('nobody else is at work here');
};

describe('the lock of set-up', () => {
  it('is given back after the work, also when the work fails', async () => {
    await expect(withLock(file, fail, () => Promise.reject(new Error('no network')))).rejects.toThrow('no network');
    await expect(withLock(file, fail, () => Promise.resolve('done'))).resolves.toBe('done');
  });

  it('is taken over from a set-up that was killed', async () => {
    // Above the largest process id of Linux and macOS.
    writeFileSync(file, '99999999');
    await expect(withLock(file, fail, () => Promise.resolve('done'))).resolves.toBe('done');
  });

  it('lets a second one wait for the first, and says for whom', async () => {
    /** @type {(string | number)[]} */
    const log = [];
    let end = () => {};
    const first = withLock(file, fail, async () => {
      await new Promise((resolve) => (end = () => resolve(undefined)));
      log.push('first');
    });
    const second = withLock(
      file,
      (pid) => {
        log.push(pid);
        end();
      },
      async () => log.push('second'),
    );
    await Promise.all([first, second]);
    expect(log).toEqual([process.pid, 'first', 'second']);
  });
});
