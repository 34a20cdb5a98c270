import { Inject, Injectable } from '@nestjs/common';
import type { TopicSpec } from '@pitwall/contracts';
import { DONE, type Message, type MessageBatch, type Outcome } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { PIPELINES } from '@pitwall/runtime';
import type { Countable, CountedKind } from './countable.js';
import { CountingService, type CountingInput } from './counting.service.js';

/** What is counted of a topic. */
export interface CountedTopic {
  readonly kind: CountedKind;
  readonly topic: TopicSpec;
  /** The record as it is counted; null where it cannot be read. */
  readonly read: (message: Message) => Countable | null;
  readonly settle?: NonNullable<CountingInput['settle']>;
}

/** Counts the batches of one topic: what all consumers of monitoring have in common. */
@Injectable()
export class BatchCounter {
  constructor(
    @Inject(PIPELINES) private readonly pipelines: readonly PipelineDefinition[],
    private readonly counting: CountingService,
  ) {}

  async count(batch: MessageBatch, counted: CountedTopic): Promise<readonly Outcome[]> {
    const { kind, topic, read, ...rest } = counted;
    const { monitoring, event } = this.pipelineOf(batch);
    await this.counting.count({
      owner: { pipeline: batch.pipeline, kind, partition: batch.batch.partition },
      group: `pitwall.monitoring.${topic.kind}.${batch.pipeline}`,
      windowMs: monitoring.windowMs,
      replayedHistory: event.replayedHistory,
      batch: batch.batch,
      countables: batch.messages.map(read).filter((countable) => countable !== null),
      ...rest,
    });
    return batch.messages.map(() => DONE);
  }

  pipelineOf(batch: MessageBatch): PipelineDefinition {
    return this.pipelines.find((pipeline) => pipeline.name === batch.pipeline) as PipelineDefinition;
  }
}
