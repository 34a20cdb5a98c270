import { Controller } from '@nestjs/common';
import { featuresTopic } from '@pitwall/contracts';
import { BatchHandler, type Message, type MessageBatch, type Outcome } from '@pitwall/messaging';
import { ChampionsService } from '../deployments/champions.service.js';
import type { FallbackSwitch } from '../fallback/fallback-switch.js';
import { FallbackService } from '../fallback/fallback.service.js';
import { EVENT_TOO_OLD, EventAgesService } from './event-ages.service.js';
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
    private readonly ages: EventAgesService,
  ) {}

  /**
   * Keeps nothing: the transport sends what is returned, then commits. A batch that comes again gets the same scores, unless
   * events of it have become too old. Where no healthy model answers it throws, so that the batch comes again later, or once
   * that has lasted as long as the definition says, has the declared fallback decision taken.
   */
  @BatchHandler(featuresTopic)
  async score(batch: MessageBatch): Promise<readonly Outcome[]> {
    const { pipeline, messages } = batch;
    const tooOld = this.ages.measure(pipeline, messages);
    if (tooOld.length === 0) return this.scoreFresh(batch);
    const isTooOld = new Set(tooOld);
    const fresh = messages.filter((_, position) => !isTooOld.has(position));
    const scored = fresh.length === 0 ? [] : await this.scoreFresh({ ...batch, messages: fresh });
    const left = fallBackFor(
      pipeline,
      tooOld.map((position) => messages[position] as Message),
      EVENT_TOO_OLD,
    );
    return mixed(messages.length, isTooOld, { left, scored });
  }

  private scoreFresh(batch: MessageBatch): Promise<readonly Outcome[]> {
    const { pipeline, messages } = batch;
    const fallback = this.fallbacks.of(pipeline);
    return fallback.choose(
      () => this.scoreByModel(batch, fallback),
      ({ code }) => fallBackFor(pipeline, messages, code),
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

function fallBackFor(pipeline: string, messages: readonly Message[], why: string): readonly Outcome[] {
  const outcomes = fallBack(messages, { pipeline, why });
  recordFallback(pipeline, why, outcomes);
  return outcomes;
}

/** One outcome per message, in the order of the messages. */
function mixed(
  count: number,
  isTooOld: ReadonlySet<number>,
  { left, scored }: { readonly left: readonly Outcome[]; readonly scored: readonly Outcome[] },
): readonly Outcome[] {
  const [nextLeft, nextScored] = [left.values(), scored.values()];
  return Array.from({ length: count }, (_, at) => (isTooOld.has(at) ? nextLeft : nextScored).next().value as Outcome);
}
