import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * What tells a process from a later one with the same pid: on Linux boot id and start tick, elsewhere the start time that `ps` says.
 * An opaque text: only compare it.
 */
export type ProcessIdentity = string;

// proc(5): the fields after the command's closing bracket start with field 3.
const STATE = 0;
const PARENT = 1;
const START_TIME = 19;

/** What of `/proc/<pid>/stat` is used. */
export interface ProcStat {
  readonly state: string;
  readonly parentPid: number;
  readonly startTick: string;
}

/** Reads the text of `/proc/<pid>/stat`; null when it is not of that form. */
export function parseProcStat(stat: string): ProcStat | null {
  // The command may contain spaces and brackets itself: the last bracket ends it.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 1)
    .trim()
    .split(/\s+/);
  const state = fields[STATE];
  const startTick = fields[START_TIME];
  if (state === undefined || startTick === undefined) return null;
  return { state, parentPid: Number(fields[PARENT]), startTick };
}

function identityByProc(pid: number): ProcessIdentity | null {
  try {
    const stat = parseProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    // A zombie has ended; only its parent has not noticed yet.
    if (stat === null || stat.state === 'Z' || stat.state === 'X') return null;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${stat.startTick}`;
  } catch {
    return null;
  }
}

function identityByPs(pid: number): ProcessIdentity | null {
  try {
    const line = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return line === '' || line.startsWith('Z') ? null : line.slice(line.indexOf(' ') + 1).trim();
  } catch {
    // ps exits 1 when there is no such process.
    return null;
  }
}

/** The identity of the running process with this pid, or null when none runs. */
export function identityOf(pid: number): ProcessIdentity | null {
  return process.platform === 'linux' ? identityByProc(pid) : identityByPs(pid);
}

/** True while the very process runs that had this pid and identity; a recycled pid is not it. */
export function isRunning(pid: number, identity: ProcessIdentity): boolean {
  return identityOf(pid) === identity;
}

/** Pid of the parent of a running process, or null when it does not run. */
export function parentOf(pid: number): number | null {
  try {
    if (process.platform === 'linux') {
      return parseProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.parentPid ?? null;
    }
    return Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }));
  } catch {
    return null;
  }
}
