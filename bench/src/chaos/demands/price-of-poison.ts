import type { Account } from '@pitwall/oracle';
import { percentileOfSorted } from '@pitwall/statistics';
import { type Demand, only } from './demand.js';

/** Good events may take this much longer at their 99th percentile while poison comes with them. */
const ALLOWED_RATIO = 1.2;
/** Events that a poison record was appended so near to are in its company; in the smaller share that is neither, none counts. */
const NEAR_MS = 1_000;
const FAR_MS = 2_000;
/** Services that have just been started are slow by themselves. */
const WARM_UP_MS = 20_000;
const LEAST_EVENTS = 1_000;

/** From append of the raw record to append of its first result, in milliseconds, ascending. */
interface Latencies {
  readonly beside: Float64Array;
  readonly apart: Float64Array;
}

/** Good events do not pay for poison that comes with them, as their latencies show in blocks with poison and without. */
export const priceOfPoison: Demand = (account) => {
  const { beside, apart } = latenciesOf(account);
  const [with99, without99] = [percentileOfSorted(beside, 0.99), percentileOfSorted(apart, 0.99)];
  if (with99 === null || without99 === null || Math.min(beside.length, apart.length) < LEAST_EVENTS) {
    return only([`Too few good events to compare: ${beside.length} beside poison, ${apart.length} apart from it`]);
  }
  const percent = `${Math.round((with99 / without99 - 1) * 100)} %`;
  const said = `Good events' p99 is ${with99} ms beside poison (${beside.length} events) and ${without99} ms apart from it (${apart.length}): ${percent} more`;
  return { remarks: [said], violations: with99 > ALLOWED_RATIO * without99 ? [`${said}, allowed are 20 %`] : [] };
};

function latenciesOf({ evidence, sent }: Account): Latencies {
  const poisonAt = Float64Array.from(
    evidence.raw.filter(({ digest }) => sent.isPoison(digest)),
    ({ appendedAt }) => appendedAt,
  ).toSorted();
  const warmAt = evidence.raw.reduce((first, { appendedAt }) => Math.min(first, appendedAt), Infinity) + WARM_UP_MS;
  const beside: number[] = [];
  const apart: number[] = [];
  for (const { appendedAt, latencyMs } of evidence.results.values()) {
    const sentAt = appendedAt - latencyMs;
    if (sentAt < warmAt) continue;
    const distance = distanceTo(poisonAt, sentAt);
    if (distance <= NEAR_MS) beside.push(latencyMs);
    else if (distance > FAR_MS) apart.push(latencyMs);
  }
  return { beside: Float64Array.from(beside).toSorted(), apart: Float64Array.from(apart).toSorted() };
}

/** To the nearest of some times, which ascend. */
function distanceTo(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return Math.min((times[low] ?? Infinity) - time, time - (times[low - 1] ?? -Infinity));
}
