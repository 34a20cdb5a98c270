/** Places in the services where a fault run may end, stop or fail a process. A new one is a line here and a call. */
export const FAILPOINTS = [
  /** A batch has been read, nothing of it is done. */
  'after_consume',
  /** The model has answered, nothing is sent. */
  'after_infer',
  /** The last look at whether the partition is held is over, the transaction is not begun: only its epoch stands in the way now. */
  'before_pg_transaction',
  /** All of a transaction is done but its commit. */
  'before_pg_commit',
  /** The transaction is committed, nothing is published of it. */
  'after_pg_commit',
  /** What a batch causes is acknowledged by Kafka. */
  'after_produce',
  /** As above, where dead letters are among it. */
  'after_dead_letter',
  /** A redriven record is acknowledged by Kafka, and not yet noted as sent. */
  'after_redrive_send',
  /** Everything is durable but the offsets. */
  'before_offset_commit',
] as const;

/** Name of a failpoint. */
export type Failpoint = (typeof FAILPOINTS)[number];

/**
 * Defects that can be switched on to see that the fault runs find them. Each breaks the promise of the event path in one
 * place; a run that passes with one of them on proves nothing.
 */
export const PLANTED_BUGS = [
  /** Offsets are committed before the batch is handled. */
  'commit_before_write',
  /** Decisions have no unique index. */
  'no_unique_index',
  /** A transaction does not look at the epoch of its claim. */
  'epoch_ignored',
  /** What comes again is decided anew instead of published as it is stored. */
  'redecide_on_redelivery',
  /** Conflicting rows are read by the snapshot of the insert, which does not hold what was committed meanwhile. */
  'read_back_in_same_statement',
  /** A batch that fails as a whole goes to the dead letters. */
  'dead_letters_during_outage',
  /** A label is inserted and joined with its decision in one transaction. */
  'label_join_in_one_transaction',
  /** The Kafka client's idempotent producer is on. */
  'idempotent_producer',
  /** Monitoring counts a record as often as it comes. */
  'monitoring_counts_copies',
] as const;

/** Name of a planted bug. */
export type PlantedBug = (typeof PLANTED_BUGS)[number];
