import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PitwallError } from '@pitwall/contracts';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { CLOCK, type Clock, LOGGER, PIPELINES } from '@pitwall/runtime';
import { ATTR, type Logger, METRIC, observe } from '@pitwall/telemetry';
import { ChampionsService, type ServedFacts } from '../deployments/champions.service.js';
import { type Fallback, FallbackSwitch } from './fallback-switch.js';

const LOOK_EVERY_MS = 250;

/** How one pipeline is answered: for `/readyz`. */
export type PipelineFacts = Partial<ServedFacts> & {
  readonly fallback?: { readonly since: string; readonly why: string; readonly reason: string };
};

/** Whether the batches of each pipeline are scored, wait, or get the fallback decision. */
@Injectable()
export class FallbackService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly switches: ReadonlyMap<string, FallbackSwitch>;
  private looking: NodeJS.Timeout | null = null;
  private stopObserving: () => void = () => undefined;

  // Nest injects by parameter.
  // oxlint-disable-next-line max-params
  constructor(
    @Inject(PIPELINES) pipelines: readonly PipelineDefinition[],
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly champions: ChampionsService,
  ) {
    this.switches = new Map(pipelines.map((pipeline) => [pipeline.name, this.switchFor(pipeline)]));
    champions.onSwitch((pipeline) => this.switches.get(pipeline)?.replaced());
  }

  /** The switch of a pipeline of this service. */
  of(pipeline: string): FallbackSwitch {
    const found = this.switches.get(pipeline);
    if (found !== undefined) return found;
    throw new PitwallError(`There is no definition of the pipeline ${pipeline}, though its topic is read.`, {
      code: 'unknown_pipeline',
    });
  }

  /** How each pipeline is answered. Throws why one of them is not. */
  check(): Readonly<Record<string, PipelineFacts>> {
    const facts: Record<string, PipelineFacts> = {};
    const reasons: string[] = [];
    for (const [name, { fallback }] of this.switches) {
      const reason = this.champions.notReadyReason(name);
      if (reason !== null && fallback === null) reasons.push(`${name}: ${reason}`);
      facts[name] = { ...this.champions.factsOf(name), ...(fallback !== null && { fallback: factsOf(fallback) }) };
    }
    if (reasons.length === 0) return facts;
    throw new PitwallError(reasons.join('; '), { code: 'model_unavailable', retriable: true });
  }

  onApplicationBootstrap(): void {
    this.looking = setInterval(() => {
      for (const one of this.switches.values()) one.look();
    }, LOOK_EVERY_MS);
    this.stopObserving = observe(METRIC.fallbackActive, (result) => {
      for (const [pipeline, { fallback }] of this.switches) {
        result.observe(fallback === null ? 0 : 1, { [ATTR.pipeline]: pipeline });
      }
    });
  }

  onApplicationShutdown(): void {
    if (this.looking !== null) clearInterval(this.looking);
    this.stopObserving();
  }

  private switchFor({ name, decision }: PipelineDefinition): FallbackSwitch {
    const { fallback } = decision;
    return new FallbackSwitch({
      afterMs: fallback === null ? null : fallback.afterMs,
      presence: () => this.champions.presence(name),
      clock: this.clock,
      observer: {
        fellBack: ({ code, message }) => {
          const facts = { pipeline: name, decision: fallback?.decision, why: code, reason: message };
          this.logger.warn(facts, 'no model answers: the fallback decision is taken');
        },
        recovered: ({ code }, tookMs) => {
          const facts = { pipeline: name, why: code, tookMs: Math.round(tookMs) };
          this.logger.info(facts, 'a model answers again: the fallback decision is taken no more');
        },
      },
    });
  }
}

function factsOf({ code, message, since }: Fallback): NonNullable<PipelineFacts['fallback']> {
  return { since: new Date(since).toISOString(), why: code, reason: message };
}
