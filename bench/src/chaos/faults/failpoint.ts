import { wholeBelow } from '@pitwall/flights';
import type { Fault, FaultContext, Injection } from './fault.js';
import { untilHit } from './until-hit.js';

const HIT_WITHIN_MS = 60_000;
/** It happens at one of the first so many passes. */
const PASSES = 5;

/** Starts a process with a failpoint armed and waits until it has been hit. */
export async function failpoint(
  context: FaultContext,
  { service, at }: Extract<Fault, { kind: 'failpoint' }>,
): Promise<Injection> {
  const { crew, random } = context;
  const [victim] = crew.instancesOf(service);
  if (victim === undefined) throw new Error(`There is no ${service} to arm.`);
  const pass = 1 + wholeBelow(random, PASSES);
  const pid = await crew.startDoomed(victim, { PITWALL_FAILPOINTS: `${at}=kill@${pass}` });
  const missing = await untilHit(context, [pid], HIT_WITHIN_MS);
  const isHit = missing.length === 0;
  return {
    what: `${victim.name} killed at ${at}, pass ${pass}`,
    kills: isHit ? 1 : 0,
    fromMs: performance.now(),
    violations: isHit ? [] : [`${at} of ${service} was not hit within ${HIT_WITHIN_MS / 1000} s`],
  };
}
