import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { MessagingClient } from '@pitwall/messaging';
import type { ClassOf, GenerationFamily } from '@pitwall/persistence';
import type { RetentionPolicy } from '@pitwall/pipeline';
import type { Logger } from '@pitwall/telemetry';
import type { Clock } from './clock.js';
import type { BaseConfig, DatabaseConfig, ServiceConfigSchema } from './config/base-config.js';

/** A Nest module class. */
export type ModuleClass = new () => object;

/** What a service is: all of its `main.ts`. */
export interface ServiceSpec<Schema extends ServiceConfigSchema = ServiceConfigSchema> {
  /** Name of the service, e.g. `results`: in logs, traces and consumer groups. */
  readonly name: string;
  /** `z.object({ ...baseConfigShape, … })`. */
  readonly configSchema: Schema;
  readonly module: ModuleClass;
  /** How the service takes requests with a body; absent: JSON of at most 1 MiB, parsed. */
  readonly http?: ServiceHttp;
  /** Where the service keeps state; needs `databaseConfigShape` in its schema. */
  readonly database?: ServiceDatabase;
  /** Absent: the version in the nearest package.json of the started file. */
  readonly version?: string;
}

/** How a service takes requests. */
export interface ServiceHttp {
  /** `raw`: the body of a request is a Buffer, whatever its type; the handler parses it. */
  readonly bodies: 'json' | 'raw';
  readonly maxBodyBytes: number;
}

/** The state of a service. */
export interface ServiceDatabase {
  readonly schema: string;
  readonly entities: readonly ClassOf[];
  readonly migrations: readonly ClassOf[];
  /** Tables that are cut by generations and dropped by the pipelines' retention, where there are any. */
  readonly families?: readonly RetainedFamily[];
}

/** Tables, and for how many days a pipeline wants their rows to be kept. */
export interface RetainedFamily extends GenerationFamily {
  readonly daysOf: (retention: RetentionPolicy) => number;
}

/** What a service is started with besides what it is; tests put fakes here. */
export interface ServiceOptions {
  readonly config: BaseConfig & Partial<DatabaseConfig>;
  readonly version: string;
  readonly logger: Logger;
  /** Absent: Kafka at `KAFKA_BROKERS`. */
  readonly messaging?: MessagingClient;
  /** Absent: the machine's. */
  readonly clock?: Clock;
  /** Told once when the service cannot go on; it should be stopped and the process ended. */
  readonly onFailure: (error: Error) => void;
}

/** A service that runs. */
export interface RunningService {
  /** Base URL of its HTTP server. It answers `/livez` and `/readyz` from the beginning. */
  readonly url: string;
  /**
   * Resolves when everything it needs has come up and its subscriptions are made; rejects when it cannot start (also told to
   * `onFailure`), or when it was stopped before.
   */
  readonly started: Promise<NestFastifyApplication>;
  /**
   * Not ready → fetch no more, finish and commit the batches in hand, leave the groups → answer the requests in hand → destroy
   * the modules → close database, Kafka, telemetry. Idempotent. Rejects with `shutdown_incomplete` after `SHUTDOWN_GRACE_MS`.
   */
  stop(): Promise<void>;
}
