import { Inject, Injectable } from '@nestjs/common';
import type { ActionFeedback, ResultId } from '@pitwall/contracts';
import type { Database } from '@pitwall/persistence';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { CLOCK, type Clock, DATABASE } from '@pitwall/runtime';
import { readable } from '../storage/readable.js';

const SELECT_LABELS = `
  SELECT label, label_source AS "labelSource", revision, observed_at AS "observedAt", received_at AS "receivedAt",
         encode(trace_id, 'hex') AS "traceId", published_value AS "publishedValue"
  FROM labels LEFT JOIN outcomes USING (outcome_id)
  WHERE result_id = $1 ORDER BY label_source, revision`;

const SELECT_ACTIONS = `
  SELECT action, at, by, reason, received_at AS "receivedAt", encode(trace_id, 'hex') AS "traceId"
  FROM actions WHERE result_id = $1 ORDER BY at, action, action_id`;

const SELECT_NEWEST = 'SELECT event_at AS "eventAt" FROM decisions WHERE pipeline = $1 ORDER BY event_at DESC LIMIT 1';

/** A row of `labels` with its outcome. */
export interface LabelRow {
  readonly label: string;
  readonly labelSource: string;
  readonly revision: string;
  readonly observedAt: Date;
  readonly receivedAt: Date;
  readonly traceId: string;
  /** The outcome message, as it was published; null where none was. */
  readonly publishedValue: Buffer | null;
}

/** A row of `actions`. */
export interface ActionRow {
  readonly action: ActionFeedback['action'];
  readonly at: Date;
  readonly by: string | null;
  readonly reason: string | null;
  readonly receivedAt: Date;
  readonly traceId: string;
}

/** What came after a decision. */
export interface DecisionFeedback {
  readonly labels: readonly LabelRow[];
  readonly actions: readonly ActionRow[];
}

/** Until when labels can have come. */
export interface LabelHorizon {
  /** Milliseconds since the epoch: how far the time of the events has come. */
  readonly asOf: number;
  readonly horizonMs: number;
}

/** Reads what came after a decision, for people. */
@Injectable()
export class DecisionFeedbackRepository {
  constructor(
    @Inject(DATABASE) private readonly database: Pick<Database, 'pool'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  of(resultId: ResultId): Promise<DecisionFeedback> {
    return readable(async () => ({
      labels: (await this.database.pool.query<LabelRow>(SELECT_LABELS, [resultId])).rows,
      actions: (await this.database.pool.query<ActionRow>(SELECT_ACTIONS, [resultId])).rows,
    }));
  }

  /** In replayed history it is as late as the newest event that was decided, otherwise as late as it is. */
  async horizonOf({ name, event, feedback }: PipelineDefinition): Promise<LabelHorizon> {
    const { horizonMs } = feedback;
    if (!event.replayedHistory) return { asOf: this.clock.now(), horizonMs };
    const { rows } = await readable(() => this.database.pool.query<{ eventAt: Date }>(SELECT_NEWEST, [name]));
    return { asOf: rows[0]?.eventAt.getTime() ?? Number.NEGATIVE_INFINITY, horizonMs };
  }
}
