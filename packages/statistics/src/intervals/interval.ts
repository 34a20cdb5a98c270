/** Two ends between which an unknown quantity lies with the stated confidence; `lower` ≤ `upper`, both finite. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** The part of an interval that lies in a range of possible values. */
export function within(interval: Interval, [least, most]: readonly [number, number]): Interval {
  return {
    lower: Math.min(most, Math.max(least, interval.lower)),
    upper: Math.min(most, Math.max(least, interval.upper)),
  };
}
