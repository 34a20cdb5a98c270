/** One metric of Pitwall. */
export interface MetricSpec {
  /** OpenTelemetry name; `/metrics` shows it with underscores, counters with `_total`. */
  readonly name: string;
  readonly kind: 'counter' | 'histogram' | 'gauge';
  /** UCUM unit: `s`, `By`, `1`, or a count in braces. */
  readonly unit: string;
  readonly description: string;
  /** Upper bounds of the buckets of a histogram, in `unit`. */
  readonly buckets?: readonly number[];
}
