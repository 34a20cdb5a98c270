import { Controller } from '@nestjs/common';
import { featuresTopic } from '@pitwall/contracts';
import { BatchHandler, type MessageBatch, type Outcome } from '@pitwall/messaging';
import { ChampionsService } from '../deployments/champions.service.js';
import { PredictionWriter } from './prediction-record.js';
import { scoreMessages } from './score-batch.js';
import { recordRun } from './scoring-metrics.js';

/** Features in, scored by the pipeline's champion, predictions out. */
@Controller()
export class FeaturesConsumer {
  constructor(private readonly champions: ChampionsService) {}

  /**
   * Keeps nothing: the transport sends what is returned, then commits. A batch that comes again gets the same scores. Throws
   * where no healthy model answers, so that the batch comes again later.
   */
  @BatchHandler(featuresTopic)
  async score({ pipeline, messages, heartbeat }: MessageBatch): Promise<readonly Outcome[]> {
    const lease = await this.champions.acquire(pipeline, heartbeat);
    try {
      const { champion } = lease;
      return await scoreMessages(messages, {
        pipeline,
        champion,
        writer: new PredictionWriter(pipeline, champion.model),
        heartbeat,
        ran: (rows, answer) => recordRun(pipeline, rows, answer),
      });
    } finally {
      lease.release();
    }
  }
}
