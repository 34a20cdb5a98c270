import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, FaultContext, Injection } from './fault.js';
import { isAlive, modelOf, timeBudgetMs } from './model-processes.js';

/** After this nobody waits for its end any more. */
const GIVE_UP_AFTER_MS = 120_000;
const LOOK_EVERY_MS = 20;

/** Ends or stops the process in which inference runs the model. */
export async function breakModel(
  context: FaultContext,
  { how, beyondBudgetMs }: Extract<Fault, { kind: 'break-model' }>,
): Promise<Injection> {
  const { crew, timeline, signal } = context;
  const [inference] = crew.instancesOf('inference');
  if (inference === undefined) throw new Error('There is no inference.');
  const pid = modelOf(crew.pidOf(inference));
  const fromMs = performance.now();
  process.kill(pid, how === 'crash' ? 'SIGSEGV' : 'SIGSTOP');
  timeline.note(`model (pid ${pid}): ${how}`);
  while (isAlive(pid) && performance.now() < fromMs + GIVE_UP_AFTER_MS) {
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
  const tookMs = Math.round(performance.now() - fromMs);
  const allowedMs = timeBudgetMs(context) + beyondBudgetMs;
  const violations =
    tookMs > allowedMs ? [`The model (${how}) was gone after ${tookMs} ms, allowed are ${allowedMs} ms`] : [];
  return { what: `model: ${how}, gone after ${tookMs} ms`, kills: 1, fromMs, violations };
}
