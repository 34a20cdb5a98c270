/** The service's parsed configuration: the output type of its own schema. */
export const CONFIG = Symbol('CONFIG');

/** A {@link Clock}. */
export const CLOCK = Symbol('CLOCK');

/** The `Logger` of @pitwall/telemetry. */
export const LOGGER = Symbol('LOGGER');

/** The `MessagingClient` of @pitwall/messaging. Kafka answered when it is injected. */
export const MESSAGING = Symbol('MESSAGING');

/** `readonly PipelineDefinition[]`: the pipelines of this service, loaded and checked. */
export const PIPELINES = Symbol('PIPELINES');

/** The `Database` of @pitwall/persistence, migrated; only in services that declare one. */
export const DATABASE = Symbol('DATABASE');

/** The `RetentionRun`; only in services whose database has families. */
export const RETENTION = Symbol('RETENTION');

/** `(error: Error) => void`: ends the process with 1, for what will not come right by itself. */
export const FATAL = Symbol('FATAL');

/** The {@link HealthRegistry}: `health.register('champion', () => { … })`. */
export const HEALTH = Symbol('HEALTH');
