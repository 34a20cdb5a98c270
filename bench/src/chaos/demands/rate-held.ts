import type { Demand } from './demand.js';

/** What a process lets through, as docs/dead-letters.md says. */
const RATE = { perSecond: 200, burst: 1_000 };
/** A letter is counted before it is sent, and appended when Kafka gets to it: so many seconds of the rate may bunch up meanwhile. */
const BUNCHED_SECONDS = 2;

/** Dead letters of a stage come no faster than their rate limit allows, and so many that the limit is what held them back. */
export const rateHeld: Demand = ({ evidence }) => {
  const stages = Map.groupBy(evidence.deadLetters.values(), ({ stage }) => stage);
  const levels = [...stages].map(([stage, letters]) => ({
    stage,
    level: highestLevel(letters.map(({ appendedAt }) => appendedAt)),
  }));
  const most = RATE.burst + BUNCHED_SECONDS * RATE.perSecond;
  const limit = `${RATE.perSecond} a second and ${RATE.burst} at once`;
  return {
    remarks: levels.map(
      ({ stage, level }) => `Dead letters of ${stage} beyond ${RATE.perSecond} a second: ${level} at most`,
    ),
    violations: [
      ...levels
        .filter(({ level }) => level > most)
        .map(({ stage, level }) => `${stage} wrote ${level} dead letters beyond its rate, allowed are ${limit}`),
      ...(levels.some(({ level }) => level >= RATE.burst / 2) ? [] : [`The rate limit of ${limit} was not tried`]),
    ],
  };
};

/** How far a bucket fills that drains at the rate. Times in milliseconds since the epoch, in any order. */
function highestLevel(times: readonly number[]): number {
  let level = 0;
  let highest = 0;
  let last = 0;
  for (const time of times.toSorted((a, b) => a - b)) {
    level = Math.max(0, level - ((time - last) * RATE.perSecond) / 1_000) + 1;
    highest = Math.max(highest, level);
    last = time;
  }
  return Math.round(highest);
}
