import {
  type Attributes,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
} from '@opentelemetry/api';
import { contentDigest, HEADER, LIMITS, type Origin } from '@pitwall/contracts';
import {
  ATTR,
  formatTraceparent,
  isMarkedSampled,
  newTraceContext,
  parseTraceparent,
  startRemoteSpan,
  type TraceContext,
  traceContextOf,
  traceparentOf,
} from '@pitwall/telemetry';
import type { Dead, Message, RecordTrace } from '../batch-handler.js';
import { decodeText, headerOf } from '../headers.js';
import type { InboundRecord } from '../port.js';
import { rawOriginOf, redrivenFrom, statedOrigin } from '../raw-origin.js';
import { redriveAttemptOf } from '../redrive-attempt.js';

/** What the messages of one batch have in common. */
export interface BatchScope {
  /** What producers write: such records are their own origin, but for those that a redrive or a replay has put there. */
  readonly isRaw: boolean;
  /** `ce_id` and `ce_source` are those of the event, so that its trace can be found by them. */
  readonly isAboutEvent: boolean;
  readonly topic: string;
  readonly partition: number;
  readonly groupId: string;
  readonly pipeline: string;
}

const TRACER = '@pitwall/messaging';
const TRACEPARENT_LENGTH = 55;
/** Longer ones are dropped, as W3C Trace Context allows from 512 characters on. */
const MAX_TRACESTATE_BYTES = 4_096;

/** Shared: most messages have none. */
const NO_SPANS: readonly Span[] = [];

/** One record of a batch, its trace and its origin: one object for all three, and no span where the trace is not sampled. */
export class TracedMessage implements Message, RecordTrace {
  readonly sampled: boolean;
  private readonly span: Span | null;
  private context: TraceContext | null = null;
  private sends: readonly Span[] = NO_SPANS;
  private readOrigin: Origin | null = null;

  constructor(
    readonly record: InboundRecord,
    private readonly scope: BatchScope,
  ) {
    this.span = this.begin();
    this.sampled = this.span !== null;
  }

  get trace(): RecordTrace {
    return this;
  }

  get origin(): Origin {
    this.readOrigin ??= this.findOrigin();
    return this.readOrigin;
  }

  get redriveAttempt(): number {
    const attempt = redriveAttemptOf(this.record.headers);
    return attempt > 0 && this.scope.isRaw && redrivenFrom(this.record) === null ? 0 : attempt;
  }

  get traceId(): string {
    return this.known().traceId;
  }

  get tracestate(): string | null {
    const value = headerOf(this.record.headers, HEADER.tracestate) ?? null;
    return value === null || value.length > MAX_TRACESTATE_BYTES ? null : decodeText(value);
  }

  /** The span `process <topic>`; null where the trace is not sampled. */
  get processSpan(): Span | null {
    return this.span;
  }

  /** Ends the spans of this record. */
  end(finish: (span: Span) => void): void {
    if (this.span === null) return;
    this.sends.forEach(finish);
    finish(this.span);
  }

  send(topic: string): string {
    if (this.span === null) return this.passedOn();
    const span = trace.getTracer(TRACER).startSpan(
      `send ${topic}`,
      {
        kind: SpanKind.PRODUCER,
        attributes: {
          [ATTR.messagingSystem]: 'kafka',
          [ATTR.operationName]: 'send',
          [ATTR.operationType]: 'send',
          [ATTR.topic]: topic,
          [ATTR.partition]: String(this.scope.partition),
        },
      },
      trace.setSpan(ROOT_CONTEXT, this.span),
    );
    this.sends = [...this.sends, span];
    return traceparentOf(span);
  }

  abandonSends(): void {
    this.sends = NO_SPANS;
  }

  linkTo({ traceId, spanId, sampled }: TraceContext): void {
    const traceFlags = sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
    this.span?.addLink({ context: { traceId, spanId, traceFlags, isRemote: true } });
  }

  setAttribute(name: string, value: string | number | boolean): void {
    this.span?.setAttribute(name, value);
  }

  /** Nothing is sent for it now: it comes again. */
  putOff(message: string): void {
    this.abandonSends();
    this.span?.setStatus({ code: SpanStatusCode.ERROR, message });
  }

  /** A dead letter is always seen: where the trace is not sampled, this leaves one span with its trace id. */
  markDead({ reason, message, identity }: Dead): void {
    const span =
      this.span ??
      startRemoteSpan(
        trace.getTracer(TRACER),
        { ...this.known(), sampled: true },
        { name: `process ${this.scope.topic}`, kind: SpanKind.CONSUMER, attributes: this.attributes() },
      );
    span.setAttribute(ATTR.deadLetterReason, reason);
    if (identity !== null) span.setAttributes({ [ATTR.eventId]: identity.id, [ATTR.eventSource]: identity.source });
    span.setStatus({ code: SpanStatusCode.ERROR, message });
    if (this.span === null) span.end();
  }

