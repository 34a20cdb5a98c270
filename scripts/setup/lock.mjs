/** Lets one set-up at a time work in one folder; a second one waits for the first. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

const POLL_MS = 200;

/** @param {string} file */
const ownerOf = (file) => {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    // Given back between our attempt to take it and this look at it.
    return undefined;
  }
};

/** @param {number} pid */
const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Someone else's process is alive too.
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
};

/** @param {string} file @returns {boolean} whether the lock is ours now */
const take = (file) => {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
};

/**
 * Takes away the lock of a set-up that was killed. The rename lets one waiter win, and puts back a lock that a living one took
 * in between.
 *
 * @param {string} file
 */
const takeAway = (file) => {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    // Another waiter was first.
    return;
  }
  const owner = ownerOf(aside);
  if (owner !== undefined && isAlive(owner)) renameSync(aside, file);
  else rmSync(aside, { force: true });
};

/**
 * @template T
 * @param {string} file where the lock lies; its content is the owner's process id
 * @param {(pid: number) => void} onWait called once if another set-up is at work
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export const withLock = async (file, onWait, work) => {
  let told = false;
  while (!take(file)) {
    const owner = ownerOf(file);
    if (owner !== undefined && !isAlive(owner)) takeAway(file);
    else {
      if (!told && owner !== undefined) onWait(owner);
      told ||= owner !== undefined;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
};
