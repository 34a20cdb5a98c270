import { readdirSync, readFileSync } from 'node:fs';

/** proc(5): fields after the command's closing bracket, counted from 0: parent, then user and system ticks with those of ended children. */
const PPID = 1;
const TICKS = [11, 12, 13, 14];
/** USER_HZ, what proc(5) counts in on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

interface ProcessTimes {
  readonly ppid: number;
  readonly seconds: number;
}

/**
 * CPU seconds that a process, its children and theirs have used so far, ended ones included. Null where the system does not
 * say (anything but Linux) or there is no such process.
 */
export function cpuSecondsOf(pid: number): number | null {
  const all = readAll();
  if (all === null || !all.has(pid)) return null;
  const byParent = Map.groupBy(all.keys(), (child) => all.get(child)?.ppid ?? 0);
  const sum = (of: number): number =>
    (byParent.get(of) ?? []).reduce((total, child) => total + sum(child), all.get(of)?.seconds ?? 0);
  return Math.round(sum(pid) * 100) / 100;
}

function readAll(): ReadonlyMap<number, ProcessTimes> | null {
  if (process.platform !== 'linux') return null;
  const all = new Map<number, ProcessTimes>();
  for (const entry of readdirSync('/proc')) {
    const times = /^\d+$/.test(entry) ? readOne(entry) : null;
    if (times !== null) all.set(Number(entry), times);
  }
  return all;
}

function readOne(pid: string): ProcessTimes | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = TICKS.reduce((total, field) => total + Number(fields[field]), 0);
    return { ppid: Number(fields[PPID]), seconds: ticks / TICKS_PER_SECOND };
  } catch {
    // It has ended between the listing and the look.
    return null;
  }
}
