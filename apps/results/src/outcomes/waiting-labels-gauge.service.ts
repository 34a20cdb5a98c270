import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Database } from '@pitwall/persistence';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { DATABASE, LOGGER, PIPELINES } from '@pitwall/runtime';
import { ATTR, type Logger, METRIC, observe } from '@pitwall/telemetry';

/** A label whose decision came at the same moment may be remembered for longer than it waited: the decision tells. */
const COUNT_WAITING = `
  SELECT pipeline, count(*)::integer AS labels
  FROM waiting_labels AS waiting
  WHERE NOT EXISTS (SELECT FROM decisions WHERE decisions.result_id = waiting.result_id)
  GROUP BY pipeline`;

/** Counts the labels of events that were never decided, whenever metrics are read. */
@Injectable()
export class WaitingLabelsGauge implements OnApplicationBootstrap, OnApplicationShutdown {
  private stop: (() => void) | null = null;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(PIPELINES) private readonly pipelines: readonly PipelineDefinition[],
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.stop = observe(METRIC.labelsWaiting, async (result) => {
      const counts = await this.count();
      if (counts === null) return;
      for (const { name } of this.pipelines) result.observe(counts.get(name) ?? 0, { [ATTR.pipeline]: name });
    });
  }

  onApplicationShutdown(): void {
    this.stop?.();
  }

  /** Null while PostgreSQL does not answer: the gauge then shows nothing, as nothing is known. */
  private async count(): Promise<ReadonlyMap<string, number> | null> {
    try {
      const { rows } = await this.database.pool.query<{ pipeline: string; labels: number }>(COUNT_WAITING);
      return new Map(rows.map(({ pipeline, labels }) => [pipeline, labels]));
    } catch (error) {
      this.logger.warn({ err: error }, 'the labels that wait for their decision cannot be counted');
      return null;
    }
  }
}
