import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Database } from '@pitwall/persistence';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { DATABASE, LOGGER, PIPELINES } from '@pitwall/runtime';
import { ATTR, type Logger, METRIC, observe } from '@pitwall/telemetry';

const COUNT_EVERY_MS = 15_000;

/** A label whose decision came at the same moment may be remembered for longer than it waited: the decision tells. */
const COUNT_WAITING = `
  SELECT pipeline, count(*)::integer AS labels
  FROM waiting_labels AS waiting
  WHERE NOT EXISTS (SELECT FROM decisions WHERE decisions.result_id = waiting.result_id)
  GROUP BY pipeline`;

/**
 * Shows how many labels wait for their decision. Counted by a timer and not when metrics are read: a database that hangs must
 * not keep the other metrics back.
 */
@Injectable()
export class WaitingLabelsGauge implements OnApplicationBootstrap, OnApplicationShutdown {
  /** By pipeline; null while nothing is known. */
  private counts: ReadonlyMap<string, number> | null = null;
  private end: () => void = () => undefined;

  constructor(
    @Inject(DATABASE) private readonly database: Pick<Database, 'pool'>,
    @Inject(PIPELINES) private readonly pipelines: readonly PipelineDefinition[],
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    void this.count();
    const timer = setInterval(() => void this.count(), COUNT_EVERY_MS);
    timer.unref();
    const stop = observe(METRIC.labelsWaiting, (result) => {
      if (this.counts === null) return;
      for (const { name } of this.pipelines) result.observe(this.counts.get(name) ?? 0, { [ATTR.pipeline]: name });
    });
    this.end = () => {
      clearInterval(timer);
      stop();
    };
  }

  onApplicationShutdown(): void {
    this.end();
  }

  /** While PostgreSQL does not answer nothing is known, and nothing is shown. */
  async count(): Promise<void> {
    try {
      const { rows } = await this.database.pool.query<{ pipeline: string; labels: number }>(COUNT_WAITING);
      this.counts = new Map(rows.map(({ pipeline, labels }) => [pipeline, labels]));
    } catch (error) {
      this.counts = null;
      this.logger.warn({ err: error }, 'the labels that wait for their decision cannot be counted');
    }
  }
}
