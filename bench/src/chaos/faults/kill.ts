import { wholeBelow } from '@pitwall/flights';
import type { Fault, FaultContext, Injection } from './fault.js';

/** `kill -9` of one process of a service. */
export async function kill(
  { crew, random }: FaultContext,
  { service }: Extract<Fault, { kind: 'kill' }>,
): Promise<Injection> {
  const instances = crew.instancesOf(service);
  const victim = instances[wholeBelow(random, instances.length)];
  if (victim === undefined) throw new Error(`There is no ${service} to kill.`);
  const fromMs = performance.now();
  crew.kill(victim);
  return { what: `kill -9 ${victim.name}`, kills: 1, fromMs, violations: [] };
}
