import { Controller } from '@nestjs/common';
import {
  deadLetterSchema,
  deadLettersTopic,
  HEADER,
  predictionMessageSchema,
  predictionsTopic,
  resultMessageSchema,
  resultsTopic,
} from '@pitwall/contracts';
import { BatchHandler, type MessageBatch, type Outcome } from '@pitwall/messaging';
import { BatchCounter } from './batch-counter.js';
import { countableDeadLetter, countablePrediction, countableResult } from './countables.js';
import { latenciesOfPrediction, latenciesOfResult } from './latencies.js';
import { UnreadableRecords } from './unreadable-records.js';

/** Counts what the other services publish. A record that cannot be read is counted as unreadable and harms no other. */
@Controller()
export class WindowsConsumer {
  constructor(
    private readonly counter: BatchCounter,
    private readonly unreadable: UnreadableRecords,
  ) {}

  @BatchHandler(predictionsTopic)
  async countPredictions(batch: MessageBatch): Promise<readonly Outcome[]> {
    const { features } = this.counter.pipelineOf(batch);
    return this.counter.count(batch, {
      kind: 'prediction',
      topic: predictionsTopic,
      read: (message) => {
        const prediction = this.unreadable.parse(predictionMessageSchema, message.record);
        return prediction && countablePrediction(prediction, features, latenciesOfPrediction(message));
      },
    });
  }

  @BatchHandler(resultsTopic)
  async countResults(batch: MessageBatch): Promise<readonly Outcome[]> {
    return this.counter.count(batch, {
      kind: 'result',
      topic: resultsTopic,
      read: (message) => {
        const result = this.unreadable.parse(resultMessageSchema, message.record);
        return result && countableResult(result, latenciesOfResult(message));
      },
    });
  }

  @BatchHandler(deadLettersTopic)
  async countDeadLetters(batch: MessageBatch): Promise<readonly Outcome[]> {
    return this.counter.count(batch, {
      kind: 'dead-letter',
      topic: deadLettersTopic,
      read: ({ record }) => {
        const letter = this.unreadable.parseHeader(deadLetterSchema, record, HEADER.deadLetter);
        return letter && countableDeadLetter(letter);
      },
    });
  }
}
