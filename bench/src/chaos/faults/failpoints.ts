import type { Failpoint } from '@pitwall/failpoints';
import { wholeBelow } from '@pitwall/flights';
import type { ServiceName } from '@pitwall/platform';
import type { Fault, FaultContext, Injection } from './fault.js';
import { untilHit } from './until-hit.js';

const HIT_WITHIN_MS = 180_000;
/** It happens at one of the first so many passes. */
const PASSES = 5;

/** A kill at each of these, and a recovery after it. Given together they are a crash loop: nothing recovers in between. */
export function eachAlone(service: ServiceName, at: readonly Failpoint[]): readonly Fault[] {
  return at.map((name) => ({ kind: 'failpoints', service, at: [name] }));
}

/**
 * Starts a process with a failpoint armed and waits until it has been hit; the one that is started instead is armed with the next
 * failpoint, and so on. Each has to recover from the kill before it, or it would never pass its own.
 */
export async function failpoints(
  context: FaultContext,
  { service, at }: Extract<Fault, { kind: 'failpoints' }>,
): Promise<Injection> {
  const { crew, random, timeline } = context;
  const [victim] = crew.instancesOf(service);
  if (victim === undefined) throw new Error(`There is no ${service} to arm.`);
  const armed = at.map((name) => ({ PITWALL_FAILPOINTS: `${name}=kill@${1 + wholeBelow(random, PASSES)}` }));
  let hits = 0;
  let missed: Failpoint | null = null;
  for (const [index, name] of at.entries()) {
    if (index === 0) await crew.startDoomed(victim, armed[0] ?? {});
    else await crew.untilStartedAgain(victim);
    crew.armNext(victim, armed[index + 1] ?? {});
    const missing = await untilHit(context, [crew.pidOf(victim)], HIT_WITHIN_MS);
    timeline.note(`${victim.name}: ${armed[index]?.PITWALL_FAILPOINTS} ${missing.length === 0 ? 'hit' : 'not hit'}`);
    if (missing.length > 0) {
      // It does not get that far any more: nor will it get to the next one.
      missed = name;
      crew.armNext(victim, {});
      crew.kill(victim);
      break;
    }
    hits += 1;
  }
  return {
    what: `${victim.name} killed at ${at.join(', ')}`,
    kills: hits,
    fromMs: performance.now(),
    violations: missed === null ? [] : [`${missed} of ${service} was not hit within ${HIT_WITHIN_MS / 1000} s`],
  };
}