  /** Starts `process <topic>` where the incoming context is sampled, or where there is none and the sampler says yes. */
  private begin(): Span | null {
    const header = headerOf(this.record.headers, HEADER.traceparent) ?? null;
    // The flag decides; whether the rest is well-formed is looked at when it is needed.
    if (header?.length === TRACEPARENT_LENGTH && !isMarkedSampled(header)) return null;
    const parent = header === null ? null : parseTraceparent(header);
    if (parent === null) return this.beginRoot();
    this.context = parent;
    return parent.sampled ? this.recording(startRemoteSpan(trace.getTracer(TRACER), parent, this.spanOptions())) : null;
  }

  private beginRoot(): Span | null {
    const options = { kind: SpanKind.CONSUMER, root: true };
    const span = trace.getTracer(TRACER).startSpan(`process ${this.scope.topic}`, options);
    // Only now: most of them are not recorded, and their attributes would be made for nothing.
    if (span.isRecording()) span.setAttributes(this.attributes());
    return this.recording(span);
  }

  /** Null for a span that is not recorded; its trace id is kept, unless tracing is off altogether. */
  private recording(span: Span): Span | null {
    const context = span.spanContext();
    if (trace.isSpanContextValid(context)) this.context = traceContextOf(context);
    return span.isRecording() ? span : null;
  }

  private spanOptions() {
    return { name: `process ${this.scope.topic}`, kind: SpanKind.CONSUMER, attributes: this.attributes() };
  }

  private attributes(): Attributes {
    const { record, scope } = this;
    return {
      [ATTR.messagingSystem]: 'kafka',
      [ATTR.operationName]: 'process',
      [ATTR.operationType]: 'process',
      [ATTR.topic]: scope.topic,
      [ATTR.partition]: String(scope.partition),
      [ATTR.offset]: record.offset,
      [ATTR.consumerGroup]: scope.groupId,
      [ATTR.pipeline]: scope.pipeline,
      ...(record.key === null ? {} : { [ATTR.messageKey]: record.key.toString('utf8') }),
      ...(scope.isAboutEvent ? eventAttributes(record) : {}),
    };
  }

  /** An unsampled context as it came: nothing is taken apart that is only put together again. */
  private passedOn(): string {
    const header = this.context === null ? headerOf(this.record.headers, HEADER.traceparent) : null;
    if (header !== null && header !== undefined && isPlainTraceparent(header)) return header.toString('latin1');
    return formatTraceparent(this.known());
  }

  private known(): TraceContext {
    if (this.context !== null) return this.context;
    const header = headerOf(this.record.headers, HEADER.traceparent) ?? null;
    this.context = (header === null ? null : parseTraceparent(header)) ?? newTraceContext({ sampled: false });
    return this.context;
  }

  /** A record of an internal topic that lacks the header, or has a broken one, is its own origin as well. */
  private findOrigin(): Origin {
    const { record } = this;
    if (this.scope.isRaw) return rawOriginOf(record);
    const { topic, partition, offset, appendedAt, key, value } = record;
    return statedOrigin(record.headers) ?? { topic, partition, offset, appendedAt, digest: contentDigest(key, value) };
  }
}

/** Absent where the event says so in its value only: then its handler knows better. */
function eventAttributes({ headers }: InboundRecord): Attributes {
  const id = headerText(headers, HEADER.ceId);
  const source = headerText(headers, HEADER.ceSource);
  return { ...(id === null ? {} : { [ATTR.eventId]: id }), ...(source === null ? {} : { [ATTR.eventSource]: source }) };
}

function headerText(headers: InboundRecord['headers'], name: string): string | null {
  const value = headerOf(headers, name);
  if (value === null || value === undefined || value.length > LIMITS.maxIdBytes) return null;
  return decodeText(value);
}

const DASH = 0x2d;
const ZERO = 0x30;
const DASHES: ReadonlySet<number> = new Set([2, 35, 52]);

/** Version 00 and well-formed (W3C Trace Context); decided on the bytes, since every unsampled record asks. */
function isPlainTraceparent(header: Buffer): boolean {
  if (header.length !== TRACEPARENT_LENGTH || header[0] !== ZERO || header[1] !== ZERO) return false;
  for (let at = 2; at < TRACEPARENT_LENGTH; at += 1) {
    const byte = header[at] as number;
    if (DASHES.has(at) ? byte !== DASH : !isHexDigit(byte)) return false;
  }
  return !isAllZero(header, 3, 35) && !isAllZero(header, 36, 52);
}

function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66);
}

function isAllZero(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (bytes[at] !== ZERO) return false;
  return true;
}
