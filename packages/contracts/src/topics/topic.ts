import { z } from 'zod';
import { LIMITS } from '../limits.js';
import { PATTERN } from '../patterns.js';

/** Name of a pipeline: part of topic names, group names and URLs. */
export const pipelineNameSchema = z
  .string()
  .regex(PATTERN.pipelineName, 'expected 1 to 63 characters a-z, 0-9 and "-", beginning with a letter');

/** One topic of Pitwall. `provision` creates topics from these and from nothing else. */
export interface TopicSpec {
  /** What the topic holds; unique, used in group names and metrics. */
  readonly kind: string;
  readonly scope: 'pipeline' | 'platform';
  /** Name of the message contract of its values (of a header, for dead letters); null where the pipeline's own schema says it. */
  readonly message: string | null;
  /** Which service writes it; `producer` is anybody. */
  readonly writtenBy: 'producer' | 'ingestion' | 'inference' | 'results' | 'any service' | 'provision';
  /** The topic's name; `pipeline` is ignored for the scope `platform`. */
  readonly name: (pipeline: string) => string;
  /** What the message key is. */
  readonly key: 'entity' | 'pipeline';
  /** `pipeline`: as many as the definition says, the same for all topics of a pipeline, so that later hops can keep the partition. */
  readonly partitions: 'pipeline' | number;
  readonly cleanup: 'delete' | 'compact';
  /** Milliseconds, counted from the append time; -1 keeps for ever. */
  readonly retentionMs: number;
  /** Bytes per partition; -1 is no limit. */
  readonly retentionBytes: number;
  /** Largest record in bytes, key and headers included. */
  readonly maxMessageBytes: number;
  readonly description: string;
}

const DAY_MS = 86_400_000;

/** How long the topics of the event path are kept: longer than the age of any backup that may be restored. */
export const EVENT_PATH_RETENTION_MS = 14 * DAY_MS;

/** Every topic is stamped by the broker: retention by event time would delete replayed history. */
export const TIMESTAMP_TYPE = 'LogAppendTime';

/**
 * The broker unpacks every batch, whoever wrote it: our client does not read all codecs, and a packed batch of legal size may
 * hold records of any. What Pitwall writes is not packed, and costs the broker nothing.
 */
export const COMPRESSION_TYPE = 'uncompressed';

/** Largest record on a topic that services write, key and headers included: above what they do write. */
export const INTERNAL_RECORD_BYTES = LIMITS.maxDerivedBytes + 64 * 1024;

const GIB = 1024 ** 3;

type PipelineTopic = Pick<TopicSpec, 'kind' | 'description' | 'message' | 'writtenBy'> & Partial<TopicSpec>;

/** A topic of one pipeline with the defaults that all of them share. */
export function pipelineTopic(spec: PipelineTopic): TopicSpec {
  return {
    scope: 'pipeline',
    name: (pipeline) => `${pipeline}.${spec.kind}.v1`,
    key: 'entity',
    partitions: 'pipeline',
    cleanup: 'delete',
    retentionMs: EVENT_PATH_RETENTION_MS,
    retentionBytes: 8 * GIB,
    maxMessageBytes: INTERNAL_RECORD_BYTES,
    ...spec,
  };
}
