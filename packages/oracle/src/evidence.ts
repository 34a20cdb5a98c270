import { createHash } from 'node:crypto';
import {
  contentDigest,
  deadLetterSchema,
  deadLettersTopic,
  defaultSource,
  eventsTopic,
  HEADER,
  parseOrigin,
  resultMessageSchema,
  resultsTopic,
} from '@pitwall/contracts';
import type { Header, InboundRecord, MessagingClient } from '@pitwall/messaging';
import { readToEnd } from './read-to-end.js';

/** `<partition>:<offset>` on the events topic. */
export type Position = string;

/** `<source>\n<id>`: sources and ids may hold any other character. */
export type IdentityKey = string;

/** A record that stands on the events topic. */
export interface RawEvidence {
  readonly position: Position;
  /** Null where the record does not say one that can be read. */
  readonly identity: IdentityKey | null;
  readonly digest: string;
  readonly appendedAt: number;
}

/** All copies of one result on the results topic. */
export interface ResultEvidence {
  readonly identity: IdentityKey;
  readonly traceId: string;
  readonly isSampled: boolean;
  /** From append of the raw record to append of the first copy. */
  readonly latencyMs: number;
  readonly appendedAt: number;
  readonly digest: string;
  copies: number;
  /** Some copy has other bytes than the first. */
  isTorn: boolean;
}

/** One dead letter; written twice it is one. */
export interface DeadLetterEvidence {
  readonly position: Position;
  readonly reason: string;
  readonly appendedAt: number;
}

/** Everything that the topics say. */
export interface TopicEvidence {
  readonly raw: readonly RawEvidence[];
  readonly results: ReadonlyMap<string, ResultEvidence>;
  readonly deadLetters: ReadonlyMap<string, DeadLetterEvidence>;
}

/** Reads the events, results and dead-letters topics of a pipeline from start to end. */
export async function gatherEvidence(client: MessagingClient, pipeline: string): Promise<TopicEvidence> {
  const raw: RawEvidence[] = [];
  const results = new Map<string, ResultEvidence>();
  const deadLetters = new Map<string, DeadLetterEvidence>();
  const readers: Readonly<Record<string, (record: InboundRecord) => void>> = {
    [eventsTopic.name(pipeline)]: (record) => raw.push(rawOf(record, defaultSource(pipeline))),
    [resultsTopic.name(pipeline)]: (record) => addResult(results, record),
    [deadLettersTopic.name(pipeline)]: (record) => addDeadLetter(deadLetters, record),
  };
  const admin = await client.admin();
  try {
    const onRecord = (record: InboundRecord): void => readers[record.topic]?.(record);
    await readToEnd({ client, admin, topics: Object.keys(readers), onRecord });
  } finally {
    await admin.close();
  }
  return { raw, results, deadLetters };
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function textOf(headers: readonly Header[], name: string): string | null {
  const value = headers.find((header) => header.name === name)?.value;
  if (value == null) return null;
  try {
    return UTF8.decode(value);
  } catch {
    // Not UTF-8: it says nothing that can be read, and ingestion has to say so too.
    return null;
  }
}

/** The key of an identity. */
export function identityKey(source: string, id: string): IdentityKey {
  return `${source}\n${id}`;
}

function rawOf(record: InboundRecord, fallbackSource: string): RawEvidence {
  const id = textOf(record.headers, HEADER.ceId);
  return {
    position: `${record.partition}:${record.offset}`,
    identity: id === null ? null : identityKey(textOf(record.headers, HEADER.ceSource) ?? fallbackSource, id),
    digest: contentDigest(record.key, record.value),
    appendedAt: record.appendedAt,
  };
}

function addResult(results: Map<string, ResultEvidence>, record: InboundRecord): void {
  const result = resultMessageSchema.parse(JSON.parse(String(record.value)));
  const digest = publishedDigest(record);
  const first = results.get(result.resultId);
  if (first !== undefined) {
    first.copies += 1;
    first.isTorn ||= first.digest !== digest;
    return;
  }
  const origin = parseOrigin(String(textOf(record.headers, HEADER.origin)));
  results.set(result.resultId, {
    identity: identityKey(result.event.source, result.event.id),
    traceId: result.traceId,
    // W3C trace context: the last bit of the flags.
    isSampled: (Number.parseInt(textOf(record.headers, HEADER.traceparent)?.slice(-2) ?? '0', 16) & 1) === 1,
    latencyMs: record.appendedAt - origin.appendedAt,
    appendedAt: record.appendedAt,
    digest,
    copies: 1,
    isTorn: false,
  });
}

/** Over everything that must be the same in every copy: key, value, every header in its order. */
function publishedDigest({ key, value, headers }: InboundRecord): string {
  const hash = createHash('sha256').update(contentDigest(key, value));
  for (const { name, value: bytes } of headers) {
    hash.update(`\n${name} ${bytes?.length ?? -1} `).update(bytes ?? '');
  }
  return hash.digest('hex');
}

function addDeadLetter(deadLetters: Map<string, DeadLetterEvidence>, record: InboundRecord): void {
  const header = record.headers.findLast(({ name }) => name === HEADER.deadLetter)?.value;
  const { deadLetterId, origin, reason } = deadLetterSchema.parse(JSON.parse(String(header)));
  if (deadLetters.has(deadLetterId)) return;
  const position = `${origin.partition}:${origin.offset}`;
  deadLetters.set(deadLetterId, { position, reason, appendedAt: record.appendedAt });
}
