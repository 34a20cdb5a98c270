import { Inject, Injectable } from '@nestjs/common';
import type { DeploymentMessage } from '@pitwall/contracts';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { CLOCK, type Clock, CONFIG, LOGGER } from '@pitwall/runtime';
import { ATTR, counter, type Logger, METRIC } from '@pitwall/telemetry';
import type { InferenceConfig } from '../config.js';
import { FailureBreaker } from '../model-pool/failure-breaker.js';
import { ModelPool, type PoolObserver } from '../model-pool/model-pool.js';
import { servedModelOf } from '../model-pool/served-model.js';
import { startServedModel } from '../model-pool/start-served-model.js';
import type { Champion } from './champion-slot.js';
import { findArtifact } from './find-artifact.js';

/**
 * How long a batch waits for the replacement of a child, well below the session timeout: beyond it the batch goes back to the
 * transport, which pauses the partition and keeps its membership alive.
 */
const MAX_WAIT_MS = 5_000;

/** Brings model versions up in children of this process. */
@Injectable()
export class ModelHost {
  private readonly losses = counter(METRIC.modelChildLosses);

  constructor(
    @Inject(CONFIG) private readonly config: InferenceConfig,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The deployed version, fit for traffic: loaded, warmed up, golden rows checked. Throws why it cannot be. */
  async open(pipeline: PipelineDefinition, deployment: DeploymentMessage): Promise<Champion> {
    const artifact = findArtifact(pipeline, deployment.champion);
    const model = servedModelOf(artifact, pipeline.model);
    const loadBudgetMs = this.config.MODEL_LOAD_BUDGET_MS;
    const pool = new ModelPool({
      startChild: () => startServedModel(model, { loadBudgetMs }),
      size: this.config.MODEL_PROCESSES,
      maxWaitMs: MAX_WAIT_MS,
      observer: this.observer(pipeline.name, artifact.reference),
    });
    await pool.start();
    return { model, pool, breaker: new FailureBreaker(), since: this.clock.now() };
  }

  private observer(pipeline: string, model: string): PoolObserver {
    return {
      childStarted: ({ pid, tookMs }) => {
        this.logger.info({ pipeline, model, pid, tookMs: Math.round(tookMs) }, 'model child is ready');
      },
      childLost: ({ phase, error }) => {
        this.losses.add(1, { [ATTR.pipeline]: pipeline, [ATTR.modelChildPhase]: phase });
        this.logger.error({ pipeline, model, phase, err: error }, 'model child was lost and is replaced');
      },
    };
  }
}
