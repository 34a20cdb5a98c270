import type { MicroserviceOptions } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { STAGES } from '@pitwall/contracts';
import { BatchTransport, type MessagingClient } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import type { Logger } from '@pitwall/telemetry';
import type { Clock } from '../clock.js';
import type { HealthRegistry } from '../health/health-registry.js';
import type { ServiceSpec } from '../service.js';
import { SubscriptionHealth } from './subscription-health.js';

/** The batch handlers of an application, once they are subscribed. */
export interface BatchConsumers {
  /** Fetches no more, finishes and commits the batches in hand, leaves the groups. */
  stop(): Promise<void>;
}

/** What the batch handlers of a service are given. */
export interface BatchConsumersOptions {
  readonly client: MessagingClient;
  readonly spec: ServiceSpec;
  readonly version: string;
  readonly pipelines: readonly PipelineDefinition[];
  readonly health: HealthRegistry;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onFailure: (error: Error) => void;
}

/** Connects the batch transport; it subscribes when the application starts its microservices. */
export function connectBatchConsumers(
  application: NestFastifyApplication,
  options: BatchConsumersOptions,
): BatchConsumers {
  const { client, spec, version, pipelines, health, clock, logger, onFailure } = options;
  const states = new SubscriptionHealth(health, { onFailure, logger });
  const transport = new BatchTransport({
    client,
    service: spec.name,
    version,
    stage: STAGES.find((stage) => stage === spec.name) ?? null,
    pipelines,
    onState: states.update,
    now: () => new Date(clock.now()),
  });
  application.connectMicroservice<MicroserviceOptions>({ strategy: transport });
  return { stop: () => transport.close() };
}
