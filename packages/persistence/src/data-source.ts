import { DataSource, type DataSourceOptions, type MixedList } from 'typeorm';
import { TIMEOUTS, withSessionOptions } from './connection-target.js';
import type { ClassOf, DatabaseOptions } from './database-options.js';

const DATA_SOURCE_POOL_SIZE = 4;

/** The URL with the session settings that everything but migrations runs under. */
export function sessionUrl(options: DatabaseOptions): string {
  return withSessionOptions(options.url, {
    schema: options.schema,
    statementTimeoutMs: TIMEOUTS.statementMs,
    lockTimeoutMs: TIMEOUTS.lockMs,
  });
}

/** Opens TypeORM on its own small pool. */
export async function openDataSource(options: DatabaseOptions): Promise<DataSource> {
  return new DataSource({
    ...dataSourceOptions(options, sessionUrl(options)),
    entities: [...options.entities] as MixedList<ClassOf>,
    poolSize: DATA_SOURCE_POOL_SIZE,
  }).initialize();
}

/** What every data source of ours has in common. */
export function dataSourceOptions(
  options: DatabaseOptions,
  url: string,
): DataSourceOptions & { readonly type: 'postgres' } {
  return {
    type: 'postgres',
    url,
    schema: options.schema,
    applicationName: options.applicationName,
    synchronize: false,
    installExtensions: false,
    logging: false,
    connectTimeoutMS: TIMEOUTS.connectMs,
    extra: { query_timeout: TIMEOUTS.queryMs, keepAlive: true },
    poolErrorHandler: (error: unknown) =>
      options.logger?.warn({ err: error }, 'an idle connection to PostgreSQL was lost'),
  };
}
