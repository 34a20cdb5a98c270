import { context, type Link, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { ATTR } from '@pitwall/telemetry';
import type { RecordBatch } from '../port.js';
import { type BatchScope, TracedMessage } from './traced-message.js';

const MAX_LINKS = 128;

/** Opens the messages of a batch: for each sampled one a span, and one for the batch, linked to them, if there is any. */
export class BatchTrace {
  readonly messages: readonly TracedMessage[];
  private readonly receive: Span | null;

  constructor(
    batch: RecordBatch,
    private readonly scope: BatchScope,
  ) {
    this.messages = batch.records.map((record) => new TracedMessage(record, scope));
    this.receive = this.messages.some(({ sampled }) => sampled) ? this.beginReceive() : null;
  }

  /** Runs the handler with the batch's span as the active one, so that what it logs can be found. */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.receive === null) return work();
    return context.with(trace.setSpan(context.active(), this.receive), work);
  }

  /** All that the batch caused is acknowledged. */
  succeeded(): void {
    this.end(null);
  }

  /** The batch comes again. */
  failed(message: string): void {
    this.end({ code: SpanStatusCode.ERROR, message });
  }

  private end(status: { readonly code: SpanStatusCode; readonly message: string } | null): void {
    if (this.receive === null) return;
    const endedAt = performance.timeOrigin + performance.now();
    const finish = (span: Span): void => {
      if (status !== null) span.setStatus(status);
      span.end(endedAt);
    };
    for (const message of this.messages) message.end(finish);
    finish(this.receive);
  }

  private beginReceive(): Span {
    const links: Link[] = [];
    for (const { processSpan } of this.messages) {
      if (processSpan !== null && links.length < MAX_LINKS) links.push({ context: processSpan.spanContext() });
    }
    const { topic, partition, groupId, pipeline } = this.scope;
    return trace.getTracer('@pitwall/messaging').startSpan(`receive ${topic}`, {
      root: true,
      kind: SpanKind.CLIENT,
      links,
      attributes: {
        [ATTR.messagingSystem]: 'kafka',
        [ATTR.operationName]: 'receive',
        [ATTR.operationType]: 'receive',
        [ATTR.topic]: topic,
        [ATTR.partition]: String(partition),
        [ATTR.consumerGroup]: groupId,
        [ATTR.pipeline]: pipeline,
        [ATTR.batchSize]: this.messages.length,
      },
    });
  }
}
