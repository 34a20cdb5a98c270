import { Controller, Inject } from '@nestjs/common';
import {
  deadLetterSchema,
  deadLettersTopic,
  HEADER,
  predictionMessageSchema,
  predictionsTopic,
  resultMessageSchema,
  resultsTopic,
  type TopicSpec,
} from '@pitwall/contracts';
import { BatchHandler, DONE, type Message, type MessageBatch, type Outcome } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { PIPELINES } from '@pitwall/runtime';
import type { Countable, CountedKind } from './countable.js';
import { countableDeadLetter, countablePrediction, countableResult } from './countables.js';
import { CountingService } from './counting.service.js';
import { UnreadableRecords } from './unreadable-records.js';

/** Counts what the other services publish. A record that cannot be read is counted as unreadable and harms no other. */
@Controller()
export class WindowsConsumer {
  constructor(
    @Inject(PIPELINES) private readonly pipelines: readonly PipelineDefinition[],
    private readonly counting: CountingService,
    private readonly unreadable: UnreadableRecords,
  ) {}

  @BatchHandler(predictionsTopic)
  async countPredictions(batch: MessageBatch): Promise<readonly Outcome[]> {
    const { features } = this.pipelineOf(batch);
    return this.count(batch, { kind: 'prediction', topic: predictionsTopic }, (message) => {
      const prediction = this.unreadable.parse(predictionMessageSchema, message.record);
      return prediction && countablePrediction(prediction, features);
    });
  }

  @BatchHandler(resultsTopic)
  async countResults(batch: MessageBatch): Promise<readonly Outcome[]> {
    return this.count(batch, { kind: 'result', topic: resultsTopic }, (message) => {
      const result = this.unreadable.parse(resultMessageSchema, message.record);
      return result && countableResult(result, { origin: message.origin, appendedAt: message.record.appendedAt });
    });
  }

  @BatchHandler(deadLettersTopic)
  async countDeadLetters(batch: MessageBatch): Promise<readonly Outcome[]> {
    return this.count(batch, { kind: 'dead-letter', topic: deadLettersTopic }, (message) => {
      const letter = this.unreadable.parseHeader(deadLetterSchema, message.record, HEADER.deadLetter);
      return letter && countableDeadLetter(letter);
    });
  }

  private async count(
    batch: MessageBatch,
    input: { readonly kind: CountedKind; readonly topic: TopicSpec },
    read: (message: Message) => Countable | null,
  ): Promise<readonly Outcome[]> {
    await this.counting.count({
      owner: { pipeline: batch.pipeline, kind: input.kind, partition: batch.batch.partition },
      group: `pitwall.monitoring.${input.topic.kind}.${batch.pipeline}`,
      windowMs: this.pipelineOf(batch).monitoring.windowMs,
      batch: batch.batch,
      countables: batch.messages.map(read).filter((countable) => countable !== null),
    });
    return batch.messages.map(() => DONE);
  }

  private pipelineOf(batch: MessageBatch): PipelineDefinition {
    return this.pipelines.find((pipeline) => pipeline.name === batch.pipeline) as PipelineDefinition;
  }
}
