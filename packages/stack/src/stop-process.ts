import { setTimeout as sleep } from 'node:timers/promises';
import { type ProcessIdentity, isRunning } from './process-identity.js';

/** Whom to stop and how. */
export interface StopTarget {
  readonly pid: number;
  readonly identity: ProcessIdentity;
  readonly stopSignal: NodeJS.Signals;
  /** Milliseconds until SIGKILL follows. */
  readonly graceMs: number;
}

/** What stopping came to. */
export type StopOutcome = 'not_running' | 'stopped' | 'killed' | 'still running after SIGKILL';

const POLL_MS = 20;
const KILL_WAIT_MS = 2_000;

/**
 * Asks one process to stop, waits, and kills it and its process group when the grace is over.
 * Does nothing to a pid that is another process now.
 */
export async function stopProcess(target: StopTarget): Promise<StopOutcome> {
  if (!sendSignal(target, target.stopSignal)) return 'not_running';
  if (await isGoneWithin(target, target.graceMs)) return 'stopped';
  // The whole group: a service may have forked children that would outlive it.
  killGroup(target.pid);
  sendSignal(target, 'SIGKILL');
  return (await isGoneWithin(target, KILL_WAIT_MS)) ? 'killed' : 'still running after SIGKILL';
}

/** Sends a signal if the very process still runs. @returns false when it does not. */
export function sendSignal(target: Pick<StopTarget, 'pid' | 'identity'>, signal: NodeJS.Signals): boolean {
  if (!isRunning(target.pid, target.identity)) return false;
  try {
    process.kill(target.pid, signal);
    return true;
  } catch (error) {
    // It ended between the look and the signal.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is gone already, or the process leads none.
  }
}

async function isGoneWithin(target: StopTarget, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (isRunning(target.pid, target.identity)) {
    if (performance.now() >= deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}
