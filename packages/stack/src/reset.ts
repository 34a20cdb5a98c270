import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PitwallError } from '@pitwall/contracts';
import { deleteHome, outsideFolderOf } from './delete-home.js';
import { homeAt } from './home.js';
import { describeInstance, holderOf, releaseLock, takeLock } from './instance-lock.js';
import { stopLeftOverServer } from './postgres/postmaster.js';
import { isRunning } from './process-identity.js';
import { readRecords, stopRecorded } from './process-record.js';

/** One file or folder that a reset deletes. */
export interface ResetItem {
  readonly path: string;
  /** All that is in it. */
  readonly bytes: number;
}

/**
 * What a reset of a data folder would delete: every entry of it, and PostgreSQL's data where that lies outside. Empty when
 * there is no such folder. Deletes nothing.
 *
 * @throws PitwallError `not_a_data_folder` for a folder that Pitwall did not make; `running` while it is in use.
 */
export function planReset(folder: string): readonly ResetItem[] {
  const home = homeAt(folder);
  if (!existsSync(home.root)) return [];
  if (!existsSync(home.formatFile) && readdirSync(home.root).length > 0) {
    throw new PitwallError(
      `${home.root} has no format.json, so it is no data folder of Pitwall. Nothing was deleted; delete it by hand if it shall go.`,
      { code: 'not_a_data_folder' },
    );
  }
  refuseWhileRunning(folder);
  const outside = outsideFolderOf(home.root);
  const inside = readdirSync(home.root).map((name) => join(home.root, name));
  return [...inside, ...(outside === null ? [] : [outside])].map((path) => ({ path, bytes: sizeOf(path) }));
}

function refuseWhileRunning(folder: string): void {
  const home = homeAt(folder);
  const holder = holderOf(home.lockFile);
  if (holder !== null) {
    throw new PitwallError(
      `Pitwall runs in ${home.root}: ${describeInstance(holder)}\nNothing was deleted. Stop it first (Ctrl-C there, or kill ${holder.pid}).`,
      { code: 'running', details: { pid: holder.pid } },
    );
  }
  const keeper = readRecords(home.run).find((record) => record.step === 'keeper');
  if (keeper !== undefined && isRunning(keeper.pid, keeper.identity)) {
    throw new PitwallError(
      `The last run in ${home.root} is still stopping (keeper, pid ${keeper.pid}). Nothing was deleted. Try again in a few seconds.`,
      { code: 'running', retriable: true, details: { pid: keeper.pid } },
    );
  }
}

function sizeOf(path: string): number {
  const entry = lstatSync(path);
  if (!entry.isDirectory()) return entry.size;
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((inner) => inner.isFile())
    .reduce((bytes, inner) => bytes + lstatSync(join(inner.parentPath, inner.name)).size, 0);
}

/**
 * Deletes a data folder, after stopping what a killed run has left behind in it.
 *
 * @returns what was deleted. @throws PitwallError as `planReset`.
 */
export async function resetHome(folder: string, log: (line: string) => void): Promise<readonly ResetItem[]> {
  const items = planReset(folder);
  if (items.length === 0) return items;
  const home = homeAt(folder);
  const lock = existsSync(home.run) ? takeLock(home.lockFile) : null;
  // Somebody has started between the plan and now.
  if (lock?.taken === false) refuseWhileRunning(folder);
  try {
    await stopRecorded(home.run, log);
    const outside = outsideFolderOf(home.root);
    await stopLeftOverServer(outside === null ? home.postgresData : join(outside, 'postgres'), log);
    deleteHome(home.root);
  } finally {
    if (lock?.taken === true) releaseLock(home.lockFile, lock.instance.token);
  }
  return items;
}
