import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { PitwallError } from '@pitwall/contracts';
import type { Fault, FaultContext, Injection } from './fault.js';

/** Beyond the time budget of a batch: until it is killed, and noticed by us, on a busy machine too. */
const KILLED_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 50;

/** Ends or stops the process in which inference runs the model. */
export async function breakModel(
  { crew, timeline, signal }: FaultContext,
  { how }: Extract<Fault, { kind: 'break-model' }>,
): Promise<Injection> {
  const [inference] = crew.instancesOf('inference');
  if (inference === undefined) throw new Error('There is no inference.');
  const pid = modelOf(crew.pidOf(inference));
  const fromMs = performance.now();
  process.kill(pid, how === 'crash' ? 'SIGSEGV' : 'SIGSTOP');
  timeline.note(`model (pid ${pid}): ${how}`);
  const deadline = fromMs + KILLED_WITHIN_MS;
  while (isAlive(pid) && performance.now() < deadline) await sleep(LOOK_EVERY_MS, undefined, { signal });
  const took = Math.round(performance.now() - fromMs);
  const violations = isAlive(pid) ? [`The model that hangs was not killed within ${KILLED_WITHIN_MS} ms`] : [];
  return { what: `model: ${how}, gone after ${took} ms`, kills: 1, fromMs, violations };
}

function modelOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  const model = children.find((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('model-child'));
  if (model !== undefined) return model;
  throw new PitwallError(`inference (pid ${pid}) has no process for the model.`, { code: 'no_model' });
}

/** A zombie in the sense of the system has ended: only its parent has not looked yet. */
function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
  } catch {
    return false;
  }
}
