import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf } from '../process-identity.js';
import { stopProcess } from '../stop-process.js';

const STOP_GRACE_MS = 10_000;

/** Pid and data folder from the text of `postmaster.pid`; null when it is torn. */
export function parsePostmasterPid(text: string): { readonly pid: number; readonly dataFolder: string } | null {
  const [pidLine, dataFolder] = text.split('\n');
  const pid = Number(pidLine);
  if (!Number.isSafeInteger(pid) || pid <= 1 || dataFolder === undefined || dataFolder === '') return null;
  return { pid, dataFolder };
}

/** True when that process is a PostgreSQL server on that folder: the server's working directory is its data folder. */
function servesFolder(pid: number, dataFolder: string): boolean {
  try {
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(dataFolder);
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(dataFolder);
  } catch {
    // The process is gone, or it is another user's and cannot be looked at: not ours either way.
    return false;
  }
}

/**
 * Stops a server that still runs on the data folder although no record of it is left. The lock file of a server that is gone is left to
 * PostgreSQL, which also looks for orphaned backends by it; only when its pid is another process's by now is it removed, because
 * PostgreSQL would refuse to start.
 */
export async function stopLeftOverServer(dataFolder: string, log: (line: string) => void): Promise<void> {
  const lockFile = join(dataFolder, 'postmaster.pid');
  if (!existsSync(lockFile)) return;
  const left = parsePostmasterPid(readFileSync(lockFile, 'utf8'));
  const identity = left === null ? null : identityOf(left.pid);
  if (left === null || identity === null) return;
  if (!servesFolder(left.pid, dataFolder)) {
    log(`${lockFile} names pid ${left.pid}, which is another process now: the lock is stale and removed.`);
    rmSync(lockFile);
    return;
  }
  const outcome = await stopProcess({ pid: left.pid, identity, stopSignal: 'SIGINT', graceMs: STOP_GRACE_MS });
  log(`postgres (pid ${left.pid}) was left over: ${outcome}.`);
}
