import { readdirSync, readFileSync } from 'node:fs';

/** proc(5): fields after the command's closing bracket, counted from 0: user and system ticks, then those of ended children. */
const PPID = 1;
const OWN_TICKS = [11, 12];
const ENDED_CHILDREN_TICKS = [13, 14];
/** USER_HZ, what proc(5) counts in on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const KIB = 1024;

/** What a process has used so far. CPU in seconds, to a hundredth; memory in bytes. */
export interface ProcessUsage {
  /** The process alone. */
  readonly cpuSeconds: number;
  /** Its children and theirs, ended ones included. */
  readonly childrenCpuSeconds: number;
  /** Most that was resident at any time (VmHWM), the process alone. */
  readonly peakBytes: number;
  /** Children and theirs that run now. */
  readonly children: number;
  /** The largest VmHWM among those; 0 without children. Not their sum: what they share would count in each. */
  readonly largestChildPeakBytes: number;
}

interface ProcessTimes {
  readonly ppid: number;
  readonly own: number;
  readonly endedChildren: number;
}

/** What a process and its children have used. Null where the system does not say (anything but Linux) or there is no such process. */
export function processUsageOf(pid: number): ProcessUsage | null {
  const all = readAll();
  const times = all?.get(pid);
  if (all === null || times === undefined) return null;
  const descendants = descendantsOf(pid, all);
  const ticks = descendants.reduce((sum, child) => sum + allTicks(all.get(child)), times.endedChildren);
  return {
    cpuSeconds: times.own / TICKS_PER_SECOND,
    childrenCpuSeconds: ticks / TICKS_PER_SECOND,
    peakBytes: peakBytesOf(pid),
    children: descendants.length,
    largestChildPeakBytes: Math.max(0, ...descendants.map(peakBytesOf)),
  };
}

/** CPU seconds that a process, its children and theirs have used so far, ended ones included. Null as {@link processUsageOf}. */
export function cpuSecondsOf(pid: number): number | null {
  const usage = processUsageOf(pid);
  return usage === null ? null : Math.round((usage.cpuSeconds + usage.childrenCpuSeconds) * 100) / 100;
}

function allTicks(times: ProcessTimes | undefined): number {
  return times === undefined ? 0 : times.own + times.endedChildren;
}

function descendantsOf(pid: number, all: ReadonlyMap<number, ProcessTimes>): readonly number[] {
  const byParent = Map.groupBy(all.keys(), (child) => all.get(child)?.ppid ?? 0);
  const below = (of: number): number[] => (byParent.get(of) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(pid);
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
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = (of: readonly number[]): number => of.reduce((total, field) => total + Number(fields[field]), 0);
  return { ppid: Number(fields[PPID]), own: ticks(OWN_TICKS), endedChildren: ticks(ENDED_CHILDREN_TICKS) };
}

function peakBytesOf(pid: number): number {
  const [, kib = '0'] = /^VmHWM:\s+(\d+) kB$/m.exec(readIfThere(`/proc/${pid}/status`) ?? '') ?? [];
  return Number(kib) * KIB;
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // The process has ended between the listing and the look.
    return null;
  }
}
