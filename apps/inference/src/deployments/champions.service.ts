import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type DeploymentMessage, PitwallError } from '@pitwall/contracts';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { LOGGER, PIPELINES } from '@pitwall/runtime';
import { ATTR, type Logger, METRIC, observe } from '@pitwall/telemetry';
import { type Champion, type ChampionLease, ChampionSlot } from './champion-slot.js';
import { ModelHost } from './model-host.service.js';

const MAX_WAIT_MS = 5_000;
const LOOK_EVERY_MS = 50;

/** What is served of one pipeline: for `/readyz`. */
export interface ServedFacts {
  readonly model: string;
  readonly version: string;
  readonly digest: string;
  readonly since: string;
}

/** The model versions that answer here, one per pipeline. */
@Injectable()
export class ChampionsService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly slots: ReadonlyMap<string, ChampionSlot>;
  private readonly stopObserving: (() => void)[] = [];

  constructor(
    @Inject(PIPELINES) pipelines: readonly PipelineDefinition[],
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly host: ModelHost,
  ) {
    this.slots = new Map(pipelines.map((pipeline) => [pipeline.name, this.slotFor(pipeline)]));
  }

  /** Has the pipeline answered by this version from as soon as it is fit for traffic; others are none of this service's. */
  follow(deployment: DeploymentMessage): void {
    this.slots.get(deployment.pipeline)?.want(deployment);
  }

  /**
   * The version that answers for the pipeline. While the first one is being loaded it is waited for, up to 5 s: a service that
   * has just started need not put off its first batches. Throws `model_unavailable` (retriable) where no version answers.
   */
  async acquire(pipeline: string, heartbeat: () => Promise<void>): Promise<ChampionLease> {
    const slot = this.slots.get(pipeline);
    if (slot === undefined) {
      throw new PitwallError(`There is no definition of the pipeline ${pipeline}, though its topic is read.`, {
        code: 'unknown_pipeline',
      });
    }
    for (let waitedMs = 0; slot.isComing && waitedMs < MAX_WAIT_MS; waitedMs += LOOK_EVERY_MS) {
      await delay(LOOK_EVERY_MS);
      await heartbeat();
    }
    return slot.acquire();
  }

  /** What answers for each pipeline. Throws why one of them has no answers. */
  check(): Readonly<Record<string, ServedFacts>> {
    const reasons = [...this.slots].flatMap(([name, slot]) => {
      const reason = slot.notReadyReason;
      return reason === null ? [] : [`${name}: ${reason}`];
    });
    if (reasons.length > 0) throw new PitwallError(reasons.join('; '), { code: 'model_unavailable', retriable: true });
    return Object.fromEntries(
      [...this.slots].flatMap(([name, { champion }]) => (champion === null ? [] : [[name, factsOf(champion)]])),
    );
  }

  onApplicationBootstrap(): void {
    this.observeSlots(METRIC.modelQueue, ({ pool }) => pool.queued);
    this.observeSlots(METRIC.modelChildMemory, ({ pool }) => pool.rssBytes);
  }

  async onApplicationShutdown(): Promise<void> {
    for (const stop of this.stopObserving) stop();
    await Promise.all([...this.slots.values()].map((slot) => slot.close()));
  }

  private slotFor(pipeline: PipelineDefinition): ChampionSlot {
    const { name } = pipeline;
    return new ChampionSlot({
      pipeline: name,
      open: (deployment) => this.host.open(pipeline, deployment),
      observer: {
        switched: ({ model }, { revision }) => {
          const { version, digest } = model;
          this.logger.info({ pipeline: name, revision, model: model.name, version, digest }, 'champion answers');
        },
        failed: (deployment, error) => {
          const { revision, champion } = deployment;
          this.logger.error({ pipeline: name, revision, ...champion, err: error }, 'deployment cannot be followed');
        },
      },
    });
  }

  private observeSlots(
    metric: typeof METRIC.modelQueue | typeof METRIC.modelChildMemory,
    read: (champion: Champion) => number,
  ): void {
    const stop = observe(metric, (result) => {
      for (const [pipeline, { champion }] of this.slots) {
        if (champion !== null) result.observe(read(champion), { [ATTR.pipeline]: pipeline });
      }
    });
    this.stopObserving.push(stop);
  }
}

function factsOf({ model, since }: Champion): ServedFacts {
  return {
    model: model.name,
    version: model.version,
    digest: model.digest,
    since: new Date(since).toISOString(),
  };
}
