import { Inject, Injectable } from '@nestjs/common';
import type { MessageBatch, MessagingClient } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { MESSAGING, PIPELINES } from '@pitwall/runtime';
import { EventIngestor } from './event-ingestor.js';
import { Watermarks, type PartitionWatermark } from './watermarks.js';

/** The ingestors of all pipelines of this service, made at the first batch: ids that are derived need the cluster's id. */
@Injectable()
export class EventIngestors {
  private readonly watermarks = new Watermarks();
  private byPipeline: Promise<ReadonlyMap<string, EventIngestor>> | null = null;

  constructor(
    @Inject(PIPELINES) private readonly pipelines: readonly PipelineDefinition[],
    @Inject(MESSAGING) private readonly messaging: MessagingClient,
  ) {}

  /** The ingestor of a batch's pipeline, and the watermark of its partition. */
  async forBatch({
    pipeline,
    batch,
  }: MessageBatch): Promise<{ ingestor: EventIngestor; watermark: PartitionWatermark }> {
    const ingestor = (await this.of(pipeline)) as EventIngestor;
    return { ingestor, watermark: this.watermarks.of(batch, ingestor.definition.event) };
  }

  /** The ingestor of a pipeline; undefined where this service has no such pipeline. */
  async of(pipeline: string): Promise<EventIngestor | undefined> {
    this.byPipeline ??= this.compile();
    const ingestors = await this.byPipeline.catch((error: unknown) => {
      this.byPipeline = null;
      throw error;
    });
    return ingestors.get(pipeline);
  }

  private async compile(): Promise<ReadonlyMap<string, EventIngestor>> {
    const admin = await this.messaging.admin();
    try {
      const clusterId = await admin.clusterId();
      return new Map(this.pipelines.map((definition) => [definition.name, new EventIngestor(definition, clusterId)]));
    } finally {
      await admin.close();
    }
  }
}
