import type { Breaker } from '../delivery/breaker.js';
import type { RecordBudget } from '../delivery/record-budget.js';
import type { TokenBucket } from '../delivery/token-bucket.js';
import type { RecordBatch } from '../port.js';
import type { Timers } from '../timers.js';
import type { BatchWork, Heartbeat } from './batch-work.js';
import type { Seclusion } from './seclusion.js';

/** What the lanes of one subscription share. */
export interface LaneContext {
  readonly work: BatchWork;
  readonly timers: Timers;
  readonly breaker: Breaker;
  /** Of records that are kept to be tried again. */
  readonly budget: RecordBudget;
  /** Of dead letters, of all subscriptions of the pipeline. */
  readonly deadLetters: TokenBucket;
  /** Of all lanes of the process: beside a record that may kill it nothing is handled, or nobody could say which it was. */
  readonly seclusion: Seclusion;
  /** Records that were processed so far: the proof that something works. */
  processed: number;
}

/** What is done in one turn, and on which occasion. */
export interface Step {
  /** The batch that was handed over last: it says where records of this lane stand. */
  readonly batch: RecordBatch;
  readonly heartbeat: Heartbeat;
}
