import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, FaultContext, Injection } from './fault.js';

/** SIGSTOP to the first process of each service, and SIGCONT later: it then believes to hold what was given to another. */
export async function freeze(
  { crew, timeline, signal }: FaultContext,
  { services, forMs }: Extract<Fault, { kind: 'freeze' }>,
): Promise<Injection> {
  const victims = services.flatMap((service) => crew.instancesOf(service).slice(0, 1));
  const pids = victims.map((victim) => crew.pidOf(victim));
  const names = victims.map(({ name }) => name).join(', ');
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  timeline.note(`${names} frozen`);
  try {
    await sleep(forMs, undefined, { signal });
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
    timeline.note(`${names} go on`);
  }
  return { what: `freeze ${names} for ${forMs / 1000} s`, kills: 0, fromMs: performance.now(), violations: [] };
}
