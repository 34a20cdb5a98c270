import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { openApiDocument, PitwallError } from '@pitwall/contracts';
import { kafkaClient, type MessagingClient } from '@pitwall/messaging';
import type { Database } from '@pitwall/persistence';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { type Logger, startTelemetry, type Telemetry } from '@pitwall/telemetry';
import { type Clock, systemClock } from '../clock.js';
import { kafkaConnection } from '../config/kafka-config.js';
import { armSabotage } from '../config/sabotage.js';
import { HealthRegistry } from '../health/health-registry.js';
import { createApplication } from '../http/application.js';
import { FrontServer } from '../http/front-server.js';
import { RetentionRun } from '../retention/retention-run.js';
import { refuseForgottenDuplicates } from '../retention/topic-retention.js';
import type { RuntimeParts } from '../runtime.module.js';
import type { RunningService, ServiceOptions, ServiceSpec } from '../service.js';
import { CLOCK, CONFIG, DATABASE, FATAL, HEALTH, LOGGER, MESSAGING, PIPELINES, RETENTION } from '../tokens.js';
import { type BatchConsumers, connectBatchConsumers } from './batch-consumers.js';
import { KafkaProbe } from './kafka-probe.js';
import { loadPipelines } from './load-pipelines.js';
import { watchReadiness } from './readiness-watch.js';
import { type Awaited, retryUntilAvailable } from './retry-until-available.js';
import { withinGrace } from './within-grace.js';

/**
 * Starts a service. Resolves as soon as its pipelines are loaded and its HTTP server listens; what it needs besides may come
 * up later, see `RunningService.started`. Rejects when a pipeline is not usable or the port cannot be had.
 */
export async function startService(spec: ServiceSpec, options: ServiceOptions): Promise<RunningService> {
  const { config, logger, version } = options;
  armSabotage(config, logger);
  // Before anything is opened: it throws where the login is not whole.
  kafkaConnection(config, spec.name);
  const pipelines = await loadPipelines(config.PITWALL_PIPELINES);
  const health = new HealthRegistry();
  const telemetry = startTelemetry({
    service: spec.name,
    version,
    logger,
    otlpEndpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    sampleRatio: config.OTEL_TRACES_SAMPLER_ARG,
  });
  const front = await FrontServer.listen({
    host: config.HTTP_HOST,
    port: config.HTTP_PORT,
    health,
    metricsText: () => telemetry.metricsText(),
    openApi: openApiDocument({ name: spec.name, version }),
  }).catch(async (error: unknown) => {
    await telemetry.shutdown();
    throw error;
  });
  logger.info({ url: front.url, version, pipelines: pipelines.map(({ name }) => name) }, 'listening');
  return new ServiceRun({ spec, options, pipelines, health, telemetry, front });
}

interface Parts {
  readonly spec: ServiceSpec;
  readonly options: ServiceOptions;
  readonly pipelines: readonly PipelineDefinition[];
  readonly health: HealthRegistry;
  readonly telemetry: Telemetry;
  readonly front: FrontServer;
}

class ServiceRun implements RunningService {
  readonly started: Promise<NestFastifyApplication>;
  private readonly clock: Clock;
  private readonly messaging: MessagingClient;
  private readonly probe: KafkaProbe;
  private readonly waitingFor = new Map<string, string>();
  private readonly aborted = new AbortController();
  private readonly stopWatching: () => void;
  private database: Database | null = null;
  private retention: RetentionRun | null = null;
  private application: NestFastifyApplication | null = null;
  private consumers: BatchConsumers | null = null;
  private stopping: Promise<void> | null = null;

  constructor(private readonly parts: Parts) {
    const { options, health, spec } = parts;
    this.clock = options.clock ?? systemClock;
    this.messaging = options.messaging ?? clientOf(spec, options);
    this.probe = new KafkaProbe(options.messaging ?? clientOf(spec, { ...options, logger: quiet(options.logger) }));
    this.stopWatching = watchReadiness(health, options.logger);
    this.started = this.start();
    this.started.catch((error: unknown) => {
      if (!this.aborted.signal.aborted) options.onFailure(error as Error);
    });
  }

  get url(): string {
    return this.parts.front.url;
  }

  stop(): Promise<void> {
    this.stopping ??= withinGrace(this.parts.options.config.SHUTDOWN_GRACE_MS, () => this.drain());
    return this.stopping;
  }

