import { defaultSource, derivedEventId, type FeaturesMessage } from '@pitwall/contracts';
import {
  type Envelope,
  headerIdentity,
  identityHint,
  isDead,
  isUsable,
  lacksId,
  readEnvelope,
  type RecordContent,
  statedEntity,
  statedId,
} from '@pitwall/envelope';
import { type Dead, dead, done, type Message, type Outcome, type RecordTrace } from '@pitwall/messaging';
import { compileEventPath, type EventPath, type PipelineDefinition, type PreparedEvent } from '@pitwall/pipeline';
import { ATTR } from '@pitwall/telemetry';
import { featuresRecord } from './features-record.js';
import type { PartitionWatermark } from './watermarks.js';

const DERIVED_TOO_LARGE = 'The features message would be larger than 1 MiB.';

/** An event that could be read. */
export interface ReadEvent {
  readonly envelope: Envelope;
  readonly event: PreparedEvent;
}

/** What is done for whoever takes events from their producers. */
export interface ReadOptions {
  /** Gives an id to an event that has none. Absent: that is for the record's position to do, see {@link derivedEventId}. */
  readonly giveId?: () => string;
}

/** Makes features of one pipeline's raw events, one record at a time; pure but for the watermark. */
export class EventIngestor {
  private readonly prepare: EventPath;

  constructor(
    readonly definition: PipelineDefinition,
    private readonly clusterId: string,
  ) {
    this.prepare = compileEventPath(definition);
  }

  /** What becomes of one raw record. Never throws for what is in it. */
  ingest(message: Message, watermark: PartitionWatermark): Outcome {
    const read = this.read(message.record);
    if (isDead(read)) return read;
    const { envelope, event } = read;
    const features = this.featuresOf(event, envelope, { message, watermark });
    nameEvent(message.trace, features);
    const record = featuresRecord(features, message, this.definition);
    if (record === null) return dead({ reason: 'derived_too_large', message: DERIVED_TOO_LARGE, identity: features });
    return done(record);
  }

  /** Reads, checks and cleans what a record holds, wherever it stands; the same for a record that is yet to be published. */
  read(content: RecordContent, { giveId }: ReadOptions = {}): ReadEvent | Dead {
    const envelope = readEnvelope(content, { isIdRequired: giveId === undefined });
    if (isDead(envelope)) return { ...envelope, identity: envelope.identity ?? headerIdentity(content.headers) };
    const refusal = this.refusalOf(envelope);
    if (refusal !== null) return refusal;
    const given = giveId !== undefined && lacksId(envelope, this.definition.event) ? giveId() : undefined;
    const event = this.prepare(envelope.data, {
      id: given ?? statedId(envelope, this.definition.event),
      time: envelope.time ?? undefined,
      entity: statedEntity(envelope, this.definition.event),
    });
    if (!event.isPrepared) return dead({ ...event, identity: identityHint(envelope, this.definition) });
    return { envelope, event };
  }

  /** What only the envelope can have wrong. */
  private refusalOf(envelope: Envelope): Dead | null {
    const { type } = this.definition.event;
    if (envelope.type !== null && envelope.type !== type) {
      const message = `The event's type is ${JSON.stringify(envelope.type.slice(0, 100))}, expected ${JSON.stringify(type)}.`;
      return dead({ reason: 'unsupported_type', message, identity: identityHint(envelope, this.definition) });
    }
    if (envelope.source !== null && !isUsable(envelope.source)) {
      return dead({ reason: 'invalid_id', message: "The event's source has more than 512 bytes, or holds NUL." });
    }
    return null;
  }

  private featuresOf(
    event: PreparedEvent,
    envelope: Envelope,
    at: { readonly message: Message; readonly watermark: PartitionWatermark },
  ): FeaturesMessage {
    const { origin, record } = at.message;
    return {
      pipeline: this.definition.name,
      source: envelope.source ?? defaultSource(this.definition.name),
      id: event.id ?? derivedEventId(this.clusterId, origin),
      entity: event.entity,
      eventTime: new Date(event.eventTimeMs).toISOString(),
      ...at.watermark.observe(event.eventTimeMs, record.appendedAt),
      definitionVersion: this.definition.version,
      features: event.features,
      notes: event.notes as FeaturesMessage['notes'],
    };
  }
}

/** The transport reads headers only: it cannot know the name of an event that gives it in its value, or gives none. */
function nameEvent(trace: RecordTrace, { id, source }: FeaturesMessage): void {
  if (!trace.sampled) return;
  trace.setAttribute(ATTR.eventId, id);
  trace.setAttribute(ATTR.eventSource, source);
}
