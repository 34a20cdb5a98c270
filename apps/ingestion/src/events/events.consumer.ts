import { Controller, Inject } from '@nestjs/common';
import { eventsTopic } from '@pitwall/contracts';
import { BatchHandler, type MessageBatch, type Outcome } from '@pitwall/messaging';
import { EventIngestors } from './event-ingestors.js';

/** Turns raw events into features, or says of each why it cannot be done. */
@Controller()
export class EventsConsumer {
  constructor(@Inject(EventIngestors) private readonly ingestors: EventIngestors) {}

  @BatchHandler(eventsTopic)
  async ingest(batch: MessageBatch): Promise<readonly Outcome[]> {
    const { ingestor, watermark } = await this.ingestors.forBatch(batch);
    return batch.messages.map((message) => ingestor.ingest(message, watermark));
  }
}