  private async start(): Promise<NestFastifyApplication> {
    const { health, options, front } = this.parts;
    const startedAt = performance.now();
    const forget = health.register('startup', () => {
      throw new Error([...this.waitingFor.values()].join('; ') || 'starting');
    });
    const [database] = await Promise.all([this.openDatabase(), this.awaitKafka()]);
    if (database !== null) await this.retain(database);
    this.application = await createApplication(this.parts.spec, this.tokens(database), options.logger);
    this.consumers = connectBatchConsumers(this.application, {
      client: this.messaging,
      spec: this.parts.spec,
      version: options.version,
      pipelines: this.parts.pipelines,
      health,
      clock: this.clock,
      logger: options.logger,
      onFailure: options.onFailure,
    });
    await this.application.init();
    const fastify = this.application.getHttpAdapter().getInstance();
    await fastify.ready();
    this.aborted.signal.throwIfAborted();
    front.serve((request, response) => fastify.routing(request, response));
    await this.application.startAllMicroservices();
    forget();
    options.logger.info({ duration_ms: Math.round(performance.now() - startedAt) }, 'started');
    return this.application;
  }

  private tokens(database: Database | null): RuntimeParts {
    const { options, pipelines, health } = this.parts;
    return new Map<symbol, unknown>([
      [CONFIG, options.config],
      [CLOCK, this.clock],
      [LOGGER, options.logger],
      [MESSAGING, this.messaging],
      [PIPELINES, pipelines],
      [HEALTH, health],
      [FATAL, options.onFailure],
      ...(database === null ? [] : [[DATABASE, database] as const]),
      ...(this.retention === null ? [] : [[RETENTION, this.retention] as const]),
    ]);
  }

  private async awaitKafka(): Promise<void> {
    await this.waitFor({ what: 'Kafka', attempt: () => this.probe.ask(), isWorthWaiting: () => true });
    this.parts.health.register('kafka', () => this.probe.ask());
  }

  private async openDatabase(): Promise<Database | null> {
    const { spec, options, health } = this.parts;
    if (spec.database === undefined) return null;
    const url = options.config.DATABASE_URL;
    if (url === undefined) {
      throw new PitwallError(`${spec.name} has a database but its configSchema lacks databaseConfigShape.`, {
        code: 'no_database_url',
      });
    }
    // Services without a database do without the driver: 25 MB and a good part of their start-up time.
    const { classifyPostgresError, openDatabase } = await import('@pitwall/persistence');
    const { schema, entities, migrations } = spec.database;
    const { logger } = options;
    const database = await this.waitFor({
      what: 'PostgreSQL',
      attempt: () =>
        openDatabase({ url, schema, entities, migrations, applicationName: `pitwall-${spec.name}`, logger }),
      isWorthWaiting: (error) => ['unavailable', 'conflict'].includes(classifyPostgresError(error)),
    });
    this.database = database;
    health.register('postgres', () => database.ping());
    return database;
  }

  private async retain(database: Database): Promise<void> {
    const { pipelines, health, options, spec } = this.parts;
    const families = spec.database?.families ?? [];
    if (families.length === 0) return;
    const admin = await this.messaging.admin();
    try {
      await refuseForgottenDuplicates(admin, pipelines);
    } finally {
      await admin.close();
    }
    const { GenerationKeeper } = await import('@pitwall/persistence');
    const keeper = new GenerationKeeper(database, families);
    const { logger } = options;
    this.retention = new RetentionRun({ keeper, families, pipelines, health, clock: this.clock, logger });
    await this.retention.start();
  }

  private waitFor<Result>(awaited: Pick<Awaited<Result>, 'what' | 'attempt' | 'isWorthWaiting'>): Promise<Result> {
    return retryUntilAvailable({
      ...awaited,
      logger: this.parts.options.logger,
      signal: this.aborted.signal,
      onWaiting: (reason) => {
        if (reason === null) this.waitingFor.delete(awaited.what);
        else this.waitingFor.set(awaited.what, reason);
      },
    });
  }

  /** The order is the promise: nothing that a batch in hand needs is closed before the batch is committed. */
  private async drain(): Promise<void> {
    const { health, front, telemetry, options } = this.parts;
    health.drain('stopping');
    this.aborted.abort(new PitwallError('The service was stopped before it had started.', { code: 'stopped' }));
    await this.started.catch(() => undefined);
    await this.consumers?.stop();
    options.logger.debug('no batch is in hand any more');
    await front.close();
    await this.application?.close();
    await this.retention?.stop();
    await this.database?.close();
    await this.probe.close();
    this.stopWatching();
    options.logger.info('stopped');
    await telemetry.shutdown();
  }
}

/** The probe's failures are told in `/readyz` and by us: what its client says of each attempt is of no use besides. */
function quiet(logger: Logger): Logger {
  return logger.child({ part: 'Kafka probe' }, { level: 'error' });
}

function clientOf(spec: ServiceSpec, { config, logger }: ServiceOptions): MessagingClient {
  return kafkaClient(kafkaConnection(config, `pitwall-${spec.name}`), logger);
}
