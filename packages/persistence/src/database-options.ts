import type { Logger } from '@pitwall/telemetry';

/** A class of an entity or of a migration, as TypeORM takes them. */
export type ClassOf = Function;

/** What a service brings to its database. */
export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database`; never logged. */
  readonly url: string;
  /** The service's own schema; created when it is not there. */
  readonly schema: string;
  readonly entities: readonly ClassOf[];
  /** In the order of the timestamps at the end of their names. */
  readonly migrations: readonly ClassOf[];
  /** What is done where the schema lacks migrations: `migrate` when not given; `refuse` throws `schema_behind` and changes nothing. */
  readonly oldSchema?: 'migrate' | 'refuse';
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Connections of the hot path, 8 when not given; TypeORM has 4 more. */
  readonly poolSize?: number;
  readonly logger?: Logger;
}
