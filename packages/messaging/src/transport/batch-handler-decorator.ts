import { applyDecorators, type ArgumentsHost, Catch, type RpcExceptionFilter, UseFilters } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { PitwallError, type TopicSpec } from '@pitwall/contracts';
import { type Observable, throwError } from 'rxjs';
import type { BatchHandlerMethod } from '../batch-handler.js';

/** The transport that calls these handlers; others of the same application leave them alone. */
export const BATCH_TRANSPORT = Symbol('pitwall.batch-transport');

/** What the decorator says to the transport. */
export interface BatchHandlerExtras {
  readonly topic: TopicSpec;
  readonly concurrency: number;
  readonly storesProgress: boolean;
}

/** How a handler is called. */
export interface BatchHandlerOptions {
  /** Partitions handled side by side, 3 unless told: while one waits for an acknowledgement, others compute. */
  readonly concurrency?: number;
  /**
   * The handler stores `batch.nextOffset` with what it does, and must never know less than is committed. Where that moves
   * without it, because a record has failed or was given up, it is called with no messages. False unless told.
   */
  readonly storesProgress?: boolean;
}

const DEFAULT_CONCURRENCY = 6;

/** Nest's own filter answers "Internal server error" to everything; the transport has to see the error itself. */
@Catch()
class PassErrorOn implements RpcExceptionFilter {
  catch(error: unknown, _host: ArgumentsHost): Observable<never> {
    return throwError(() => error);
  }
}

/**
 * Makes a method of a controller the handler of a topic's batches: it is given a {@link MessageBatch} and returns one outcome
 * per message. Guards, interceptors and pipes work as on any message handler, once per batch; of exception filters only
 * those on the method itself, above this one. One handler per topic and service.
 *
 * @example
 * \@BatchHandler(featuresTopic)
 * score({ pipeline, messages }: MessageBatch): Promise<readonly Outcome[]> { … }
 */
export function BatchHandler(topic: TopicSpec, options: BatchHandlerOptions = {}) {
  const concurrency = options.concurrency ?? DEFAULT_CONCURRENCY;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new PitwallError(
      `Got a concurrency of ${concurrency} for ${topic.kind}, expected a whole number from 1 on.`,
      {
        code: 'invalid_batch_handler',
      },
    );
  }
  const extras: BatchHandlerExtras = { topic, concurrency, storesProgress: options.storesProgress ?? false };
  const decorate = applyDecorators(
    MessagePattern(topic.kind, BATCH_TRANSPORT, { ...extras }),
    UseFilters(new PassErrorOn()),
  );
  return (target: object, key: string | symbol, method: TypedPropertyDescriptor<BatchHandlerMethod>): void => {
    decorate(target, key, method);
  };
}
