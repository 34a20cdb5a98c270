import { meanInterval } from '../../intervals/mean-interval.js';
import { unitsOf } from '../../split-sum.js';
import { noEstimate } from '../estimate.js';
import type { Figure } from './figure.js';

const EVENTS = 1000;

/** Realised value of 1,000 decisions, in the unit that values were counted in; normal interval of the mean. */
export const valuePer1000 = {
  name: 'valuePer1000',
  description: 'Value of 1,000 decisions, in the unit in which values are counted.',
  range: [-Infinity, Infinity],
  estimate: ({ totals, sums }, confidence) => {
    const n = totals.valued;
    if (n === 0) return noEstimate();
    const sum = exact(totals.value);
    const interval = meanInterval({ n, sum, sumOfSquares: unitsOf(sums.valueSquares) }, confidence);
    return {
      value: (EVENTS * sum) / n,
      n,
      interval: interval && { lower: EVENTS * interval.lower, upper: EVENTS * interval.upper },
      resolution: 0,
    };
  },
} as const satisfies Figure;

function exact(sum: number): number {
  if (Number.isSafeInteger(sum)) return sum;
  throw new RangeError(
    `The sum of values ${sum} is no longer exact: declare shorter windows or a larger unit of value.`,
  );
}
