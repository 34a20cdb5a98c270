import { checkedPair, type CountsPair } from '../drift/counts-pair.js';
import { kolmogorovSf } from '../special/kolmogorov-sf.js';

/** What the test says. */
export interface KolmogorovSmirnov {
  /** Largest difference of the two cumulative shares at a bin's upper edge, 0 to 1. */
  readonly distance: number;
  /** Asymptotic. */
  readonly p: number;
}

/**
 * Two-sample Kolmogorov-Smirnov test on bins in ascending order. Exact distance where every bin is one value; on coarser bins the
 * distance can only be smaller, so the test only errs to the safe side. The p-value is Kolmogorov's limit (asymptotic). Null
 * where either side is empty.
 */
export function kolmogorovSmirnov(pair: CountsPair): KolmogorovSmirnov | null {
  const checked = checkedPair(pair);
  if (checked === null) return null;
  const { reference, current, referenceTotal, currentTotal } = checked;
  let below = 0;
  let belowNow = 0;
  let distance = 0;
  for (const [bin, count] of reference.entries()) {
    below += count;
    belowNow += current[bin] ?? 0;
    distance = Math.max(distance, Math.abs(below / referenceTotal - belowNow / currentTotal));
  }
  const effective = (referenceTotal * currentTotal) / (referenceTotal + currentTotal);
  return { distance, p: kolmogorovSf(distance * Math.sqrt(effective)) };
}
