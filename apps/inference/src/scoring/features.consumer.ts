import { Controller } from '@nestjs/common';
import { featuresTopic } from '@pitwall/contracts';
import { BatchHandler, type MessageBatch, type Outcome } from '@pitwall/messaging';
import { ChampionsService } from '../deployments/champions.service.js';
import type { FallbackSwitch } from '../fallback/fallback-switch.js';
import { FallbackService } from '../fallback/fallback.service.js';
import { fallBack } from './fall-back.js';
import { PredictionWriter } from './prediction-record.js';
import { scoreMessages } from './score-batch.js';
import { recordFallback, recordRun } from './scoring-metrics.js';
import { tellingBreaker } from './telling-breaker.js';

/** Features in, scored by the pipeline's champion, predictions out. */
@Controller()
export class FeaturesConsumer {
  constructor(
    private readonly champions: ChampionsService,
    private readonly fallbacks: FallbackService,
  ) {}

  /**
   * Keeps nothing: the transport sends what is returned, then commits. A batch that comes again gets the same scores. Where no
   * healthy model answers it throws, so that the batch comes again later, or once that has lasted as long as the definition
   * says, has the declared fallback decision taken.
   */
  @BatchHandler(featuresTopic)
  async score(batch: MessageBatch): Promise<readonly Outcome[]> {
    const { pipeline, messages } = batch;
    const fallback = this.fallbacks.of(pipeline);
    return fallback.choose(
      () => this.scoreByModel(batch, fallback),
      ({ code }) => {
        const outcomes = fallBack(messages, { pipeline, why: code });
        recordFallback(pipeline, code, outcomes);
        return outcomes;
      },
    );
  }

  private async scoreByModel(batch: MessageBatch, fallback: FallbackSwitch): Promise<readonly Outcome[]> {
    const { pipeline, messages } = batch;
    const heartbeat = (): Promise<void> => {
      fallback.giveUpIfDue();
      return batch.heartbeat();
    };
    const lease = await this.champions.acquire(pipeline, heartbeat);
    try {
      const { champion } = lease;
      return await scoreMessages(messages, {
        pipeline,
        champion,
        writer: new PredictionWriter(pipeline, champion.model),
        breaker: tellingBreaker(champion.breaker, (rows) => fallback.record(rows)),
        heartbeat,
        ran: (rows, answer) => recordRun(pipeline, rows, answer),
      });
    } finally {
      lease.release();
    }
  }
}
