import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type DeploymentMessage, PitwallError } from '@pitwall/contracts';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { LOGGER, PIPELINES } from '@pitwall/runtime';
import { ATTR, type Logger, METRIC, observe } from '@pitwall/telemetry';
import { type Champion, type ChampionLease, ChampionSlot } from './champion-slot.js';
import { ModelHost } from './model-host.service.js';
import type { ModelPresence } from './model-presence.js';

const MAX_WAIT_MS = 5_000;
const LOOK_EVERY_MS = 50;

/** What answers for one pipeline: for `/readyz`. */
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
  private areKnown = false;
  private switched: (pipeline: string) => void = () => undefined;

  constructor(
    @Inject(PIPELINES) pipelines: readonly PipelineDefinition[],
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly host: ModelHost,
  ) {
    this.slots = new Map(pipelines.map((pipeline) => [pipeline.name, this.slotFor(pipeline)]));
  }

  /** Call when every deployment so far is known: before, nobody can say that a pipeline has no model. */
  followAll(deployments: Iterable<DeploymentMessage>): void {
    this.areKnown = true;
    for (const deployment of deployments) this.follow(deployment);
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

  /** Whether the pipeline has a model that can be asked. */
  presence(pipeline: string): ModelPresence {
    if (!this.areKnown) return 'unknown';
    return this.slots.get(pipeline)?.outage ?? 'present';
  }

  /** Why no score can be had of the pipeline's model; null when all is well. */
  notReadyReason(pipeline: string): string | null {
    return this.slots.get(pipeline)?.notReadyReason ?? null;
  }

  /** Which version answers for the pipeline; null where none does. */
  factsOf(pipeline: string): ServedFacts | null {
    const champion = this.slots.get(pipeline)?.champion ?? null;
    return champion === null ? null : factsOf(champion);
  }

  /** Calls back whenever another version answers for a pipeline. */
  onSwitch(switched: (pipeline: string) => void): void {
    this.switched = switched;
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
          this.switched(name);
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
