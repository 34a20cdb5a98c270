import { PitwallError } from '@pitwall/contracts';
import { partitionByGeneration } from '@pitwall/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What grows with every record and every window is cut by generations, so that what is old can be dropped. */
export class PartitionTables1767226600000 implements MigrationInterface {
  // Stated, so that a minifier or a rename cannot run it twice.
  readonly name = 'PartitionTables1767226600000';

  async up(runner: QueryRunner): Promise<void> {
    await partitionByGeneration(runner, 'counted', { table: 'counted_records', key: 'id, kind, pipeline' });
    await partitionByGeneration(runner, 'windows', { table: 'counted_labels', key: 'result_id, pipeline' });
    await partitionByGeneration(runner, 'windows', {
      table: 'window_counts',
      key: 'pipeline, kind, partition, window_from',
    });
  }

  down(): Promise<void> {
    return Promise.reject(
      new PitwallError('Tables that are cut by generations are not put together again: restore a backup.', {
        code: 'irreversible_migration',
      }),
    );
  }
}
