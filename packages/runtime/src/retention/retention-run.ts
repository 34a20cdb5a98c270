import type { RetentionView } from '@pitwall/contracts';
import type { DroppedPartition, GenerationKeeper, KeeperTurn, KeptGenerations } from '@pitwall/persistence';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { ATTR, counter, gauge, type Logger, METRIC } from '@pitwall/telemetry';
import type { Clock } from '../clock.js';
import type { HealthRegistry } from '../health/health-registry.js';
import type { RetainedFamily } from '../service.js';

const EVERY_MS = 10 * 60_000;
/** Where something was in the way. */
const AGAIN_MS = 5_000;
const SECOND_MS = 1_000;

const dropped = counter(METRIC.retentionDropped);
const oldest = gauge(METRIC.retentionOldest);

/** A family that the schema knows nothing of. */
const NOTHING_KEPT = { retentionDays: null, generations: [], droppedBefore: null, nextDropOn: null, lastDrop: null };

/** What the keeping of a service's tables needs. */
export interface RetentionParts {
  readonly keeper: Pick<GenerationKeeper, 'adopt' | 'kept' | 'turn'>;
  readonly families: readonly RetainedFamily[];
  readonly pipelines: readonly PipelineDefinition[];
  readonly health: HealthRegistry;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Begins and drops generations by a timer, for as long as the service runs. Every instance does; the database lets one at a time. */
export class RetentionRun {
  private timer: NodeJS.Timeout | null = null;
  private turning: Promise<void> = Promise.resolve();
  private isEnded = false;
  private kept: readonly KeptGenerations[] = [];

  constructor(private readonly parts: RetentionParts) {}

  /** Writes down what the pipelines want, and does what is due. Rejects where PostgreSQL does. */
  async start(): Promise<void> {
    const { keeper, families, pipelines, health } = this.parts;
    await keeper.adopt(
      pipelines.flatMap(({ name, retention }) =>
        families.map((family) => ({ family: family.name, pipeline: name, days: family.daysOf(retention) })),
      ),
    );
    for (const table of families.flatMap(({ tables }) => tables)) dropped.add(0, { [ATTR.relation]: table });
    this.plan(this.tell(await keeper.turn()));
    health.register('retention', () => this.facts());
  }

  /** The pipelines of this service. */
  get pipelines(): readonly string[] {
    return this.parts.pipelines.map(({ name }) => name);
  }

  /** What is kept of a pipeline, as the database says now; null where there is no such pipeline here. */
  async viewOf(pipeline: string): Promise<RetentionView | null> {
    const { pipelines, keeper, families } = this.parts;
    const retention = pipelines.find(({ name }) => name === pipeline)?.retention;
    if (retention === undefined) return null;
    const kept = new Map((await keeper.kept()).map((one) => [one.family, one]));
    return {
      pipeline,
      duplicatesRecognisedDays: retention.duplicatesDays,
      families: families.map(({ name, tables, daysOf }) => {
        const { retentionDays, generations, droppedBefore, nextDropOn, lastDrop } = kept.get(name) ?? NOTHING_KEPT;
        return {
          family: name,
          tables: [...tables],
          days: daysOf(retention),
          longestDays: retentionDays,
          generations: [...generations],
          droppedBefore,
          nextDropOn,
          lastDrop,
        };
      }),
    };
  }

  /** Resolves when no turn is in hand any more. */
  async stop(): Promise<void> {
    this.isEnded = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.turning;
  }

  private plan(afterMs: number): void {
    if (this.isEnded) return;
    this.timer = setTimeout(() => {
      this.turning = this.turn();
    }, afterMs);
    this.timer.unref();
  }

  private async turn(): Promise<void> {
    try {
      this.plan(this.tell(await this.parts.keeper.turn()));
    } catch (error) {
      this.parts.logger.warn({ err: error, retry_in_ms: AGAIN_MS }, 'the generations of rows cannot be looked after');
      this.plan(AGAIN_MS);
    }
  }

  /** Answers when to look again. */
  private tell(turn: KeeperTurn): number {
    const { logger, clock } = this.parts;
    this.kept = turn.kept;
    for (const { family, generation } of turn.begun) logger.info({ family, generation }, 'a generation of rows begins');
    for (const partition of turn.dropped) this.tellDropped(partition);
    for (const { family, generations } of turn.kept) {
      const ageMs = clock.now() - Date.parse(generations[0] ?? '');
      if (Number.isFinite(ageMs)) oldest.record(Math.max(0, ageMs) / SECOND_MS, { [ATTR.relation]: family });
    }
    return turn.isBlocked ? AGAIN_MS : EVERY_MS;
  }

  private tellDropped({ table, generation, rows }: DroppedPartition): void {
    dropped.add(rows ?? 0, { [ATTR.relation]: table });
    this.parts.logger.info(
      { table, generation, rows_estimated: rows },
      'a generation of rows was dropped: its retention is over',
    );
  }

  private facts(): object {
    return {
      duplicatesRecognisedDays: Object.fromEntries(
        this.parts.pipelines.map(({ name, retention }) => [name, retention.duplicatesDays]),
      ),
      kept: this.kept,
    };
  }
}
