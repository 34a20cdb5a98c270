import type { Latencies } from './latencies.js';
import type { WindowCounts } from './window-counts.js';

/** What is counted: each has topics, a claim and rows of its own, and is merged with the others when read. */
export const COUNTED_KINDS = ['prediction', 'result', 'outcome', 'dead-letter'] as const;
export type CountedKind = (typeof COUNTED_KINDS)[number];

/** What a record changes in the window of its time. */
export interface Change {
  /** When it happened, ms since the epoch: says into which window it falls. */
  readonly time: number;
  /** Adds the record to its window. */
  readonly count: (into: WindowCounts) => void;
}

/** One record as monitoring sees it. */
export interface Countable extends Change {
  /** UUID that is the same for every copy of the record: it is counted once. */
  readonly id: string;
  /** Shown in metrics as well, once what the record changes is durable. */
  readonly latencies: Latencies;
}
