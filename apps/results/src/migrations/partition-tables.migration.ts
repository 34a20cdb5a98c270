import { PitwallError } from '@pitwall/contracts';
import { partitionByGeneration } from '@pitwall/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What grows with every record is cut by generations, so that what is old can be dropped. */
export class PartitionTables1767228400000 implements MigrationInterface {
  readonly name = 'PartitionTables1767228400000';

  async up(runner: QueryRunner): Promise<void> {
    await partitionByGeneration(runner, 'decisions', { table: 'decisions', key: 'result_id' });
    await partitionByGeneration(runner, 'decisions', { table: 'labels', key: 'outcome_id' });
    await partitionByGeneration(runner, 'decisions', { table: 'outcomes', key: 'outcome_id' });
    await partitionByGeneration(runner, 'decisions', { table: 'actions', key: 'action_id' });
    await partitionByGeneration(runner, 'dead_letters', { table: 'dead_letters', key: 'dead_letter_id' });
  }

  down(): Promise<void> {
    return Promise.reject(
      new PitwallError('Tables that are cut by generations are not put together again: restore a backup.', {
        code: 'irreversible_migration',
      }),
    );
  }
}
