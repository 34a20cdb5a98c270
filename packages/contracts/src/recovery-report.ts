import { z } from 'zod';

const count = z.int().min(0);
const offset = z.int().min(0);

/** One partition of a group that keeps its progress in PostgreSQL. */
export const recoveryPartitionSchema = z.object({
  partition: z.int().min(0),
  /** Next offset as the database knows it; null where it knows nothing of the partition. */
  storedOffset: offset.nullable(),
  /** Next offset as the group has committed it; null where it never did. */
  committedOffset: offset.nullable(),
  /** First offset that the log still holds. */
  logStartOffset: offset,
  /** Offset after the last record. */
  endOffset: offset,
  /** Where the group is to read on; null where it stays. */
  rewindTo: offset.nullable(),
  /** Records below the committed offset that are to be read again. */
  again: count,
  /** Records that would have to be read again and that the log does not hold any more. */
  gone: count,
});

/** A group and its topic. */
export const recoveryGroupSchema = z.object({
  group: z.string(),
  pipeline: z.string(),
  topic: z.string(),
  /** Consumers that are in it: it can only be moved with 0. */
  members: count,
  partitions: z.array(recoveryPartitionSchema),
});

/** Rows that were published and are not in the database. */
export const recoveryImportSchema = z.object({
  pipeline: z.string(),
  /** What the rows are, e.g. `decisions`. */
  what: z.string(),
  rows: count,
});

/** What recovering a service after its database was restored to an earlier time means, and whether it was done. */
export const recoveryReportSchema = z.object({
  service: z.string(),
  isApplied: z.boolean(),
  groups: z.array(recoveryGroupSchema),
  imports: z.array(recoveryImportSchema),
  /** Why it cannot be applied, each a sentence or two for a person. */
  problems: z.array(z.string()),
});

export type RecoveryPartition = z.infer<typeof recoveryPartitionSchema>;
export type RecoveryGroup = z.infer<typeof recoveryGroupSchema>;
export type RecoveryImport = z.infer<typeof recoveryImportSchema>;
export type RecoveryReport = z.infer<typeof recoveryReportSchema>;
